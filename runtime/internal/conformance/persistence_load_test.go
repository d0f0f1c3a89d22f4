package conformance

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// precious is the state of a bucket that must not get lost.
func precious() stored {
	return stored{records: [][2]string{
		{`"old"`, `{"id":"old","_version":1,"_createdAt":1,"_updatedAt":1}`},
	}, counter: 5}
}

const notesKey = "conformance:bucket:notes"

// failLoad makes the load of notes fail.
func failLoad(a *spy) {
	a.put(notesKey, precious())
	a.onLoad = func(key string) error {
		if key == notesKey {
			return errDisk
		}
		return nil
	}
}

func TestPersistenceFailingLoad(t *testing.T) {
	t.Run("OnError is called once, the bucket starts empty, the others are there", func(t *testing.T) {
		a := newSpy()
		failLoad(a)
		a.put("conformance:bucket:words", stored{records: [][2]string{
			{`"w"`, `{"word":"w","_version":1,"_createdAt":1,"_updatedAt":1}`},
		}})
		cfg, reported := reporting(a)
		s := open(t, cfg)
		equal(t, reported(), []string{"load notes"})
		equal(t, s.Notes.Len(), 0)
		equal(t, s.Words.Len(), 1)
		insert(t, s.Notes, NoteInput{ID: "old"})
		failsWith(t, s.Health().Err, errDisk)
	})
	t.Run("without OnError it is silent, but shows in Stats and Health", func(t *testing.T) {
		a := newSpy()
		failLoad(a)
		s := open(t, on(a))
		st := s.Stats().Persistence
		equal(t, st.Errors, 1)
		failsWith(t, st.LastError, errDisk)
		equal(t, s.Health().OK, false)
	})
	t.Run("it shows in Health until the stored data is safe", func(t *testing.T) {
		a := newSpy()
		failLoad(a)
		s := open(t, on(a))
		noErr(t, s.Flush(context.Background())) // nothing to save
		failsWith(t, s.Health().Err, errDisk)
		insert(t, s.Words, WordInput{Word: "w"})
		noErr(t, s.Flush(context.Background())) // another bucket
		failsWith(t, s.Health().Err, errDisk)
	})
	t.Run("a failed load is no failing save: RejectWritesWhenFailing lets writes pass", func(t *testing.T) {
		a := newAsideSpy()
		failLoad(a.spy)
		cfg := on(a)
		cfg.Persistence.RejectWritesWhenFailing = true
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "new"})
		noErr(t, s.Close())
		equal(t, a.bucket("notes"), []string{`"new"`})
	})
	t.Run("an adapter that cannot set it aside: nothing is overwritten, saves are refused and reported [mended]", func(t *testing.T) {
		a := newSpy()
		failLoad(a)
		cfg, reported := reporting(a)
		s := open(t, cfg)
		insert(t, s.Words, WordInput{Word: "w"})
		noErr(t, s.Flush(context.Background())) // the bucket itself is not dirty
		insert(t, s.Notes, NoteInput{ID: "new"})
		err := s.Flush(context.Background())
		failsWith(t, err, errDisk)
		equal(t, failsAs[*noex.PersistenceError](t, err).Bucket, "notes")
		equal(t, reported(), []string{"load notes", "save notes"})
		failsWith(t, s.Close(), errDisk)
		equal(t, a.get(notesKey), precious())
		equal(t, a.bucket("words"), []string{`"w"`})
	})
	t.Run("an adapter that can: it is set aside before the first save [mended]", func(t *testing.T) {
		a := newAsideSpy()
		failLoad(a.spy)
		cfg, reported := reporting(a)
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "new"})
		noErr(t, s.Flush(context.Background()))
		equal(t, reported(), []string{"load notes"})
		equal(t, a.bucket("notes"), []string{`"new"`})
		equal(t, a.aside[notesKey+".aside"], precious())
		equal(t, s.Health(), noex.Health{OK: true})
		insert(t, s.Notes, NoteInput{ID: "newer"})
		noErr(t, s.Close())
		equal(t, len(a.aside), 1)
	})
	t.Run("a bucket nobody wrote to is left as it was, at Close as well", func(t *testing.T) {
		plain, aside := newSpy(), newAsideSpy()
		for _, a := range []struct {
			noex.StorageAdapter
			spy *spy
		}{{plain, plain}, {aside, aside.spy}} {
			failLoad(a.spy)
			s := open(t, on(a.StorageAdapter))
			insert(t, s.Words, WordInput{Word: "w"})
			noErr(t, s.Close())
			equal(t, a.spy.get(notesKey), precious())
			a.spy.onLoad = nil
			s = open(t, on(a.StorageAdapter)) // the disk is back
			get(t, s.Notes, "old")
		}
	})
	t.Run("a set-aside that fails refuses the save, and is tried again", func(t *testing.T) {
		a := newAsideSpy()
		failLoad(a.spy)
		cfg, reported := reporting(a)
		s := open(t, cfg)
		a.mu.Lock()
		delete(a.byKey, notesKey) // so that Quarantine fails
		a.mu.Unlock()
		insert(t, s.Notes, NoteInput{ID: "new"})
		if err := s.Flush(context.Background()); err == nil {
			t.Fatal("no error")
		}
		equal(t, reported(), []string{"load notes", "quarantine notes"})
		a.put(notesKey, precious())
		noErr(t, s.Flush(context.Background()))
		equal(t, a.aside[notesKey+".aside"], precious())
	})
	t.Run("a refused save is reported at growing intervals, not in a storm", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			failLoad(a)
			cfg, reported := reporting(a)
			s := open(t, cfg)
			insert(t, s.Notes, NoteInput{ID: "new"})
			time.Sleep(time.Hour)
			if n := len(reported()); n < 2 || n > 1000 {
				t.Errorf("%d reports in an hour", n)
			}
			failsWith(t, s.Close(), errDisk)
		})
	})
	t.Run("Strict: Open fails with every bucket that cannot be loaded, and closes the adapter", func(t *testing.T) {
		a := newSpy()
		a.onLoad = func(key string) error {
			if key == notesKey || key == "conformance:bucket:words" {
				return errDisk
			}
			return nil
		}
		cfg, reported := reporting(a)
		cfg.Persistence.Strict = true
		s, err := Open(context.Background(), cfg)
		if s != nil {
			t.Error("a store beside an error")
		}
		failsWith(t, err, errDisk)
		for _, e := range err.(interface{ Unwrap() []error }).Unwrap() {
			equal(t, failsAs[*noex.PersistenceError](t, e).Op, "load")
		}
		equal(t, a.closes, 1)
		equal(t, len(a.saved()), 0)
		_ = reported
	})
	t.Run("a panic of the adapter is its error", func(t *testing.T) {
		a := newSpy()
		a.onLoad = func(key string) error {
			if key == notesKey {
				panic("boom")
			}
			return nil
		}
		cfg, reported := reporting(a)
		open(t, cfg)
		equal(t, reported(), []string{"load notes"})
	})
	t.Run("a context that is done fails Open", func(t *testing.T) {
		a := newSpy()
		ctx, cancel := context.WithCancel(context.Background())
		a.onLoad = func(string) error { cancel(); return ctx.Err() }
		_, err := Open(ctx, on(a))
		failsWith(t, err, context.Canceled)
		equal(t, a.closes, 1)
	})
}

