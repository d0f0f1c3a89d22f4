package proof

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func TestTxDurable(t *testing.T) {
	deposit := func(tx *Tx) error {
		_, err := tx.Accounts.Upsert(AccountInput{ID: "a", Balance: 1})
		return err
	}
	t.Run("what it commits is stored when it returns, whatever the debounce time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := &troubled{Adapter: memory.New()}
			s := open(t, saved(a))
			noErr(t, s.Tx(deposit))
			equal(t, a.saves, 0)
			noErr(t, s.Tx(deposit, noex.Durable()))
			equal(t, a.saves, 1)
			got, _ := reopened(t, a).Accounts.Get("a")
			equal(t, got.Version, 2)
		})
	})
	t.Run("a save that fails is its error, and the commit stands", func(t *testing.T) {
		a := &troubled{Adapter: memory.New()}
		a.failSaves(errDisk)
		s := open(t, saved(a))
		fails(t, s.Tx(deposit, noex.Durable()), errDisk)
		equal(t, s.Accounts.Len(), 1)
		a.failSaves(nil)
	})
	t.Run("a transaction that fails saves nothing", func(t *testing.T) {
		a := &troubled{Adapter: memory.New()}
		s := open(t, saved(a))
		fails(t, s.Tx(func(*Tx) error { return errOwn }, noex.Durable()), errOwn)
		equal(t, a.saves, 0)
	})
	t.Run("without persistence there is nothing to wait for", func(t *testing.T) {
		noErr(t, open(t, noex.Config{}).Tx(deposit, noex.Durable()))
	})
	t.Run("beside a Close: stored, or refused with ErrClosed", func(t *testing.T) {
		for round := range 200 {
			a := &troubled{Adapter: memory.New()}
			s := start(t, saved(a))
			var wg sync.WaitGroup
			results := make([]error, 4)
			for i := range results {
				wg.Go(func() {
					results[i] = s.Tx(func(tx *Tx) error {
						_, err := tx.Accounts.Insert(AccountInput{ID: fmt.Sprint(i)})
						return err
					}, noex.Durable())
				})
			}
			noErr(t, s.Close())
			wg.Wait()
			again := start(t, saved(a.Adapter))
			for i, err := range results {
				if err != nil && !errors.Is(err, noex.ErrClosed) {
					t.Fatal(err)
				}
				if _, ok := again.Accounts.Get(fmt.Sprint(i)); ok != (err == nil) {
					t.Fatalf("round %d: stored %v, although the transaction said %v", round, ok, err)
				}
			}
			noErr(t, again.Close())
		}
	})
	t.Run("with changes that an adapter takes in a batch, all buckets are in one", func(t *testing.T) {
		a := &batches{troubled: &troubled{Adapter: memory.New()}}
		s := open(t, saved(a))
		both := func(tx *Tx) error {
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			return deposit(tx)
		}
		noErr(t, s.Tx(both, noex.Durable()))
		noErr(t, s.Tx(both, noex.Durable()))
		equal(t, a.sizes[len(a.sizes)-1], 2)
	})
}

// batches is an adapter that takes changes, and notes how many buckets are in a
// batch.
type batches struct {
	*troubled
	sizes []int
}

func (a *batches) SaveChanges(_ context.Context, changes []noex.BucketChanges) error {
	a.sizes = append(a.sizes, len(changes))
	return nil
}
