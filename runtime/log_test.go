package noex

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// TestLog appends commits, whose changes are known by their ranks, and reads all that the
// log still holds: the last of them, and enough. What a subscriber has read stays as it was.
func TestLog(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := commitLog{unread: true}
		var c commit
		var made, read [][]uint64
		var entries []logEntry // as a subscriber has them
		var rank uint64
		for range rapid.IntRange(1, 30).Draw(t, "commits") {
			if rapid.IntRange(0, 9).Draw(t, "subscribe") == 0 {
				l.follow()
			}
			var ranks []uint64
			for range rapid.SampledFrom([]int{1, 2, 65, 500, 1000, unreadChanges}).Draw(t, "changes") {
				rank++
				c.next().rank = rank
				ranks = append(ranks, rank)
			}
			made = append(made, ranks)
			l.append(uint64(len(made)), &c)
			c.reset()

			buf := make([]logEntry, len(made))
			n, from := l.read(1, buf)
			if from+uint64(n) != uint64(len(made))+1 {
				t.Fatalf("the log ends with commit %d of %d", int(from)+n-1, len(made))
			}
			held := ranksOf(buf[:n])
			if !sameRanks(made[from-1:], held) {
				t.Fatalf("the log holds other changes (-made +held):\n%s", cmp.Diff(made[from-1:], held))
			}
			if dropped := from > 1; dropped && count(held)+len(made[from-2]) <= unreadChanges {
				t.Fatalf("%d changes are held, and the %d before them are gone", count(held), len(made[from-2]))
			}
			if was := ranksOf(entries); !sameRanks(read, was) {
				t.Fatalf("what was read has changed (-was +is):\n%s", cmp.Diff(read, was))
			}
			if !l.unread {
				entries, read = buf[:n], held
			}
		}
	})
}

func sameRanks(a, b [][]uint64) bool { return slices.EqualFunc(a, b, slices.Equal) }

func ranksOf(entries []logEntry) (all [][]uint64) {
	for i := range entries {
		var ranks []uint64
		for _, ch := range entries[i].changes() {
			ranks = append(ranks, ch.rank)
		}
		all = append(all, ranks)
	}
	return all
}

func count(commits [][]uint64) (n int) {
	for _, c := range commits {
		n += len(c)
	}
	return n
}
