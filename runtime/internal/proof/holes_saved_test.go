package proof

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
)

var errDisk = errors.New("disk on fire")

// troubled is a memory adapter whose calls can be made to fail or to take long.
type troubled struct {
	*memory.Adapter
	mu     sync.Mutex
	onSave func() error
	onLoad func() error
	saves  int
	closed bool
}

func (a *troubled) Save(ctx context.Context, key string, st noex.PersistedState) error {
	a.mu.Lock()
	a.saves++
	hook, closed := a.onSave, a.closed
	a.mu.Unlock()
	if closed {
		return errors.New("saved after Close")
	}
	if hook != nil {
		if err := hook(); err != nil {
			return err
		}
	}
	return a.Adapter.Save(ctx, key, st)
}

func (a *troubled) Load(ctx context.Context, key string) (noex.PersistedState, bool, error) {
	if a.onLoad != nil {
		if err := a.onLoad(); err != nil {
			return noex.PersistedState{}, false, err
		}
	}
	return a.Adapter.Load(ctx, key)
}

func (a *troubled) Close() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	return a.Adapter.Close()
}

// failSaves makes saves fail, or not with nil.
func (a *troubled) failSaves(err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.onSave = func() error { return err }
}

func saved(a noex.StorageAdapter) noex.Config {
	return noex.Config{Persistence: noex.PersistenceConfig{Adapter: a}}
}

// reopened opens what a has stored.
func reopened(t *testing.T, a *troubled) *Store {
	t.Helper()
	return open(t, saved(a.Adapter))
}

// start opens a store that the test itself closes.
func start(t *testing.T, cfg noex.Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), cfg)
	noErr(t, err)
	return s
}

// TestHolesOfPersistence goes on with the list of TestHoles: what the original
// loses on its way to the disk and back.
func TestHolesOfPersistence(t *testing.T) {
	for _, h := range holesOfPersistence {
		t.Run(h.original, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { h.here(t, &troubled{Adapter: memory.New()}) })
		})
	}
}

var holesOfPersistence = []struct {
	original string
	here     func(*testing.T, *troubled)
}{
	{"an error while loading makes an empty bucket, which then replaces what is stored", func(t *testing.T, a *troubled) {
		s := start(t, saved(a.Adapter))
		credit(s, "a", 1)
		noErr(t, s.Close())
		a.onLoad = func() error { return errDisk }
		s = start(t, saved(a))
		fails(t, s.Health().Err, errDisk)
		noErr(t, s.Close())
		equal(t, reopened(t, a).Accounts.Len(), 1)
	}},
	{"after an error while loading the first save destroys what could not be read", func(t *testing.T, a *troubled) {
		s := start(t, saved(a.Adapter))
		credit(s, "a", 1)
		noErr(t, s.Close())
		a.onLoad = func() error { return errDisk }
		s = start(t, saved(a))
		credit(s, "b", 1)
		noErr(t, s.Close())
		_, ok, err := a.Adapter.Load(context.Background(), "proof:bucket:accounts#corrupt-1")
		noErr(t, err)
		equal(t, ok, true)
	}},
	{"a save that failed is not tried again without another write", func(t *testing.T, a *troubled) {
		a.failSaves(errDisk)
		s := start(t, saved(a))
		credit(s, "a", 1)
		time.Sleep(time.Second)
		a.failSaves(nil)
		time.Sleep(time.Minute)
		equal(t, s.Health(), noex.Health{OK: true})
		equal(t, reopened(t, a).Accounts.Len(), 1)
		noErr(t, s.Close())
	}},
	{"flush and stop say that all is well although nothing could be saved", func(t *testing.T, a *troubled) {
		a.failSaves(errDisk)
		s := start(t, saved(a))
		credit(s, "a", 1)
		fails(t, s.Flush(context.Background()), errDisk)
		fails(t, s.Close(), errDisk)
	}},
	{"a slow save ends after a later one and puts the old state over the new", func(t *testing.T, a *troubled) {
		running := 0
		a.onSave = func() error {
			if running++; running > 1 {
				t.Error("two saves at once")
			}
			time.Sleep(time.Second)
			running--
			return nil
		}
		s := start(t, saved(a))
		credit(s, "a", 1)
		time.Sleep(500 * time.Millisecond)
		credit(s, "a", 2)
		time.Sleep(10 * time.Second)
		got, _ := reopened(t, a).Accounts.Get("a")
		equal(t, got.Balance, 2)
		noErr(t, s.Close())
	}},
	{"stop does not wait for a save that goes on, and closes the adapter under it", func(t *testing.T, a *troubled) {
		a.onSave = func() error {
			time.Sleep(time.Minute)
			a.mu.Lock()
			defer a.mu.Unlock()
			if a.closed {
				t.Error("closed during a save")
			}
			return nil
		}
		s := start(t, saved(a))
		credit(s, "a", 1)
		time.Sleep(time.Second)
		noErr(t, s.Close())
		equal(t, reopened(t, a).Accounts.Len(), 1)
	}},
	{"what is written while the store stops is accepted and lost", func(t *testing.T, a *troubled) {
		accepted := 0
		var s *Store
		a.onSave = func() error {
			if _, err := s.Accounts.Upsert(AccountInput{ID: "late"}); err == nil {
				accepted++
			}
			return nil
		}
		s = start(t, saved(a))
		credit(s, "a", 1)
		noErr(t, s.Close())
		_, ok := reopened(t, a).Accounts.Get("late")
		equal(t, ok, accepted > 0)
	}},
	{"a cleared bucket comes back after a restart", func(t *testing.T, a *troubled) {
		s := start(t, saved(a))
		credit(s, "a", 1)
		noErr(t, s.Flush(context.Background()))
		must(s.Accounts.Clear())
		time.Sleep(time.Second)
		equal(t, reopened(t, a).Accounts.Len(), 0)
		noErr(t, s.Close())
	}},
	{"expired records are there again after a restart", func(t *testing.T, a *troubled) {
		s := start(t, saved(a))
		must(s.Sessions.Insert(SessionInput{Token: "t"}))
		noErr(t, s.Close())
		time.Sleep(10 * time.Second)
		equal(t, reopened(t, a).Sessions.Len(), 0)
	}},
	{"the counter starts again below the numbers that were given out", func(t *testing.T, a *troubled) {
		s := start(t, saved(a))
		must(s.Jobs.Delete(must(s.Jobs.Insert(JobInput{Title: "x"})).N))
		noErr(t, s.Close())
		equal(t, must(reopened(t, a).Jobs.Insert(JobInput{Title: "y"})).N, 2)
	}},
	{"an error handler that fails ends the program, and stop leaves half of the store running", func(t *testing.T, a *troubled) {
		a.failSaves(errDisk)
		cfg := saved(a)
		cfg.Persistence.OnError = func(error) { panic("oops") }
		s := start(t, cfg)
		credit(s, "a", 1)
		time.Sleep(time.Second)
		a.failSaves(nil)
		noErr(t, s.Close())
		equal(t, a.closed, true)
	}},
	{"one object in two records makes every save of the bucket fail", func(t *testing.T, a *troubled) {
		s := start(t, saved(a))
		shared := []string{"x"}
		for _, id := range []string{"p", "q"} {
			must(s.People.Insert(PersonInput{ID: noex.Some(id), Name: "P", Team: noex.Some(id), Tags: noex.Some(shared)}))
		}
		noErr(t, s.Close())
		equal(t, reopened(t, a).People.Len(), 2)
	}},
	{"duplicates of a unique value are loaded, or wedge the bucket for ever", func(t *testing.T, a *troubled) {
		const meta = `,"_version":1,"_createdAt":1,"_updatedAt":1}`
		noErr(t, a.Adapter.Save(context.Background(), "proof:bucket:accounts", noex.PersistedState{
			Metadata: noex.Metadata{SchemaVersion: 1},
			Records: func(yield func(noex.PersistedRecord, error) bool) {
				for _, id := range []string{"a", "b"} {
					if !yield(noex.PersistedRecord{Key: []byte(`"` + id + `"`), Value: []byte(`{"id":"` + id + `","branch":"m","balance":1,"holder":"h"` + meta)}, nil) {
						return
					}
				}
			},
		}))
		cfg := saved(a)
		cfg.Persistence.Strict = true
		_, err := Open(context.Background(), cfg)
		equal(t, failsAs[*noex.PersistenceError](t, err).Bucket, "accounts")
	}},
	{"a store without a name is stored under a number that depends on the order of starts", func(t *testing.T, a *troubled) {
		open(t, noex.Config{})
		s := start(t, saved(a))
		credit(s, "a", 1)
		noErr(t, s.Close())
		open(t, noex.Config{})
		equal(t, reopened(t, a).Accounts.Len(), 1)
	}},
}

