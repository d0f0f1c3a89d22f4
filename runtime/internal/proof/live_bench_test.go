package proof

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// followElsewhere begins n live queries with a subscriber each, on as many
// keys, index values, ranges and unique values, and counts their evaluations.
// None of them reads what changeElsewhere writes.
func followElsewhere(tb testing.TB, s *Store, n int) (runs *atomic.Int64) {
	tb.Helper()
	runs = new(atomic.Int64)
	f := AccountFields
	for i := range n {
		id := fmt.Sprint("other ", i)
		read := [...]func(v *View) (int, error){
			func(v *View) (int, error) { r, _ := v.Accounts.Get(id); return int(r.Balance), nil },
			func(v *View) (int, error) { return len(v.Accounts.ByBranch(id)), nil },
			func(v *View) (int, error) {
				return v.Accounts.Where(f.Balance.Between(int64(1000+2*i), int64(1001+2*i))).Count(), nil
			},
			func(v *View) (int, error) { r, _ := v.Accounts.ByHolder(id); return int(r.Balance), nil },
		}[i%4]
		live, err := Live(s, func(v *View) (int, error) { runs.Add(1); return read(v) })
		noErr(tb, err)
		live.Subscribe(func(int) { tb.Error("a result, although nothing of it was changed") })
	}
	return runs
}

// changeElsewhere makes n changes, and waits until the live queries have seen
// them.
func changeElsewhere(tb testing.TB, s *Store, n int) {
	for i := range n {
		credit(s, accountIDs[i%4], int64(i%1000))
	}
	settle(tb, s)
}

// TestLiveElsewhere makes changes that touch no live query, a burst of more commits than
// the log keeps for everybody: none of 10,000 queries runs again.
func TestLiveElsewhere(t *testing.T) {
	const queries = 10_000
	s := open(t, noex.Config{})
	runs := followElsewhere(t, s, queries)
	changeElsewhere(t, s, ringHolds+1000)
	equal(t, runs.Load(), int64(queries))
}

// BenchmarkLiveElsewhere measures a change that touches none of so many live
// queries, until they have seen it: with 10,000 it costs as much as with one.
func BenchmarkLiveElsewhere(b *testing.B) {
	for _, queries := range []int{0, 1, 100, 10_000} {
		b.Run(fmt.Sprint(queries), func(b *testing.B) {
			s, err := Open(context.Background(), noex.Config{})
			noErr(b, err)
			followElsewhere(b, s, queries)
			b.ResetTimer()
			changeElsewhere(b, s, b.N)
			b.StopTimer()
			noErr(b, s.Close())
		})
	}
}
