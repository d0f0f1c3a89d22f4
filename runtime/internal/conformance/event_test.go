package conformance

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestEvents(t *testing.T) {
	t.Run("bucket.users.inserted", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := recordAny(t, s, "bucket.users.inserted")
		u := insert(t, s.Users, UserInput{Name: "A"})
		update(t, s.Users, u.ID, UserPatch{Name: noex.Some("B")})
		settle(t, s)
		equal(t, rec.take(), []noex.AnyEvent{{Revision: 1, Bucket: "users", Type: noex.Inserted, Key: u.ID, New: u}})
	})
	t.Run("bucket.users.updated", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := recordAny(t, s, "bucket.users.updated")
		old := insert(t, s.Users, UserInput{Name: "A"})
		u := update(t, s.Users, old.ID, UserPatch{Name: noex.Some("B")})
		settle(t, s)
		equal(t, rec.take(), []noex.AnyEvent{{Revision: 2, Bucket: "users", Type: noex.Updated, Key: u.ID, Old: old, New: u}})
	})
	t.Run("bucket.users.deleted, and typed events of one bucket", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Users)
		u := insert(t, s.Users, UserInput{Name: "A"})
		v := update(t, s.Users, u.ID, UserPatch{})
		_, err := s.Users.Delete(u.ID)
		noErr(t, err)
		settle(t, s)
		equal(t, rec.take(), []noex.Event[User]{
			{Revision: 1, Bucket: "users", Type: noex.Inserted, Key: u.ID, New: u},
			{Revision: 2, Bucket: "users", Type: noex.Updated, Key: u.ID, Old: u, New: v},
			{Revision: 3, Bucket: "users", Type: noex.Deleted, Key: u.ID, Old: v},
		})
	})
	t.Run("Modify and Upsert emit what they did", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Notes)
		for range 2 {
			_, err := s.Notes.Upsert(NoteInput{ID: "a"})
			noErr(t, err)
		}
		_, err := s.Notes.Modify("a", func(*Note) error { return nil })
		noErr(t, err)
		settle(t, s)
		equal(t, rec.topics(), "inserted a updated a updated a")
	})
	t.Run("delete of an unknown key and rejected writes emit nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Users, UserInput{ID: noex.Some("a"), Name: "A", Email: noex.Some("a@b.c")})
		rec, _ := recordAny(t, s, "bucket.*.*")
		_, _ = s.Users.Delete("nobody")
		_, _ = s.Users.Insert(UserInput{})
		_, _ = s.Users.Insert(UserInput{ID: noex.Some("a"), Name: "A"})
		_, _ = s.Users.InsertMany([]UserInput{{Name: "B"}, {Name: "C", Email: noex.Some("a@b.c")}})
		_, _ = s.Users.Update("a", UserPatch{Name: noex.Some("")})
		_, _ = s.Users.Modify("a", func(*User) error { return noex.ErrConflict })
		settle(t, s)
		equal(t, rec.topics(), "")
		equal(t, s.Revision(), 1)
	})
	t.Run("bucket.users.*: insert, update, delete in that order", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := recordAny(t, s, "bucket.users.*")
		u := insert(t, s.Users, UserInput{ID: noex.Some("a"), Name: "A"})
		update(t, s.Users, u.ID, UserPatch{})
		_, _ = s.Users.Delete(u.ID)
		settle(t, s)
		equal(t, rec.topics(), "inserted a updated a deleted a")
	})
	t.Run("a subscription per bucket gets its own events only", func(t *testing.T) {
		s := open(t, noex.Config{})
		users, _ := recordAny(t, s, "bucket.users.*")
		notes, _ := record(s.Notes)
		deleted, _ := recordAny(t, s, "bucket.*.deleted")
		insert(t, s.Users, UserInput{ID: noex.Some("u"), Name: "A"})
		insert(t, s.Notes, NoteInput{ID: "n"})
		_, _ = s.Notes.Delete("n")
		settle(t, s)
		equal(t, users.topics(), "inserted u")
		equal(t, notes.topics(), "inserted n deleted n")
		equal(t, deleted.topics(), "deleted n")
	})
	t.Run("only the types asked for", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Notes, noex.Deleted, noex.Updated)
		insert(t, s.Notes, NoteInput{ID: "a"})
		update(t, s.Notes, "a", NotePatch{})
		_, _ = s.Notes.Delete("a")
		settle(t, s)
		equal(t, rec.topics(), "updated a deleted a")
	})
	t.Run("after stop no more events", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, stop := record(s.Notes)
		insert(t, s.Notes, NoteInput{ID: "a"})
		settle(t, s)
		stop()
		stop() // harmless
		insert(t, s.Notes, NoteInput{ID: "b"})
		settle(t, s)
		equal(t, rec.topics(), "inserted a")
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("a pattern of another form or of no bucket is an error [changed]", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, p := range []string{
			"", "bucket", "bucket.users", "*.inserted", "*.*", "*.*.*", "#", "bucket.#", "bucket.users.inserted.*",
			"bucket.users.changed", "bucket.nobody.*", "bucket.Users.*", "bucket.*.lagged", "bucket..*",
		} {
			if _, err := s.On(p, func(noex.AnyEvent) {}); err == nil {
				t.Errorf("%q was accepted", p)
			}
		}
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("clear emits one deleted event a record [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		a, b := insert(t, s.Notes, NoteInput{ID: "a"}), insert(t, s.Notes, NoteInput{ID: "b"})
		rec, _ := record(s.Notes)
		_, err := s.Notes.Clear()
		noErr(t, err)
		_, err = s.Notes.Clear() // of an empty bucket
		noErr(t, err)
		settle(t, s)
		equal(t, rec.take(), []noex.Event[Note]{
			{Revision: 3, Bucket: "notes", Type: noex.Deleted, Key: "a", Old: a, Reason: noex.ReasonCleared},
			{Revision: 3, Bucket: "notes", Type: noex.Deleted, Key: "b", Old: b, Reason: noex.ReasonCleared},
		})
	})
	t.Run("all events of a commit come together, with its revision", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Notes)
		for batch := range 3 {
			_, err := s.Notes.InsertMany([]NoteInput{{ID: fmt.Sprint(batch, "a")}, {ID: fmt.Sprint(batch, "b")}})
			noErr(t, err)
		}
		settle(t, s)
		equal(t, each(rec.take(), func(e noex.Event[Note]) string { return fmt.Sprintf("%d:%v", e.Revision, e.Key) }),
			"1:0a 1:0b 2:1a 2:1b 3:2a 3:2b")
	})
	t.Run("recovery emits nothing", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		s = reopen(t, s, on(a))
		rec, _ := record(s.Notes)
		insert(t, s.Notes, NoteInput{ID: "b"})
		settle(t, s)
		equal(t, rec.topics(), "inserted b")
	})
}