func TestPersistenceUnreadableRecords(t *testing.T) {
	const meta = `,"_version":1,"_createdAt":1,"_updatedAt":1}`
	for name, st := range map[string]stored{
		"no JSON":                 {records: [][2]string{{`"a"`, `{"id":"a"`}}},
		"a field of a wrong type": {records: [][2]string{{`"a"`, `{"id":"a","text":5` + meta}}},
		"another key":             {records: [][2]string{{`"a"`, `{"id":"b"` + meta}}},
		"one key twice":           {records: [][2]string{{`"a"`, `{"id":"a"` + meta}, {`"a"`, `{"id":"a"` + meta}}},
		"a member twice":          {records: [][2]string{{`"a"`, `{"id":"a","text":"x","text":"y"` + meta}}},
		"no object":               {records: [][2]string{{`"a"`, `[]`}}},
		"invalid UTF-8":           {records: [][2]string{{`"a"`, "{\"id\":\"a\",\"text\":\"\xff\"" + meta}}},
	} {
		t.Run(name+" makes the bucket unreadable, in whole", func(t *testing.T) {
			a := newAsideSpy()
			good := [2]string{`"good"`, `{"id":"good"` + meta}
			st.records = append([][2]string{good}, st.records...)
			a.put(notesKey, st)
			cfg, reported := reporting(a)
			s := open(t, cfg)
			equal(t, reported(), []string{"load notes"})
			equal(t, s.Notes.Len(), 0)
			insert(t, s.Notes, NoteInput{ID: "good"})
			noErr(t, s.Close())
			equal(t, a.aside[notesKey+".aside"], st)
			equal(t, a.bucket("notes"), []string{`"good"`})
		})
	}
	t.Run("two records with one unique value", func(t *testing.T) {
		a := newAsideSpy()
		a.put("conformance:bucket:users", stored{records: [][2]string{
			{`"1"`, `{"id":"1","name":"A","email":"a@b.c","tier":"vip"` + meta},
			{`"2"`, `{"id":"2","name":"B","email":"a@b.c","tier":"vip"` + meta},
		}})
		cfg, reported := reporting(a)
		s := open(t, cfg)
		equal(t, reported(), []string{"load users"})
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		insert(t, s.Users, UserInput{Name: "A", Email: noex.Some("a@b.c")})
	})
	t.Run("what a newer program has written is refused, whatever the configuration", func(t *testing.T) {
		a := newSpy()
		st := precious()
		st.meta.SchemaVersion = 2
		a.put(notesKey, st)
		_, err := Open(context.Background(), on(a))
		equal(t, *failsAs[*noex.NewerError](t, err), noex.NewerError{Bucket: "notes", Stored: 2, Known: 1})
		equal(t, a.get(notesKey), st)
	})
	t.Run("a null of the original is absence", func(t *testing.T) {
		a := newSpy()
		a.put(notesKey, stored{records: [][2]string{{`"a"`, `{"id":"a","text":null` + meta}}})
		s := open(t, on(a))
		equal(t, get(t, s.Notes, "a").Text, noex.Opt[string]{})
		equal(t, s.Notes.Where(NoteFields.Text.IsSet()).Count(), 0)
	})
	t.Run("an error in the middle of the records", func(t *testing.T) {
		a := &brokenRecords{newSpy()}
		s := open(t, on(a))
		equal(t, s.Notes.Len(), 0)
		insert(t, s.Notes, NoteInput{ID: "old"})
		if err := s.Close(); err == nil {
			t.Error("what could not be read was overwritten")
		}
	})
}

