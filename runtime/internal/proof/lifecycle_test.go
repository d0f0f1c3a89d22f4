package proof

import (
	"fmt"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// archiveHolds is the maxSize of the archive.
const archiveHolds = 100_000

// fillArchive opens a store with n records in the archive, that nobody sweeps.
func fillArchive(tb testing.TB, n int) *Store {
	tb.Helper()
	s := open(tb, noex.Config{TTLCheckInterval: -1})
	ins := make([]ArchivedInput, n)
	for i := range ins {
		ins[i] = ArchivedInput{ID: int64(i), Kind: noex.Some("k")}
	}
	must(s.Archive.InsertMany(ins))
	return s
}

// TestLifecycleOfMany sweeps, and makes room, where nearly all records stay.
func TestLifecycleOfMany(t *testing.T) {
	s := fillArchive(t, archiveHolds)
	equal(t, must(s.PurgeExpired()), 0)

	must(s.Archive.Insert(ArchivedInput{ID: archiveHolds, Kind: noex.Some("k")}))
	equal(t, s.Archive.Len(), archiveHolds)
	_, ok := s.Archive.Get(0)
	equal(t, ok, false)

	must(s.Archive.Upsert(ArchivedInput{ID: 7, ExpiresAt: noex.Some(time.Now())}))
	equal(t, s.Archive.Len(), archiveHolds-1)
	equal(t, must(s.PurgeExpired()), 1)
	equal(t, s.Archive.Len(), archiveHolds-1)
}

// BenchmarkLifecycle measures the sweep, and what else sees to records that have expired
// or have to go: they cost by what is due, and hardly more where a hundred times as many
// records stay.
func BenchmarkLifecycle(b *testing.B) {
	for _, n := range []int{archiveHolds / 100, archiveHolds} {
		run := func(name string, fn func(s *Store, i int64)) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				s := fillArchive(b, n)
				must(s.Archive.Delete(0))
				must(s.Archive.Upsert(ArchivedInput{ID: 7, ExpiresAt: noex.Some(time.Now())}))
				next := int64(archiveHolds)
				for b.Loop() {
					next++
					fn(s, next)
				}
			})
		}
		run("sweep of none", func(s *Store, _ int64) { must(s.PurgeExpired()) })
		run("sweep of one", func(s *Store, i int64) {
			must(s.Archive.Insert(ArchivedInput{ID: i, ExpiresAt: noex.Some(time.Now())}))
			must(s.PurgeExpired())
		})
		run("len with one expired", func(s *Store, _ int64) { s.Archive.Len() })
	}
	b.Run(fmt.Sprintf("insert into a full bucket/%d", archiveHolds), func(b *testing.B) {
		s := fillArchive(b, archiveHolds)
		next := int64(archiveHolds)
		for b.Loop() {
			next++
			must(s.Archive.Insert(ArchivedInput{ID: next, Kind: noex.Some("k")}))
		}
	})
}
