package conformance

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

var errDisk = errors.New("disk on fire")

// reporting is a configuration that notes what OnError gets.
func reporting(a noex.StorageAdapter) (cfg noex.Config, reported func() []string) {
	var mu sync.Mutex
	var errs []string
	cfg = on(a)
	cfg.Persistence.OnError = func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if p, ok := errors.AsType[*noex.PersistenceError](err); ok {
			errs = append(errs, p.Op+" "+p.Bucket)
		} else {
			errs = append(errs, "?"+err.Error())
		}
	}
	return cfg, func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(errs)
	}
}

func TestPersistenceFailingSave(t *testing.T) {
	t.Run("OnError gets the error, the store goes on", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.failSaves(errDisk)
			cfg, reported := reporting(a)
			s := open(t, cfg)
			insert(t, s.Notes, NoteInput{ID: "a"})
			time.Sleep(150 * time.Millisecond)
			equal(t, reported(), []string{"save notes"})
			insert(t, s.Notes, NoteInput{ID: "b"})
			equal(t, s.Notes.Len(), 2)
			failsWith(t, s.Health().Err, errDisk)
			equal(t, s.Health().OK, false)
			failsWith(t, s.Close(), errDisk)
		})
	})
	t.Run("it is tried again without another mutation, at growing intervals [mended]", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.failSaves(errDisk)
			cfg, reported := reporting(a)
			s := open(t, cfg)
			insert(t, s.Notes, NoteInput{ID: "a"})
			time.Sleep(time.Hour)
			tries := len(a.saved())
			if tries < 100 || tries > 1000 {
				t.Errorf("%d tries in an hour", tries)
			}
			equal(t, len(reported()), tries)
			a.failSaves(nil)
			time.Sleep(time.Minute)
			equal(t, a.bucket("notes"), []string{`"a"`})
			equal(t, s.Health(), noex.Health{OK: true})
			equal(t, s.Stats().Persistence.Unsaved, 0)
			tries = len(a.saved())
			time.Sleep(time.Hour)
			equal(t, len(a.saved()), tries)
			noErr(t, s.Close())
		})
	})
	t.Run("it is tried again by Flush, which returns the error of what is not saved", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.failSaves(errDisk)
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			err := s.Flush(t.Context())
			failsWith(t, err, errDisk)
			equal(t, failsAs[*noex.PersistenceError](t, err).Bucket, "notes")
			failsWith(t, s.Flush(t.Context()), errDisk)
			a.failSaves(nil)
			noErr(t, s.Flush(t.Context()))
			equal(t, a.bucket("notes"), []string{`"a"`})
			noErr(t, s.Close())
		})
	})
	t.Run("one bucket fails: the others are saved, at Close as well, which returns the error [mended]", func(t *testing.T) {
		a := newSpy()
		a.failSaves(errDisk, "notes")
		cfg, reported := reporting(a)
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Words, WordInput{Word: "w"})
		failsWith(t, s.Flush(context.Background()), errDisk)
		equal(t, a.bucket("words"), []string{`"w"`})
		insert(t, s.Words, WordInput{Word: "x"})
		equal(t, reported(), []string{"save notes"})
		failsWith(t, s.Close(), errDisk)
		equal(t, a.bucket("words"), []string{`"w"`, `"x"`})
		equal(t, reported(), []string{"save notes", "save notes"})
		equal(t, a.closes, 1)
	})
	t.Run("without OnError it is silent, but shows in Stats and Health", func(t *testing.T) {
		a := newSpy()
		a.failSaves(errDisk)
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		failsWith(t, s.Flush(context.Background()), errDisk)
		st := s.Stats().Persistence
		equal(t, [3]int{int(st.Saves), int(st.Errors), st.Unsaved}, [3]int{0, 1, 1})
		failsWith(t, st.LastError, errDisk)
		h := s.Health()
		failsWith(t, h.Err, errDisk)
		equal(t, [2]any{h.OK, h.Unsaved}, [2]any{false, 1})
		a.failSaves(nil)
		noErr(t, s.Flush(context.Background()))
		equal(t, s.Health(), noex.Health{OK: true})
		st = s.Stats().Persistence
		equal(t, [4]int{int(st.Saves), int(st.Errors), st.Unsaved, int(st.SavedRevision)}, [4]int{1, 1, 0, 1})
	})
	t.Run("RejectWritesWhenFailing refuses writes from the first failed save to the next that succeeds", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.failSaves(errDisk)
			cfg := on(a)
			cfg.Persistence.RejectWritesWhenFailing = true
			s := open(t, cfg)
			insert(t, s.Notes, NoteInput{ID: "a"})
			time.Sleep(150 * time.Millisecond)
			_, err := s.Notes.Insert(NoteInput{ID: "b"})
			failsWith(t, failsAs[*noex.NotSavingError](t, err), errDisk)
			equal(t, s.Notes.Len(), 1)
			a.failSaves(nil)
			time.Sleep(time.Minute)
			insert(t, s.Notes, NoteInput{ID: "b"})
			noErr(t, s.Close())
		})
	})
	t.Run("a panic of the adapter is its error", func(t *testing.T) {
		a := newSpy()
		a.onSave = func(string) error { panic("boom") }
		cfg, reported := reporting(a)
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "a"})
		if err := s.Flush(context.Background()); err == nil {
			t.Fatal("no error")
		}
		equal(t, reported(), []string{"save notes"})
		a.failSaves(nil)
		noErr(t, s.Flush(context.Background()))
	})
	t.Run("a panic of OnError is contained", func(t *testing.T) {
		a := newSpy()
		a.failSaves(errDisk)
		cfg := on(a)
		cfg.Persistence.OnError = func(error) { panic("boom") }
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "a"})
		failsWith(t, s.Flush(context.Background()), errDisk)
		failsWith(t, s.Flush(context.Background()), errDisk)
		equal(t, s.Stats().Panics, 2)
		a.failSaves(nil)
	})
	t.Run("OnError may read and write the store", func(t *testing.T) {
		a := newSpy()
		a.failSaves(errDisk, "notes")
		cfg := on(a)
		var s *Store
		cfg.Persistence.OnError = func(error) { _, _ = s.Words.Upsert(WordInput{Word: "seen"}); s.Stats(); s.Health() }
		s = open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "a"})
		failsWith(t, s.Flush(context.Background()), errDisk)
		get(t, s.Words, "seen")
		a.failSaves(nil)
	})
}

