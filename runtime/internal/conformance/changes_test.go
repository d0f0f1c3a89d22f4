package conformance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestPersistenceChanges(t *testing.T) {
	flush := func(t *testing.T, s *Store) {
		t.Helper()
		noErr(t, s.Flush(context.Background()))
	}
	ids := func(s *Store) []string {
		var keys []string
		for n := range s.Notes.All() {
			keys = append(keys, `"`+n.ID+`"`)
		}
		return keys
	}
	t.Run("an adapter that takes changes gets the whole bucket first, then what changed, in net effect", func(t *testing.T) {
		a := newChangeSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Notes, NoteInput{ID: "b"})
		insert(t, s.Notes, NoteInput{ID: "c"})
		flush(t, s)
		equal(t, a.saved(), []string{notesKey})
		for range 3 {
			update(t, s.Notes, "b", NotePatch{Text: noex.Some("x")})
		}
		_, err := s.Notes.Delete("a")
		noErr(t, err)
		insert(t, s.Notes, NoteInput{ID: "d"})
		insert(t, s.Notes, NoteInput{ID: "gone"})
		_, err = s.Notes.Delete("gone")
		noErr(t, err)
		_, err = s.Notes.Delete("c")
		noErr(t, err)
		insert(t, s.Notes, NoteInput{ID: "c"}) // now the last one
		flush(t, s)
		equal(t, a.saved(), []string{notesKey})
		equal(t, len(a.batches), 1)
		equal(t, a.bucket("notes"), []string{`"b"`, `"d"`, `"c"`})
		if slices.ContainsFunc(a.batches[0], func(c string) bool { return c == `"gone" inserted` || c == `"gone" updated` }) {
			t.Errorf("the batch is %v", a.batches[0])
		}
		s = reopen(t, s, on(a))
		equal(t, ids(s), []string{`"b"`, `"d"`, `"c"`})
	})
	t.Run("what a commit changed in several flushes' time is one batch for all buckets", func(t *testing.T) {
		a := newChangeSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Words, WordInput{Word: "w"})
		flush(t, s)
		update(t, s.Notes, "a", NotePatch{})
		update(t, s.Words, "w", WordPatch{})
		flush(t, s)
		equal(t, a.batches[len(a.batches)-1], []string{`"a" updated`, `"w" updated`})
	})
	t.Run("changes that could not be saved are in the next batch, with what came after", func(t *testing.T) {
		a := newChangeSpy()
		s := open(t, on(a))
		for _, id := range []string{"a", "b", "c"} {
			insert(t, s.Notes, NoteInput{ID: id})
		}
		flush(t, s)
		a.fail = errDisk
		for i, write := range []func() error{
			func() error { _, err := s.Notes.Delete("a"); return err },
			func() error { _, err := s.Notes.Insert(NoteInput{ID: "d"}); return err },
			func() error { _, err := s.Notes.Update("b", NotePatch{Text: noex.Some("x")}); return err },
			func() error { _, err := s.Notes.Delete("d"); return err },
			func() error { _, err := s.Notes.Insert(NoteInput{ID: "a"}); return err },
			func() error { _, err := s.Notes.Insert(NoteInput{ID: "d"}); return err },
			func() error { _, err := s.Notes.Delete("b"); return err },
		} {
			if err := write(); err != nil {
				t.Fatal(i, err)
			}
			failsWith(t, s.Flush(context.Background()), errDisk)
		}
		a.fail = nil
		flush(t, s)
		equal(t, a.bucket("notes"), ids(s))
		equal(t, s.Health(), noex.Health{OK: true})
	})
	t.Run("Close stores what changed, once, and what never was stored", func(t *testing.T) {
		a := newChangeSpy()
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		flush(t, s)
		update(t, s.Notes, "a", NotePatch{})
		insert(t, s.Words, WordInput{Word: "w"})
		noErr(t, s.Close())
		batches := len(a.batches)
		equal(t, batches, 1)
		equal(t, a.bucket("words"), []string{`"w"`})
		equal(t, a.closes, 1)
		s = open(t, on(a))
		a.forget()
		noErr(t, s.Close()) // nothing changed
		equal(t, a.saved(), nil)
		equal(t, len(a.batches), batches)
	})
	t.Run("a large clear and what follows", func(t *testing.T) {
		a := newChangeSpy()
		s := open(t, on(a))
		for i := range 1000 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		flush(t, s)
		_, err := s.Notes.Clear()
		noErr(t, err)
		for i := range 300 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(3 * i)})
		}
		want := ids(s)
		s = reopen(t, s, on(a))
		equal(t, ids(s), want)
		equal(t, a.bucket("notes"), want)
	})
	t.Run("what storage has between two calls is what one commit has left, also when buckets come one after the other", func(t *testing.T) {
		for round := range 30 {
			a := newChangeSpy()
			first := 1 + round%4 // the transaction that begins to use words
			a.stored = func() {
				n, words := 0, len(a.byKey["conformance:bucket:words"].records)
				for _, r := range a.byKey[notesKey].records {
					_, text, _ := strings.Cut(r[1], `"text":"`)
					fmt.Sscan(text, &n)
				}
				if want := max(0, n-first+1); words != want {
					t.Errorf("stored: note of transaction %d, %d words, want %d", n, words, want)
				}
			}
			s := open(t, on(a))
			var flushing sync.WaitGroup
			stop := make(chan struct{})
			flushing.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
						noErr(t, s.Flush(context.Background()))
					}
				}
			})
			for n := 1; n <= 50; n++ {
				noErr(t, s.Tx(func(tx *Tx) error {
					if n >= first {
						if _, err := tx.Words.Insert(WordInput{Word: fmt.Sprint("w", n)}); err != nil {
							return err
						}
					}
					_, err := tx.Notes.Upsert(NoteInput{ID: "last", Text: noex.Some(fmt.Sprint(n))})
					return err
				}))
			}
			close(stop)
			flushing.Wait()
			noErr(t, s.Close())
			equal(t, len(a.bucket("words")), 50-first+1)
		}
	})
}
