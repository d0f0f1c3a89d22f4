package proof

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// TestLiveRaces begins live queries while others write, and subscribes while
// they go on: whoever subscribes and then looks at the value misses nothing,
// results never go back, none comes twice in a row, and all end at the truth.
func TestLiveRaces(t *testing.T) {
	for round := range *streams {
		s, err := Open(context.Background(), noex.Config{})
		noErr(t, err)
		credit(s, "a", 0)
		var wg sync.WaitGroup
		wg.Go(func() {
			for n := range int64(20) {
				credit(s, "a", n/2+1) // every other write changes nothing
			}
		})
		var results [3][]int64
		for i := range results {
			wg.Go(func() {
				live := must(Live(s, balance("a")))
				var mu sync.Mutex
				got := []int64{}
				live.Subscribe(func(n int64) {
					mu.Lock()
					defer mu.Unlock()
					got = append(got, n)
				})
				first := live.Value()
				for range rand.IntN(50) {
					live.Value()
				}
				settle(t, s)
				mu.Lock()
				defer mu.Unlock()
				results[i] = append([]int64{first}, got...)
			})
		}
		within(t, "a live query", wg.Wait)
		settle(t, s)
		noErr(t, s.Close())
		for _, got := range results {
			// The value that was looked at may be the first that was delivered.
			if len(got) > 1 && got[1] <= got[0] {
				got = got[slices.IndexFunc(append(got[1:], math.MaxInt64), func(n int64) bool { return n >= got[0] })+1:]
			}
			for i := 1; i < len(got); i++ {
				if got[i] <= got[i-1] {
					t.Fatalf("round %d: results %v", round, got)
				}
			}
		}
	}
}

func TestLiveFollowsToTheEnd(t *testing.T) {
	for range 100 {
		s := open(t, noex.Config{})
		live := must(Live(s, balance("a")))
		last := int64(0)
		live.Subscribe(func(n int64) { last = n })
		for n := range int64(5) {
			credit(s, "a", n+1)
		}
		settle(t, s)
		equal(t, last, 5)
		equal(t, live.Value(), 5)
		equal(t, live.Revision(), 5)
	}
}

func TestLiveDelivery(t *testing.T) {
	t.Run("a burst is coalesced to the newest for a slow subscriber, a fast one is not held up", func(t *testing.T) {
		s := open(t, noex.Config{})
		live := must(Live(s, balance("a")))
		entered, release := make(chan struct{}), make(chan struct{})
		var slow []int64
		live.Subscribe(func(n int64) {
			if slow = append(slow, n); len(slow) == 1 {
				close(entered)
				<-release
			}
		})
		fast := make(chan int64, 200)
		live.Subscribe(func(n int64) { fast <- n })
		credit(s, "a", 1)
		<-entered
		for n := range int64(99) {
			credit(s, "a", n+2)
		}
		for n := range fast {
			if n == 100 {
				break
			}
		}
		close(release)
		settle(t, s)
		equal(t, slow, []int64{1, 100})
	})
	t.Run("there and back while a subscriber is busy is no new result", func(t *testing.T) {
		s := open(t, noex.Config{})
		live := must(Live(s, balance("a")))
		entered, release := make(chan struct{}), make(chan struct{})
		var got []int64
		live.Subscribe(func(n int64) {
			if got = append(got, n); len(got) == 1 {
				close(entered)
				<-release
			}
		})
		reached := make(chan int64, 10)
		live.Subscribe(func(n int64) { reached <- n })
		credit(s, "a", 1)
		<-entered
		equal(t, <-reached, 1)
		credit(s, "a", 2)
		equal(t, <-reached, 2)
		credit(s, "a", 1)
		equal(t, <-reached, 1)
		close(release)
		settle(t, s)
		equal(t, got, []int64{1})
	})
	t.Run("a subscriber may write, read, subscribe and stop", func(t *testing.T) {
		s := open(t, noex.Config{})
		live := must(Live(s, balance("a")))
		var got []int64
		var stop func()
		stop = live.Subscribe(func(n int64) {
			if got = append(got, n); n < 5 {
				credit(s, "a", n+1)
			} else {
				stop()
				live.Stop()
			}
		})
		credit(s, "a", 1)
		for s.Stats().Live.Queries > 0 {
			settle(t, s)
		}
		equal(t, got, []int64{1, 2, 3, 4, 5})
	})
	t.Run("Stop: no more evaluations nor calls, the value stays, it may be called again", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, balance("a"))
		c.Stop()
		c.Stop()
		credit(s, "a", 1)
		c.expect(t, s, 1)
		equal(t, c.Value(), 0)
		equal(t, s.Stats().Live.Queries, 0)
	})
	t.Run("Settle comes back while others go on writing to what is read", func(t *testing.T) {
		s := open(t, noex.Config{})
		must(Live(s, balance("a"))).Subscribe(func(int64) {})
		done := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			for n := int64(0); ; n++ {
				select {
				case <-done:
					return
				default:
					credit(s, "a", n)
				}
			}
		})
		for range 20 {
			settle(t, s)
		}
		close(done)
		wg.Wait()
	})
}

