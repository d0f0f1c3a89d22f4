package noex

import (
	"testing"

	"pgregory.net/rapid"
)

// TestRecentCommits adds commits, fetches them or forgets to for long, and reads
// from any revision: what is read goes on without a gap from there to the last
// commit that was fetched, or the log has to be asked.
func TestRecentCommits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r recent
		var committed uint64
		buf := make([]logEntry, 32)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			for range rapid.SampledFrom([]int{0, 1, 3, recentCommits - 1, recentCommits, 2*recentCommits + 5}).Draw(t, "commits") {
				committed++
				r.add(logEntry{revision: committed, one: [1]change{{boxed: committed}}})
			}
			switch rapid.IntRange(0, 3).Draw(t, "then") {
			case 0:
				r.drop(false)
				continue
			case 1, 2:
				r.fetch()
			}
			from := rapid.Uint64Range(1, committed+2).Draw(t, "from")
			for asked := from; ; {
				n, ok := r.read(asked, buf)
				if !ok {
					if asked+recentCommits > committed && asked >= r.log.first {
						t.Fatalf("commit %d is gone, of %d", asked, committed)
					}
					break
				}
				for i, e := range buf[:n] {
					if e.revision != asked+uint64(i) {
						t.Fatalf("read commit %d instead of %d", e.revision, asked+uint64(i))
					}
				}
				if asked += uint64(n); n == 0 {
					if asked <= r.log.next-1 && r.log.next > 0 {
						t.Fatalf("nothing from %d on, although %d were fetched", asked, r.log.next-1)
					}
					break
				}
			}
		}
	})
}