// TestHolesOfFiles ends the list, with real files.
func TestHolesOfFiles(t *testing.T) {
	t.Run("two stores on one directory overwrite each other", func(t *testing.T) {
		dir := t.TempDir()
		open(t, saved(file.New(dir)))
		_, err := Open(context.Background(), saved(file.New(dir)))
		fails(t, err, noex.ErrLocked)
	})
	t.Run("names that differ in a colon or a dot share a file", func(t *testing.T) {
		dir := t.TempDir()
		for i, name := range []string{"a:b", "a_b", "a.b", "a/b", "A_b"} {
			cfg := saved(file.New(dir))
			cfg.Name = name
			s := start(t, cfg)
			equal(t, s.Accounts.Len(), 0)
			credit(s, name, int64(i))
			noErr(t, s.Close())
		}
	})
	t.Run("an empty file, as a power cut leaves it, is an empty bucket, which replaces it", func(t *testing.T) {
		dir := t.TempDir()
		s := start(t, saved(file.New(dir)))
		credit(s, "a", 1)
		noErr(t, s.Close())
		path := filepath.Join(dir, "proof_bucket_accounts.json")
		noErr(t, os.Truncate(path, 0))
		s = start(t, saved(file.New(dir)))
		fails(t, s.Health().Err, noex.ErrCorrupt)
		credit(s, "b", 1)
		noErr(t, s.Close())
		entries := must(os.ReadDir(dir))
		aside := slices.ContainsFunc(entries, func(e os.DirEntry) bool {
			info := must(e.Info())
			return e.Name() != "proof_bucket_accounts.json" && !e.IsDir() && info.Size() == 0
		})
		equal(t, aside, true)
	})
	t.Run("a file whose checksum is gone is taken for good", func(t *testing.T) {
		dir := t.TempDir()
		s := start(t, saved(file.New(dir)))
		credit(s, "a", 1)
		noErr(t, s.Close())
		path := filepath.Join(dir, "proof_bucket_accounts.json")
		text := must(os.ReadFile(path))
		text = text[:bytes.LastIndex(text, []byte(`"checksum"`))]
		noErr(t, os.WriteFile(path, append(bytes.TrimRight(text, ", \n"), '}'), 0o600))
		cfg := saved(file.New(dir))
		cfg.Persistence.Strict = true
		_, err := Open(context.Background(), cfg)
		fails(t, err, noex.ErrCorrupt)
	})
}
