package proof

import (
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// shortest is how long fn takes when nothing else disturbs it.
func shortest(fn func()) time.Duration {
	best := time.Hour
	for range 20 {
		begin := time.Now()
		fn()
		best = min(best, time.Since(begin))
	}
	return best
}

// fillArchive makes a bucket of 100,000, which is as many as it may hold.
func fillArchive(t *testing.T) *Store {
	t.Helper()
	s := open(t, noex.Config{TTLCheckInterval: -1})
	ins := make([]ArchivedInput, 100_000)
	for i := range ins {
		ins[i] = ArchivedInput{ID: int64(i), Kind: noex.Some("k")}
	}
	must(s.Archive.InsertMany(ins))
	return s
}

// TestLifecycleCosts holds the sweep and the eviction to a cost of what is due:
// a look at each of 100,000 records would take a hundred times as long.
func TestLifecycleCosts(t *testing.T) {
	t.Run("a sweep with nothing due", func(t *testing.T) {
		s := fillArchive(t)
		if d := shortest(func() { equal(t, must(s.PurgeExpired()), 0) }); d > 100*time.Microsecond {
			t.Errorf("it took %v", d)
		}
	})
	t.Run("a sweep with one record due", func(t *testing.T) {
		s := fillArchive(t)
		must(s.Archive.Delete(0))
		next := int64(1_000_000)
		if d := shortest(func() {
			next++
			must(s.Archive.Insert(ArchivedInput{ID: next, ExpiresAt: noex.Some(time.Now())}))
			equal(t, must(s.PurgeExpired()), 1)
		}); d > 200*time.Microsecond {
			t.Errorf("it took %v", d)
		}
	})
	t.Run("an insert into a full bucket", func(t *testing.T) {
		s := fillArchive(t)
		next := int64(1_000_000)
		if d := shortest(func() {
			next++
			must(s.Archive.Insert(ArchivedInput{ID: next, Kind: noex.Some("k")}))
		}); d > 100*time.Microsecond {
			t.Errorf("it took %v", d)
		}
		equal(t, s.Archive.Len(), 100_000)
		_, ok := s.Archive.Get(0)
		equal(t, ok, false)
	})
	t.Run("to see what has expired before a sweep", func(t *testing.T) {
		s := fillArchive(t)
		must(s.Archive.Upsert(ArchivedInput{ID: 7, ExpiresAt: noex.Some(time.Now())}))
		if d := shortest(func() { equal(t, s.Archive.Len(), 99_999) }); d > 100*time.Microsecond {
			t.Errorf("it took %v", d)
		}
	})
}