// brokenRecords yields a record of each bucket and then an error.
type brokenRecords struct{ *spy }

func (a *brokenRecords) Load(_ context.Context, key string) (noex.PersistedState, bool, error) {
	return noex.PersistedState{Records: func(yield func(noex.PersistedRecord, error) bool) {
		r := precious().records[0]
		if yield(noex.PersistedRecord{Key: []byte(r[0]), Value: []byte(r[1])}, nil) {
			yield(noex.PersistedRecord{}, errors.New("torn"))
		}
	}}, key == notesKey, nil
}

// TestPersistenceRecordsThatBreakRules opens data of the original, which notes no
// fingerprint, with a record that breaks a rule: it can be read and deleted, and be
// changed only into one that does not, however often the store was opened since.
func TestPersistenceRecordsThatBreakRules(t *testing.T) {
	const users = "conformance:bucket:users"
	a := newSpy()
	a.put(users, stored{records: [][2]string{
		{`"a"`, `{"id":"a","name":"A","email":"no address","tier":"basic","_version":1,"_createdAt":1,"_updatedAt":1}`},
		{`"b"`, `{"id":"b","name":"B","email":"b@example.com","tier":"basic","_version":1,"_createdAt":1,"_updatedAt":1}`},
	}})
	fingerprint := func() string { return a.get(users).meta.Fingerprint }
	for range 3 {
		s := open(t, on(a))
		_, err := s.Users.Update("a", UserPatch{City: noex.Some("Bern")})
		var invalid *noex.ValidationError
		if !errors.As(err, &invalid) || len(invalid.Issues) != 1 || invalid.Issues[0].Field != "email" {
			t.Fatalf("got the error %v, want one about the e-mail", err)
		}
		_, err = s.Users.Update("b", UserPatch{City: noex.Some("Bern")})
		noErr(t, err)
		noErr(t, s.Close())
		equal(t, fingerprint(), "")
	}
	s := open(t, on(a))
	_, err := s.Users.Update("a", UserPatch{Email: noex.Some("a@example.com")})
	noErr(t, err)
	noErr(t, s.Close())
	s = open(t, on(a))
	_, err = s.Users.Update("a", UserPatch{City: noex.Some("Bern")})
	noErr(t, err)
	noErr(t, s.Close())
	if fingerprint() == "" {
		t.Error("no fingerprint, although all records keep to the rules")
	}
}
