package proof

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/noexgen/noexgen/runtime/memory"
)

// TestOnErrorMayUseTheStore calls from OnError whatever might wait for the save
// that has failed.
func TestOnErrorMayUseTheStore(t *testing.T) {
	for name, use := range map[string]func(*Store) error{
		"write":           func(s *Store) error { _, err := s.Accounts.Upsert(AccountInput{ID: "b"}); return err },
		"settle":          func(s *Store) error { return s.Settle(context.Background()) },
		"flush":           func(s *Store) error { return s.Flush(context.Background()) },
		"close":           func(s *Store) error { return s.Close() },
		"close and flush": func(s *Store) error { _ = s.Close(); return s.Flush(context.Background()) },
	} {
		for how, cause := range map[string]func(*Store){
			"by the timer": func(*Store) { time.Sleep(time.Second); synctest.Wait() },
			"by Flush":     func(s *Store) { _ = s.Flush(context.Background()) },
			"by Close":     func(s *Store) { _ = s.Close() },
		} {
			t.Run(name+" when a save failed "+how, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					a := &troubled{Adapter: memory.New()}
					a.failSaves(errDisk)
					cfg := saved(a)
					var s *Store
					calls := 0
					cfg.Persistence.OnError = func(error) {
						if calls++; calls == 1 {
							_ = use(s)
						}
					}
					s = start(t, cfg)
					credit(s, "a", 1)
					cause(s)
					if calls == 0 {
						t.Error("OnError was not called")
					}
					_ = s.Close()
				})
			})
		}
	}
	t.Run("an error has been reported when Flush and Close return it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := &troubled{Adapter: memory.New()}
			a.failSaves(errDisk)
			cfg := saved(a)
			calls := 0
			cfg.Persistence.OnError = func(error) { time.Sleep(time.Minute); calls++ }
			cfg.Persistence.Debounce = time.Hour
			s := start(t, cfg)
			credit(s, "a", 1)
			fails(t, s.Flush(context.Background()), errDisk)
			equal(t, calls, 1)
			fails(t, s.Close(), errDisk)
			equal(t, calls > 1, true)
		})
	})
}