func TestPersistenceClose(t *testing.T) {
	t.Run("a failing close of the adapter is returned, and again by the next Close", func(t *testing.T) {
		a := newSpy()
		a.onClose = func() error { return errDisk }
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		err := s.Close()
		failsWith(t, err, errDisk)
		equal(t, failsAs[*noex.PersistenceError](t, err).Op, "close")
		if again := s.Close(); again != err {
			t.Errorf("got %v, then %v", err, again)
		}
		equal(t, a.closes, 1)
		equal(t, a.bucket("notes"), []string{`"a"`})
	})
	t.Run("a panic of the adapter's close is its error", func(t *testing.T) {
		a := newSpy()
		a.onClose = func() error { panic("boom") }
		if err := open(t, on(a)).Close(); err == nil {
			t.Error("no error")
		}
	})
	t.Run("what a failed save and a failed close say is all returned", func(t *testing.T) {
		a := newSpy()
		errClose := errors.New("cannot close")
		a.onClose = func() error { return errClose }
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		a.failSaves(errDisk, "notes")
		err := s.Close()
		failsWith(t, err, errDisk)
		failsWith(t, err, errClose)
	})
	t.Run("concurrent Close: one close of the adapter, the same result for all", func(t *testing.T) {
		a := newSpy()
		release := make(chan struct{})
		a.onClose = func() error { <-release; return errDisk }
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				if i == 7 {
					close(release)
				}
				if err := s.Close(); !errors.Is(err, errDisk) {
					t.Errorf("got the error %v", err)
				}
			})
		}
		wg.Wait()
		equal(t, a.closes, 1)
	})
	t.Run("Close waits for the save under way and saves what came after it; only then is the adapter closed [mended]", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			saving := false
			a.onSave = func(string) error {
				saving = true
				time.Sleep(time.Second)
				saving = false
				return nil
			}
			a.onClose = func() error {
				if saving {
					t.Error("closed in the middle of a save")
				}
				return nil
			}
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			time.Sleep(500 * time.Millisecond) // in the middle of the save
			insert(t, s.Notes, NoteInput{ID: "b"})
			noErr(t, s.Close())
			equal(t, a.bucket("notes"), []string{`"a"`, `"b"`})
			equal(t, [2]any{saving, a.closes}, [2]any{false, 1})
		})
	})
	t.Run("a handler that does not return holds up no save [mended]", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		release := make(chan struct{})
		s.Notes.On(func(noex.Event[Note]) { <-release })
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Flush(context.Background()))
		equal(t, a.bucket("notes"), []string{`"a"`})
		close(release)
		noErr(t, s.Close())
	})
	t.Run("Flush during and after Close is nil or ErrClosed, and never hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			a.onSave = func(string) error { time.Sleep(time.Second); return nil }
			s := open(t, on(a))
			insert(t, s.Notes, NoteInput{ID: "a"})
			for i := range 30 {
				go func() {
					time.Sleep(time.Duration(i) * 100 * time.Millisecond)
					if err := s.Flush(t.Context()); err != nil && !errors.Is(err, noex.ErrClosed) {
						t.Errorf("got the error %v", err)
					}
				}()
			}
			time.Sleep(500 * time.Millisecond)
			noErr(t, s.Close())
			failsWith(t, s.Flush(t.Context()), noex.ErrClosed)
			time.Sleep(10 * time.Second)
		})
	})
	t.Run("an accepted write is saved, a refused one is not, when writers race with Close", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		var mu sync.Mutex
		var accepted []string
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := 0; ; i++ {
					id := string(rune('a'+w)) + time.Duration(i).String()
					if _, err := s.Notes.Insert(NoteInput{ID: id}); err != nil {
						if !errors.Is(err, noex.ErrClosed) {
							t.Error(err)
						}
						return
					}
					mu.Lock()
					accepted = append(accepted, `"`+id+`"`)
					mu.Unlock()
				}
			})
		}
		for s.Notes.Len() < 100 {
			noErr(t, s.Flush(context.Background()))
		}
		noErr(t, s.Close())
		wg.Wait()
		got := a.bucket("notes")
		slices.Sort(got)
		slices.Sort(accepted)
		equal(t, got, accepted)
	})
}
