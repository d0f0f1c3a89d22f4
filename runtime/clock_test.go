package noex

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"
)

// TestClockTellsTheTimeOfDay compares it with time.Now after any pauses.
func TestClockTellsTheTimeOfDay(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		pauses := rapid.SliceOf(rapid.SampledFrom([]time.Duration{
			0, 1, 999, time.Microsecond, 400 * time.Microsecond, time.Millisecond - 1, time.Millisecond, time.Hour,
		})).Draw(rt, "pauses")
		synctest.Test(t, func(t *testing.T) {
			var c clock
			c.start()
			for i, pause := range pauses {
				time.Sleep(pause)
				if got, want := c.now(), MillisOf(time.Now()); got != want {
					rt.Errorf("after pause %d of %v: %d, want %d", i, pauses, got, want)
				}
			}
		})
	})
}

// TestClockFollowsWhoSetsTheTime sets the time of day, which is to show within a
// millisecond.
func TestClockFollowsWhoSetsTheTime(t *testing.T) {
	for name, by := range map[string]time.Duration{"ahead": time.Hour, "back": -time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var c clock
				c.start()
				c.now()
				c.ahead.Add(int64(by)) // as if the clock had been set after that
				time.Sleep(time.Millisecond)
				if got, want := c.now(), MillisOf(time.Now()); got != want {
					t.Errorf("%d, want %d", got, want)
				}
			})
		})
	}
}

// TestClockOfAnotherTime uses a clock where time is another: a store that was opened
// outside of a synctest bubble, and used within.
func TestClockOfAnotherTime(t *testing.T) {
	var c clock
	c.start()
	c.now()
	synctest.Test(t, func(t *testing.T) {
		for range 3 {
			if got, want := c.now(), MillisOf(time.Now()); got != want {
				t.Errorf("%d, want %d", got, want)
			}
			time.Sleep(time.Minute)
		}
	})
	before := MillisOf(time.Now())
	if got := c.now(); got < before || got > MillisOf(time.Now()) {
		t.Errorf("%d, want the time of day, %d", got, before)
	}
}

// TestClockInUse is used by several goroutines in real time.
func TestClockInUse(t *testing.T) {
	var c clock
	c.start()
	var users sync.WaitGroup
	for range 2 {
		users.Go(func() {
			for range 20_000 {
				before := time.Now()
				got := c.now()
				after := time.Now()
				// It may be set wrong by syncSlack, which is in another millisecond.
				if got < MillisOf(before.Add(-time.Millisecond)) || got > MillisOf(after.Add(time.Millisecond)) {
					t.Errorf("%d, want a time between %d and %d", got, MillisOf(before), MillisOf(after))
				}
			}
		})
	}
	users.Wait()
}

func BenchmarkClock(b *testing.B) {
	b.Run("clock", func(b *testing.B) {
		var c clock
		c.start()
		for b.Loop() {
			c.now()
		}
	})
	b.Run("time.Now", func(b *testing.B) {
		for b.Loop() {
			MillisOf(time.Now())
		}
	})
}
