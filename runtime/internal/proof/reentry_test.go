package proof

import (
	"context"
	"errors"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

// places are where the code of users is called. Each opens a store and has use
// called there, once at least.
var places = map[string]func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store{
	"Modify": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		credit(s, "a", 1)
		_, _ = s.Accounts.Modify("a", func(*Account) error { use(s); return nil })
		return s
	},
	"a transaction": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		_ = s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Upsert(AccountInput{ID: "a"}))
			use(s)
			return nil
		}, noex.Retry(1))
		return s
	},
	"a view": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		noErr(t, s.View(func(v *View) error { v.Accounts.Len(); use(s); v.Accounts.Len(); return nil }))
		return s
	},
	"a live query": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		must(Live(s, func(v *View) (int, error) { use(s); return v.Accounts.Len(), nil })).Subscribe(func(int) {})
		return s
	},
	"the equality of a live query": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		must(Live(s, balance("a"), noex.LiveEqual(func(a, b int64) bool { use(s); return a == b }))).Subscribe(func(int64) {})
		credit(s, "a", 1)
		return s
	},
	"the error handler of a live query": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		must(Live(s, func(v *View) (int, error) {
			if n := v.Accounts.Len(); n > 0 {
				return 0, errOwn
			}
			return 0, nil
		}, noex.LiveOnError[int](func(error) { use(s) })))
		credit(s, "a", 1)
		return s
	},
	"a subscriber of a live query": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		must(Live(s, balance("a"))).Subscribe(func(int64) { use(s) })
		credit(s, "a", 1)
		return s
	},
	"a loop over a live query": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		for range must(Live(s, balance("a"))).Watch(context.Background()) {
			use(s)
			break
		}
		return s
	},
	"a handler": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		s.Accounts.On(func(noex.Event[Account]) { use(s) })
		credit(s, "a", 1)
		return s
	},
	"a handler of a panic": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		var s *Store
		cfg.OnPanic = func(any, []byte) { use(s) }
		s = start(t, *cfg)
		s.Accounts.On(func(noex.Event[Account]) { panic("oops") })
		credit(s, "a", 1)
		return s
	},
	"a receiver of a bridge": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		must(noex.Bridge(s, &receiver{emit: func(string, noex.AnyEvent) error { use(s); return errOwn }}, noex.BridgeOptions{
			Filter:  func(noex.AnyEvent) bool { use(s); return true },
			OnError: func(error) { use(s) },
		}))
		credit(s, "a", 1)
		return s
	},
	"a loop over events": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		seq := s.Accounts.Watch(context.Background(), noex.WithSnapshot())
		credit(s, "a", 1)
		for range seq {
			use(s)
			break
		}
		return s
	},
	"a loop over records": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		s := start(t, *cfg)
		credit(s, "a", 1)
		for range s.Accounts.All() {
			use(s)
		}
		for range s.Accounts.Where(AccountFields.Balance.Ge(0)).Iter() {
			use(s)
		}
		return s
	},
	"OnError": func(t *testing.T, cfg *noex.Config, use func(*Store)) *Store {
		var s *Store
		a := &troubled{Adapter: memory.New()}
		a.failSaves(errDisk)
		cfg.Persistence.Adapter = a
		cfg.Persistence.OnError = func(error) { a.failSaves(nil); use(s) }
		s = start(t, *cfg)
		credit(s, "a", 1)
		_ = s.Flush(context.Background())
		return s
	},
}

// TestNothingToDeadlockOn does from every place where the code of users is
// called whatever might wait for a lock or for somebody else.
func TestNothingToDeadlockOn(t *testing.T) {
	for call, do := range map[string]func(*Store) error{
		"reads":  func(s *Store) error { s.Accounts.First(1); s.Stats(); s.Health(); return nil },
		"writes": func(s *Store) error { _, err := s.Accounts.Upsert(AccountInput{ID: "z"}); return err },
		"clears": func(s *Store) error { _, err := s.Jobs.Clear(); return err },
		"purges": func(s *Store) error { _, err := s.PurgeExpired(); return err },
		"runs transactions": func(s *Store) error {
			return s.Tx(func(tx *Tx) error { _, err := tx.Jobs.Insert(JobInput{Title: "x"}); return err })
		},
		"stores durably": func(s *Store) error {
			return s.Tx(func(tx *Tx) error { _, err := tx.Jobs.Insert(JobInput{Title: "x"}); return err }, noex.Durable())
		},
		"views": func(s *Store) error { return s.View(func(v *View) error { v.Jobs.Len(); return nil }) },
		"lives": func(s *Store) error {
			live, err := Live(s, balance("y"))
			if err == nil {
				live.Subscribe(func(int64) {})()
				live.Stop()
			}
			return err
		},
		"subscribes": func(s *Store) error { s.Jobs.On(func(noex.Event[Job]) {})(); return nil },
		"flushes":    func(s *Store) error { return s.Flush(context.Background()) },
		"closes":     func(s *Store) error { return s.Close() },
	} {
		for place, run := range places {
			t.Run(place+" "+call, func(t *testing.T) {
				within(t, place+" "+call, func() {
					used := make(chan error, 1000)
					cfg := saved(memory.New())
					s := run(t, &cfg, func(s *Store) {
						select {
						case used <- do(s):
						default:
						}
					})
					if err := <-used; err != nil && !errors.Is(err, noex.ErrClosed) {
						t.Errorf("it %s: %v", call, err)
					}
					noErr(t, s.Close())
				})
			})
		}
	}
}
