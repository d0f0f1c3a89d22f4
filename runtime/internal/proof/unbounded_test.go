package proof

import (
	"context"
	"fmt"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// ringHolds is the number of commits that the log keeps for everybody.
const ringHolds = 4096

func TestUnbounded(t *testing.T) {
	t.Run("a watcher that asked for it misses nothing, one that did not is told", func(t *testing.T) {
		s := open(t, noex.Config{})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		bounded, unbounded := s.Accounts.Watch(ctx), s.Accounts.Watch(ctx, noex.Unbounded())
		const n = 3*ringHolds + 7
		for range n {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		want := uint64(1)
		for e := range unbounded {
			equal(t, e.Revision, want)
			if want++; want > n {
				break
			}
		}
		must(s.Accounts.Upsert(AccountInput{ID: "a"})) // lets go of what nobody needs
		for e := range bounded {
			equal(t, e.Type, noex.Lagged)
			equal(t, e.From, 1)
			break
		}
	})
	t.Run("what the log had dropped before is missed all the same", func(t *testing.T) {
		s := open(t, noex.Config{})
		for range ringHolds + 3 {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		for e := range s.Accounts.Watch(context.Background(), noex.Unbounded(), noex.FromRevision(0)) {
			equal(t, [3]uint64{uint64(e.Type), e.From, e.To}, [3]uint64{uint64(noex.Lagged), 1, 3})
			break
		}
	})
	t.Run("one that stops, or is never walked until its context is done, holds nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		ctx, cancel := context.WithCancel(context.Background())
		s.Accounts.Watch(ctx, noex.Unbounded())
		for range 2 * ringHolds {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		cancel()
		for s.Stats().Subscribers > 0 {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		for range ringHolds {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		for e := range s.Accounts.Watch(context.Background(), noex.FromRevision(0)) {
			equal(t, e.Type, noex.Lagged)
			equal(t, e.To, s.Revision()-ringHolds)
			break
		}
	})
	t.Run("large commits", func(t *testing.T) {
		s := open(t, noex.Config{})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		seq := s.Scratch.Watch(ctx, noex.Unbounded())
		ins := make([]ScrapInput, 40_000)
		for i := range 3 {
			for j := range ins {
				ins[j].ID = fmt.Sprint(i, " ", j)
			}
			must(s.Scratch.InsertMany(ins))
		}
		n := 0
		for e := range seq {
			equal(t, e.Type, noex.Inserted)
			if n++; n == 3*len(ins) {
				break
			}
		}
	})
}
