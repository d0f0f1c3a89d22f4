package proof

import (
	"context"
	"sync"
	"testing"

	"go.uber.org/goleak"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
)

// TestLeaks closes a store in every kind of use and looks for goroutines that
// it has left, and for calls that never return.
func TestLeaks(t *testing.T) {
	for name, use := range map[string]func(t *testing.T, s *Store){
		"nothing":  func(*testing.T, *Store) {},
		"handlers": func(_ *testing.T, s *Store) { s.Accounts.On(func(noex.Event[Account]) {}) },
		"handlers that panic": func(_ *testing.T, s *Store) {
			s.Accounts.On(func(noex.Event[Account]) { panic("oops") })
			credit(s, "a", 1)
		},
		"live queries": func(_ *testing.T, s *Store) {
			for range 10 {
				must(Live(s, balance("a"))).Subscribe(func(int64) {})
			}
			credit(s, "a", 1)
		},
		"a watcher that nobody walks": func(_ *testing.T, s *Store) {
			s.Accounts.Watch(context.Background())
			s.Accounts.Watch(context.Background(), noex.Unbounded(), noex.WithSnapshot())
			credit(s, "a", 1)
		},
		"loops over events and results": func(_ *testing.T, s *Store) {
			live := must(Live(s, balance("a")))
			begun := make(chan struct{}, 2)
			go func() {
				seq := s.Accounts.Watch(context.Background())
				begun <- struct{}{}
				for range seq {
				}
			}()
			go func() {
				once := sync.OnceFunc(func() { begun <- struct{}{} })
				for range live.Watch(context.Background()) {
					once()
				}
			}()
			<-begun
			<-begun
		},
		"writers, transactions and views that go on": func(t *testing.T, s *Store) {
			for range 3 {
				go func() {
					for {
						err := s.Tx(func(tx *Tx) error {
							_, err := tx.Accounts.Upsert(AccountInput{ID: "a"})
							return err
						}, noex.Retry(3))
						_ = s.View(func(v *View) error { v.Accounts.Len(); return nil })
						if kind(err) == "closed" {
							return
						}
					}
				}()
			}
		},
		"a handler that closes the store": func(t *testing.T, s *Store) {
			done := make(chan struct{})
			s.Accounts.On(func(noex.Event[Account]) { noErr(t, s.Close()); close(done) }, noex.Inserted)
			credit(s, "a", 1)
			<-done
		},
		"a live query whose subscriber closes the store": func(t *testing.T, s *Store) {
			done := make(chan struct{})
			must(Live(s, balance("a"))).Subscribe(func(int64) { noErr(t, s.Close()); close(done) })
			credit(s, "a", 1)
			<-done
		},
		"a live query that closes the store": func(t *testing.T, s *Store) {
			done := make(chan struct{})
			must(Live(s, func(v *View) (int, error) {
				n := v.Accounts.Len()
				if n == 1 {
					noErr(t, s.Close())
					close(done)
				}
				return n, nil
			}))
			credit(s, "a", 1)
			<-done
		},
		"a transaction that closes the store": func(t *testing.T, s *Store) {
			fails(t, s.Tx(func(tx *Tx) error {
				must(tx.Accounts.Insert(AccountInput{ID: "a"}))
				return s.Close()
			}), noex.ErrClosed)
		},
		"a watcher whose body closes the store": func(t *testing.T, s *Store) {
			seq := s.Accounts.Watch(context.Background())
			credit(s, "a", 1)
			for range seq {
				noErr(t, s.Close())
			}
		},
		"closing from many at once": func(t *testing.T, s *Store) {
			var wg sync.WaitGroup
			for range 8 {
				wg.Go(func() { noErr(t, s.Close()) })
			}
			wg.Wait()
		},
	} {
		for adapter, cfg := range map[string]noex.Config{
			"in memory": {},
			"saved":     {Persistence: noex.PersistenceConfig{Adapter: memory.New()}},
			"on disk":   {Persistence: noex.PersistenceConfig{Adapter: file.New(t.TempDir())}},
		} {
			t.Run(name+", "+adapter, func(t *testing.T) {
				before := goleak.IgnoreCurrent()
				within(t, name, func() {
					s, err := Open(context.Background(), cfg)
					noErr(t, err)
					use(t, s)
					noErr(t, s.Close())
				})
				goleak.VerifyNone(t, before)
			})
		}
	}
}

// TestCloseDelivers closes stores right after a write: handlers and live
// queries still get what was committed.
func TestCloseDelivers(t *testing.T) {
	for range 200 {
		s, err := Open(context.Background(), noex.Config{})
		noErr(t, err)
		events, last := 0, int64(0)
		s.Accounts.On(func(noex.Event[Account]) { events++ })
		must(Live(s, balance("a"))).Subscribe(func(n int64) { last = n })
		for n := range int64(3) {
			credit(s, "a", n+1)
		}
		noErr(t, s.Close())
		settle(t, s)
		equal(t, events, 3)
		equal(t, last, 3)
	}
}
