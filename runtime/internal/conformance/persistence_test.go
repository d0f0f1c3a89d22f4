package conformance

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// persistent are the buckets that a store saves: all but sessionCache.
func persistent(s *Store) []string {
	var keys []string
	for _, b := range s.Stats().Buckets {
		if b.Name != "sessionCache" {
			keys = append(keys, "conformance:bucket:"+b.Name)
		}
	}
	return keys
}

func TestPersistence(t *testing.T) {
	t.Run("without an adapter any use works, and Flush has nothing to do", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Flush(context.Background()))
		noErr(t, s.Close())
		equal(t, s.Stats().Persistence, noex.PersistenceStats{})
	})
	t.Run("key layout, counter and metadata", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			n := insert(t, s.Numbered, NumberedInput{Label: "x"})
			time.Sleep(time.Second)
			got := a.get("conformance:bucket:numbered")
			rec, err := json.Marshal(n)
			noErr(t, err)
			equal(t, got.records, [][2]string{{"1", string(rec)}})
			equal(t, got.counter, 1)
			if got.meta.Fingerprint == "" {
				t.Error("no fingerprint")
			}
			got.meta.Fingerprint = ""
			equal(t, got.meta, noex.Metadata{
				PersistedAt: n.CreatedAt + 100, ServerID: "conformance", SchemaVersion: 1, Revision: 1,
			})
			noErr(t, s.Close())
		})
	})
	t.Run("several buckets are restored each on its own", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		u, n := insert(t, s.Users, UserInput{Name: "A"}), insert(t, s.Notes, NoteInput{ID: "n"})
		s = reopen(t, s, on(a))
		equal(t, slices.Collect(s.Users.All()), []User{u})
		equal(t, slices.Collect(s.Notes.All()), []Note{n})
		equal(t, s.Words.Len(), 0)
	})
	t.Run("persistent false is never saved and starts empty", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.SessionCache, SessionCacheInput{Key: "theme", Value: "dark"})
		noErr(t, s.Flush(context.Background()))
		equal(t, a.saved(), nil)
		s = reopen(t, s, on(a))
		equal(t, s.SessionCache.Len(), 0)
		noErr(t, s.Close())
		if slices.Contains(a.saved(), "conformance:bucket:sessionCache") || slices.Contains(a.loads, "conformance:bucket:sessionCache") {
			t.Error("the bucket was saved or loaded")
		}
	})
	t.Run("nothing dirty: Flush saves nothing", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Flush(context.Background()))
		noErr(t, s.Flush(context.Background()))
		equal(t, a.saved(), []string{"conformance:bucket:notes"})
	})
	t.Run("a write that was rejected makes nothing dirty", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		_, _ = s.Notes.Insert(NoteInput{})
		_, _ = s.Notes.Delete("nobody")
		_, _ = s.Notes.Clear()
		noErr(t, s.Flush(context.Background()))
		equal(t, a.saved(), nil)
	})
	t.Run("clear is persisted [mended]", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Flush(context.Background()))
		_, err := s.Notes.Clear()
		noErr(t, err)
		noErr(t, s.Flush(context.Background()))
		equal(t, a.bucket("notes"), nil)
	})
	t.Run("Close saves every persistent bucket even if clean, then closes the adapter once", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		savesAtClose := -1
		a.onClose = func() error { savesAtClose = len(a.saved()); return nil }
		want := persistent(s)
		noErr(t, s.Close())
		noErr(t, s.Close())
		equal(t, a.closes, 1)
		equal(t, savesAtClose, len(want))
		slices.Sort(want)
		equal(t, a.keys(), want)
	})
	t.Run("restored records keep everything, and an empty bucket is usable", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		s = reopen(t, s, on(a))
		rich := insertRich(t, s)
		s = reopen(t, s, on(a))
		equal(t, richRecords(s), rich)
		s = reopen(t, s, on(a)) // and once more, from what was written of what was read
		equal(t, richRecords(s), rich)
	})
	t.Run("the revision goes on after a restart", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		for i := range 5 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		s = reopen(t, s, on(a))
		equal(t, s.Revision(), 5)
		insert(t, s.Words, WordInput{Word: "w"})
		equal(t, s.Revision(), 6)
	})
}

// insertRich fills every kind of field with values that are easily lost.
func insertRich(t testing.TB, s *Store) []any {
	t.Helper()
	at := time.Date(2024, 2, 29, 23, 59, 59, 123_456_789, time.FixedZone("", -3600))
	insert(t, s.Checks, CheckInput{ID: noex.Some("1"), Need: "x",
		Text:   noex.Some("\x00\"\\\u2028😀\ufeff\x7f"),
		Number: noex.Some(0.1 + 0.2), Low: noex.Some(5e-324), Integer: noex.Some(int64(-1 << 63)), High: noex.Some(int64(0)),
		Boolean: noex.Some(false), Date: noex.Some(at),
		Array:  noex.Some([]any{nil, true, 1, int64(1)<<60 + 1, "s", at, []any{}, map[string]any{}}),
		Object: noex.Some(map[string]any{"": nil, "10": 1.5, "9": []any{map[string]any{"a": at}}}),
		List:   noex.Some([]int64{1 << 62, 0}), Place: noex.Some(CheckPlace{Town: "é"}),
	})
	insert(t, s.Docs, DocInput{ID: "1", Data: noex.Some(map[string]any{}), Any: noex.Some([]any{}), Tags: noex.Some([]string{}),
		Lines: noex.Some([]DocLine{{Sku: "a"}, {Sku: "b", Parts: noex.Some([]string{"", "p"})}}), Place: noex.Some(DocPlace{})})
	insert(t, s.Made, MadeInput{})
	insert(t, s.Days, DayInput{ID: "1", Day: noex.Some(at)})
	insert(t, s.Forms, FormInput{ID: "1", When: at, List: []any{1}, Names: []string{"n"}, Map: map[string]any{"k": 1}})
	for _, f := range []float64{-1e300, 5e-324, 1 << 60, 0.1} {
		insert(t, s.Levels, LevelInput{Level: f})
	}
	update(t, s.Docs, "1", DocPatch{Title: noex.Some("new")})
	return richRecords(s)
}

