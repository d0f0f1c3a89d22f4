package noex_test

import (
	"context"
	"errors"
	"testing"

	"github.com/noexgen/noexgen/example/userapp/store"
	noex "github.com/noexgen/noexgen/runtime"
)

func openStore(t testing.TB, cfg noex.Config) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func runTx(s *store.Store, fn func(*store.UserTx) error, opts ...noex.TxOption) error {
	return s.Tx(func(tx *store.Tx) error { return fn(tx.Users) }, opts...)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestTxSwapsUniqueValues(t *testing.T) {
	s := openStore(t, noex.Config{})
	a := must(s.Users.Insert(store.UserInput{Name: "A", Email: "a@x.de"}))
	b := must(s.Users.Insert(store.UserInput{Name: "B", Email: "b@x.de"}))
	var events []noex.Event[store.User]
	s.Users.On(func(e noex.Event[store.User]) { events = append(events, e) })
	err := runTx(s, func(tx *store.UserTx) error {
		must(tx.Update(a.ID, store.UserPatch{Email: noex.Some("b@x.de")}))
		must(tx.Update(b.ID, store.UserPatch{Email: noex.Some("a@x.de")}))
		if u, _ := tx.ByEmail("a@x.de"); u.ID != b.ID {
			t.Errorf("inside: a@x.de is %v", u)
		}
		if u, _ := s.Users.ByEmail("a@x.de"); u.ID != a.ID {
			t.Errorf("outside: a@x.de is %v", u)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if u, _ := s.Users.ByEmail("a@x.de"); u.ID != b.ID || u.Version != 2 {
		t.Errorf("after: a@x.de is %v", u)
	}
	if err := s.Settle(context.Background()); err != nil {
		t.Fatal(err)
	}
	if len(events) != 2 || events[0].Revision != 3 || events[1].Revision != 3 {
		t.Errorf("events %v", events)
	}
}

func TestTxConflicts(t *testing.T) {
	s := openStore(t, noex.Config{})
	a := must(s.Users.Insert(store.UserInput{Name: "A", Email: "a@x.de"}))
	phantom := func(tx *store.UserTx) error {
		n := len(tx.ByRole(store.UserRoleAdmin))
		if n == 0 {
			must(s.Users.Insert(store.UserInput{Name: "C", Email: "c@x.de", Role: noex.Some(store.UserRoleAdmin)}))
		}
		_, err := tx.Update(a.ID, store.UserPatch{Name: noex.Some("AA")})
		return err
	}
	if err := runTx(s, phantom); !errors.Is(err, noex.ErrConflict) {
		t.Errorf("phantom: %v", err)
	}
	if err := runTx(s, phantom, noex.Retry(1)); err != nil {
		t.Errorf("retry: %v", err)
	}
	err := runTx(s, func(tx *store.UserTx) error {
		u, _ := tx.Get(a.ID)
		must(s.Users.Delete(a.ID))
		if v, ok := tx.Get(a.ID); !ok || v != u {
			t.Errorf("a read is not repeatable: %v", v)
		}
		_, err := tx.Insert(store.UserInput{Name: "D", Email: "d@x.de"})
		return err
	})
	var conflict *noex.ConflictError
	if !errors.As(err, &conflict) || conflict.Key != a.ID {
		t.Errorf("write skew: %v", err)
	}
	if s.Users.Len() != 1 {
		t.Errorf("len %d", s.Users.Len())
	}
}

func TestLiveRunsOnlyForWhatItRead(t *testing.T) {
	s := openStore(t, noex.Config{})
	a := must(s.Users.Insert(store.UserInput{Name: "A", Email: "a@x.de"}))
	runs := 0
	live := must(store.Live(s, func(v *store.View) (int, error) {
		runs++
		return len(v.Users.ByRole(store.UserRoleAdmin)), nil
	}))
	var got []int
	live.Subscribe(func(n int) { got = append(got, n) })
	settle := func() {
		t.Helper()
		if err := s.Settle(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	must(s.Users.Update(a.ID, store.UserPatch{Name: noex.Some("AA")}))
	settle()
	if runs != 1 {
		t.Errorf("%d runs after a change elsewhere", runs)
	}
	must(s.Users.Update(a.ID, store.UserPatch{Role: noex.Some(store.UserRoleAdmin)}))
	settle()
	must(s.Users.Update(a.ID, store.UserPatch{Name: noex.Some("AAA")}))
	settle()
	if runs != 3 || len(got) != 1 || got[0] != 1 || live.Value() != 1 {
		t.Errorf("runs %d, results %v, value %d", runs, got, live.Value())
	}
}