func TestLiveWatch(t *testing.T) {
	s := open(t, noex.Config{})
	credit(s, "a", 1)
	live := must(Live(s, balance("a")))
	t.Run("the current result, then new ones; the body may write", func(t *testing.T) {
		var got []int64
		for n := range live.Watch(context.Background()) {
			if got = append(got, n); n == 5 {
				break
			}
			credit(s, "a", n+1)
		}
		equal(t, got, []int64{1, 2, 3, 4, 5})
	})
	t.Run("a context that is done ends it", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		within(t, "the loop", func() {
			for range live.Watch(ctx) {
				cancel()
			}
			for range live.Watch(ctx) {
				t.Error("a result")
			}
		})
	})
	t.Run("Stop ends it", func(t *testing.T) {
		other := must(Live(s, balance("a")))
		within(t, "the loop", func() {
			for range other.Watch(context.Background()) {
				other.Stop()
			}
		})
	})
	t.Run("nobody is left", func(t *testing.T) { equal(t, s.Stats().Live.Subscribers, 0) })
}

// TestLiveEquality has pairs of results and whether the second is a new one.
func TestLiveEquality(t *testing.T) {
	type node struct {
		Next *node
		Any  any
	}
	var deep, deep2 any
	for range 100 {
		deep, deep2 = []any{deep}, []any{deep2}
	}
	at := time.Date(2024, 1, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		a, b any
		same bool
	}{
		{"not a number", math.NaN(), math.NaN(), true},
		{"not a number, deep", map[string]any{"x": []float64{math.NaN()}}, map[string]any{"x": []float64{math.NaN()}}, true},
		{"equal times in other zones", at, at.In(time.FixedZone("", 7200)), true},
		{"times in an Opt", noex.Some(at), noex.Some(at), true},
		{"times a moment apart", at, at.Add(1), false},
		{"nested", map[string]any{"a": []any{1, "x"}}, map[string]any{"a": []any{1, "x"}}, true},
		{"nested, other order", []any{1, 2}, []any{2, 1}, false},
		{"nil slice and empty slice", []int(nil), []int{}, true},
		{"nil map and empty map", map[string]int(nil), map[string]int{}, true},
		{"pointers to equal values", &node{Any: 1}, &node{Any: 1}, true},
		{"nil pointer", (*node)(nil), &node{}, false},
		{"absent and null", noex.Opt[int]{}, noex.Null[int](), false},
		{"1 and \"1\"", 1, "1", false},
		{"1 and 1.0", 1, 1.0, false},
		{"list and object", []any{}, map[string]any{}, false},
		{"nil and 0", nil, 0, false},
		{"time and number", at, at.UnixMilli(), false},
		{"a key with nil and no key", map[string]any{"a": nil}, map[string]any{}, false},
		{"deep", deep, deep2, true},
		{"functions", func() {}, func() {}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, noex.Config{})
			live := must(Live(s, func(v *View) (any, error) {
				if v.Accounts.Len() == 0 {
					return c.a, nil
				}
				return c.b, nil
			}))
			calls := 0
			live.Subscribe(func(any) { calls++ })
			credit(s, "a", 1)
			settle(t, s)
			equal(t, calls == 0, c.same)
		})
	}
	t.Run("LiveEqual decides, and a panic of it means new", func(t *testing.T) {
		s := open(t, noex.Config{})
		live := must(Live(s, balance("a"), noex.LiveEqual(func(a, b int64) bool {
			if b == 13 {
				panic("unlucky")
			}
			return a/10 == b/10
		})))
		var got []int64
		live.Subscribe(func(n int64) { got = append(got, n) })
		for _, n := range []int64{5, 11, 12, 13, 25} {
			credit(s, "a", n)
			settle(t, s)
		}
		equal(t, got, []int64{11, 13, 25})
	})
}