func richRecords(s *Store) []any {
	return []any{
		slices.Collect(s.Checks.All()), slices.Collect(s.Docs.All()), slices.Collect(s.Made.All()),
		slices.Collect(s.Days.All()), slices.Collect(s.Forms.All()), slices.Collect(s.Levels.All()),
	}
}

func TestPersistenceDebounce(t *testing.T) {
	// In a bubble of synctest, sleeping passes the time of its clock.
	const notes = "conformance:bucket:notes"
	wait := func(d time.Duration) {
		time.Sleep(d)
		synctest.Wait()
	}
	t.Run("100 inserts within the debounce time are one save of that bucket, which holds all", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			for i := range 100 {
				insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
				insert(t, s.SessionCache, SessionCacheInput{Key: fmt.Sprint(i), Value: "x"})
				time.Sleep(900 * time.Microsecond)
			}
			equal(t, a.saved(), nil)
			wait(10 * time.Millisecond)
			equal(t, a.saved(), []string{notes})
			equal(t, len(a.bucket("notes")), 100)
			wait(time.Hour)
			equal(t, a.saved(), []string{notes})
			noErr(t, s.Close())
		})
	})
	t.Run("later mutations do not restart the timer", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			wait(30 * time.Millisecond)
			update(t, s.Notes, "a", NotePatch{Text: noex.Some("x")})
			wait(50 * time.Millisecond)
			insert(t, s.Notes, NoteInput{ID: "b"})
			_, err := s.Notes.Delete("a")
			noErr(t, err)
			wait(19 * time.Millisecond)
			equal(t, a.saved(), nil)
			wait(time.Millisecond)
			equal(t, a.saved(), []string{notes})
			equal(t, a.bucket("notes"), []string{`"b"`})
			noErr(t, s.Close())
		})
	})
	t.Run("when the timer fires every dirty bucket is saved, a later mutation starts it anew", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			insert(t, s.Words, WordInput{Word: "w"})
			wait(100 * time.Millisecond)
			equal(t, a.keys(), []string{notes, "conformance:bucket:words"})
			wait(time.Second)
			a.forget()
			insert(t, s.Notes, NoteInput{ID: "b"})
			wait(99 * time.Millisecond)
			equal(t, a.saved(), nil)
			wait(time.Millisecond)
			equal(t, a.saved(), []string{notes})
			noErr(t, s.Close())
		})
	})
	t.Run("another debounce time", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			cfg := on(a)
			cfg.Persistence.Debounce = time.Minute
			s := open(t, cfg)
			insert(t, s.Notes, NoteInput{ID: "a"})
			wait(time.Minute - 1)
			equal(t, a.saved(), nil)
			wait(1)
			equal(t, a.saved(), []string{notes})
			noErr(t, s.Close())
		})
	})
	t.Run("Flush saves at once, and what it saved is not saved again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			noErr(t, s.Flush(t.Context()))
			equal(t, a.saved(), []string{notes})
			wait(time.Hour)
			equal(t, a.saved(), []string{notes})
			noErr(t, s.Close())
		})
	})
	t.Run("a mutation during a save is saved after it; saves of a bucket never overlap", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			inside := 0
			a.onSave = func(string) error {
				if inside++; inside > 1 {
					t.Error("two saves at once")
				}
				time.Sleep(time.Second)
				inside--
				return nil
			}
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			wait(500 * time.Millisecond) // in the middle of the save
			insert(t, s.Notes, NoteInput{ID: "b"})
			go func() { noErr(t, s.Flush(t.Context())) }()
			wait(10 * time.Second)
			equal(t, a.saved(), []string{notes, notes})
			equal(t, a.bucket("notes"), []string{`"a"`, `"b"`})
			a.onSave = nil
			noErr(t, s.Close())
		})
	})
	t.Run("an expired record that is swept makes its bucket dirty", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			s := open(t, on(a))
			insert(t, s.Sessions, SessionInput{Token: "a"})
			wait(500 * time.Millisecond)
			equal(t, a.bucket("sessions"), []string{`"a"`})
			wait(time.Second)
			equal(t, a.bucket("sessions"), nil)
			noErr(t, s.Close())
		})
	})
	t.Run("Flush gives up when its context is done", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.onSave = func(string) error { time.Sleep(time.Minute); return nil }
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			failsWith(t, s.Flush(ctx), context.DeadlineExceeded)
			failsWith(t, s.Flush(ctx), context.DeadlineExceeded)
			noErr(t, s.Close())
			equal(t, a.bucket("notes"), []string{`"a"`})
		})
	})
}
