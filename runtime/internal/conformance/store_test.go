package conformance

import (
	"context"
	"errors"
	"slices"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestStore(t *testing.T) {
	t.Run("without a name the store has that of its definition [changed]", func(t *testing.T) {
		equal(t, open(t, noex.Config{}).Name(), "conformance")
	})
	t.Run("a name that is given is the store's", func(t *testing.T) {
		equal(t, open(t, noex.Config{Name: "my-store"}).Name(), "my-store")
	})
	t.Run("a second running store of the same name on the same adapter is refused", func(t *testing.T) {
		a := newSpy()
		first := open(t, on(a))
		if s, err := Open(context.Background(), on(a)); err == nil {
			t.Fatalf("opened %v twice", s.Name())
		}
		equal(t, a.closes, 0) // it is still in use
		insert(t, first.Notes, NoteInput{ID: "a"})
		second := reopen(t, first, on(a))
		equal(t, second.Notes.Len(), 1)
	})
	t.Run("stores of other names share an adapter", func(t *testing.T) {
		a := newSpy()
		one, two := open(t, on(a)), open(t, noex.Config{Name: "two", Persistence: noex.PersistenceConfig{Adapter: a}})
		insert(t, one.Notes, NoteInput{ID: "a"})
		noErr(t, one.Flush(context.Background()))
		noErr(t, two.Flush(context.Background()))
		equal(t, a.keys(), []string{"conformance:bucket:notes"})
	})
	t.Run("without an adapter two stores may share a name [changed]", func(t *testing.T) {
		one, two := open(t, noex.Config{Name: "x"}), open(t, noex.Config{Name: "x"})
		insert(t, one.Notes, NoteInput{ID: "a"})
		equal(t, two.Notes.Len(), 0)
	})
	t.Run("an adapter may be of a type without equality", func(t *testing.T) {
		s := open(t, on(wrapped{incomparable{newSpy(), nil}}))
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Close())
	})
	t.Run("an Open that failed leaves nothing behind, and the next one works [mended]", func(t *testing.T) {
		a := newSpy()
		a.onLoad = func(string) error { return errors.New("no disk") }
		cfg := on(a)
		cfg.Persistence.Strict = true
		if _, err := Open(context.Background(), cfg); err == nil {
			t.Fatal("opened")
		}
		equal(t, a.closes, 1)
		a.onLoad = nil
		open(t, cfg)
	})
	t.Run("stopped store stops again", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Close())
		noErr(t, s.Close())
	})
	t.Run("every write of a stopped store is ErrClosed, reads go on", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		noErr(t, s.Close())
		for name, write := range map[string]func() error{
			"Insert":       func() error { _, err := s.Users.Insert(UserInput{Name: "B"}); return err },
			"InsertMany":   func() error { _, err := s.Users.InsertMany([]UserInput{{Name: "B"}}); return err },
			"Upsert":       func() error { _, err := s.Users.Upsert(UserInput{Name: "B"}); return err },
			"Update":       func() error { _, err := s.Users.Update(u.ID, UserPatch{}); return err },
			"UpdateMany":   func() error { return s.Users.UpdateMany([]noex.Update[string, UserPatch]{{Key: u.ID}}) },
			"DeleteMany":   func() error { _, err := s.Users.DeleteMany([]string{u.ID}); return err },
			"Modify":       func() error { _, err := s.Users.Modify(u.ID, func(*User) error { return nil }); return err },
			"Delete":       func() error { _, err := s.Users.Delete(u.ID); return err },
			"Clear":        func() error { _, err := s.Users.Clear(); return err },
			"PurgeExpired": func() error { _, err := s.PurgeExpired(); return err },
			"Flush":        func() error { return s.Flush(context.Background()) },
			"On":           func() error { _, err := s.On("bucket.*.*", func(noex.AnyEvent) {}); return err },
		} {
			if err := write(); !errors.Is(err, noex.ErrClosed) {
				t.Errorf("%s: got the error %v, want ErrClosed", name, err)
			}
		}
		s.Users.On(func(noex.Event[User]) { t.Error("an event") })()
		for range s.Users.Watch(context.Background()) {
			t.Error("an event")
		}
		equal(t, get(t, s.Users, u.ID), u)
		equal(t, slices.Collect(s.Users.All()), []User{u})
		equal(t, s.Health().Closed, true)
	})
	t.Run("clearing one bucket leaves the others as they are", func(t *testing.T) {
		s := open(t, noex.Config{})
		u, n := insert(t, s.Users, UserInput{Name: "A"}), insert(t, s.Notes, NoteInput{ID: "n"})
		if _, err := s.Users.Clear(); err != nil {
			t.Fatal(err)
		}
		gone(t, s.Users, u.ID)
		equal(t, get(t, s.Notes, "n"), n)
	})
}

// wrapped is of a type that has equality, until it holds one that has not.
type wrapped struct{ noex.StorageAdapter }

type incomparable struct {
	*spy
	_ []int
}