func TestEventsOfHandlersThatMisbehave(t *testing.T) {
	t.Run("a handler that panics is contained, others and later events still come [mended]", func(t *testing.T) {
		var panicked []any
		s := open(t, noex.Config{OnPanic: func(v any, stack []byte) {
			if len(stack) > 0 {
				panicked = append(panicked, v)
			}
		}})
		calls := 0
		s.Notes.On(func(noex.Event[Note]) { calls++; panic(calls) })
		rec, _ := record(s.Notes)
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Notes, NoteInput{ID: "b"})
		settle(t, s)
		equal(t, calls, 2)
		equal(t, panicked, []any{1, 2})
		equal(t, rec.topics(), "inserted a inserted b")
		equal(t, s.Stats().Panics, 2)
	})
	t.Run("a panic of OnPanic is contained", func(t *testing.T) {
		s := open(t, noex.Config{OnPanic: func(any, []byte) { panic("again") }})
		s.Notes.On(func(noex.Event[Note]) { panic("first") })
		insert(t, s.Notes, NoteInput{ID: "a"})
		settle(t, s)
		equal(t, s.Stats().Panics, 2)
	})
	t.Run("a slow handler holds up neither writers nor other handlers", func(t *testing.T) {
		s := open(t, noex.Config{})
		release := make(chan struct{})
		var slow []any
		s.Notes.On(func(e noex.Event[Note]) { <-release; slow = append(slow, e.Key) })
		var fast []any
		done := make(chan struct{})
		s.Notes.On(func(e noex.Event[Note]) {
			if fast = append(fast, e.Key); len(fast) == 50 {
				close(done)
			}
		})
		for i := range 50 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		<-done
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		failsWith(t, s.Settle(ctx), context.Canceled)
		close(release)
		settle(t, s)
		equal(t, slow, fast)
	})
	t.Run("a handler may read and write the store", func(t *testing.T) {
		s := open(t, noex.Config{})
		s.Notes.On(func(e noex.Event[Note]) {
			if len(e.New.ID) < 5 {
				insert(t, s.Notes, NoteInput{ID: e.New.ID + "x"})
			}
		}, noex.Inserted)
		insert(t, s.Notes, NoteInput{ID: "x"})
		for range 5 { // each pass settles what the one before has written
			settle(t, s)
		}
		equal(t, s.Notes.Len(), 5)
	})
	t.Run("a handler may stop itself", func(t *testing.T) {
		s := open(t, noex.Config{})
		var stop func()
		ready := make(chan struct{})
		var calls atomic.Int32
		stop = s.Notes.On(func(noex.Event[Note]) { <-ready; calls.Add(1); stop(); stop() })
		close(ready)
		_, err := s.Notes.InsertMany([]NoteInput{{ID: "a"}, {ID: "b"}, {ID: "c"}})
		noErr(t, err)
		insert(t, s.Notes, NoteInput{ID: "d"})
		settle(t, s)
		equal(t, calls.Load(), 1)
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("a handler may subscribe another", func(t *testing.T) {
		s := open(t, noex.Config{})
		inner := new(recorder[Note])
		s.Notes.On(func(e noex.Event[Note]) {
			if e.Key == "a" {
				s.Notes.On(inner.add)
			}
		})
		insert(t, s.Notes, NoteInput{ID: "a"})
		settle(t, s)
		insert(t, s.Notes, NoteInput{ID: "b"})
		settle(t, s)
		equal(t, inner.topics(), "inserted b")
	})
	t.Run("a handler may close the store", func(t *testing.T) {
		s := open(t, on(newSpy()))
		closed := make(chan error)
		s.Notes.On(func(noex.Event[Note]) { closed <- s.Close() })
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, <-closed)
	})
	t.Run("events of the last commits before Close still come", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Notes)
		for i := range 100 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		noErr(t, s.Close())
		settle(t, s)
		equal(t, len(rec.take()), 100)
	})
}
