package conformance

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// adapters are the ways to open one place again and again, by adapter.
var adapters = map[string]func(testing.TB) func() adapter{
	"memory": func(testing.TB) func() adapter {
		a := memory.New()
		return func() adapter { return a }
	},
	"file": func(t testing.TB) func() adapter {
		dir := filepath.Join(t.TempDir(), "data")
		return func() adapter { return file.New(dir) }
	},
	"sqlite": func(t testing.TB) func() adapter {
		path := filepath.Join(t.TempDir(), "data.db")
		return func() adapter {
			a, err := sqlite.Open(path)
			noErr(t, err)
			return a
		}
	},
}

// adapter is what all of them can do.
type adapter interface {
	noex.StorageAdapter
	noex.Quarantiner
	noex.Lister
	io.Closer
}

// watched is an adapter whose calls are noted and may be made to fail.
type watched struct {
	adapter
	mu    sync.Mutex
	saves []string         // buckets, whole or in part
	fails map[string]error // by "save", "close" or "load <bucket>"
	moved []string         // what Quarantine returned
}

func (w *watched) noteSave(key string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.saves = append(w.saves, bucketOf(key))
	return w.fails["save"]
}

func (w *watched) saved() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.saves)
}

// fail makes an operation fail, or not with a nil error.
func (w *watched) fail(op string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fails[op] = err
}

func (w *watched) failure(op string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fails[op]
}

func bucketOf(key string) string { return key[strings.LastIndexByte(key, ':')+1:] }

func (w *watched) Save(ctx context.Context, key string, st noex.PersistedState) error {
	if err := w.noteSave(key); err != nil {
		return err
	}
	return w.adapter.Save(ctx, key, st)
}

func (w *watched) Load(ctx context.Context, key string) (noex.PersistedState, bool, error) {
	if err := w.failure("load " + bucketOf(key)); err != nil {
		return noex.PersistedState{}, false, err
	}
	return w.adapter.Load(ctx, key)
}

func (w *watched) Quarantine(ctx context.Context, key string) (string, error) {
	name, err := w.adapter.Quarantine(ctx, key)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.moved = append(w.moved, name)
	return name, err
}

func (w *watched) Close() error {
	if err := w.adapter.Close(); err != nil {
		return err
	}
	return w.failure("close")
}

// watchedChanges is one that takes changes.
type watchedChanges struct{ *watched }

func (w watchedChanges) SaveChanges(ctx context.Context, changes []noex.BucketChanges) error {
	for _, c := range changes {
		if err := w.noteSave(c.Key); err != nil {
			return err
		}
	}
	return w.adapter.(noex.ChangeAdapter).SaveChanges(ctx, changes)
}

// watch returns an adapter that can do what a can.
func watch(a adapter) (*watched, noex.StorageAdapter) {
	w := &watched{adapter: a, fails: make(map[string]error)}
	if _, ok := a.(noex.ChangeAdapter); ok {
		return w, watchedChanges{w}
	}
	return w, w
}

// again closes s and opens another store on the same place, which s had locked.
func again(t testing.TB, s *Store, place func() adapter) *Store {
	t.Helper()
	noErr(t, s.Close())
	return open(t, on(place()))
}

// withEach runs a test with every adapter.
func withEach(t *testing.T, line string, test func(*testing.T, func() adapter)) {
	t.Helper()
	for name, place := range adapters {
		t.Run(name+": "+line, func(t *testing.T) { test(t, place(t)) })
	}
}

func TestAdaptersRestart(t *testing.T) {
	withEach(t, "a restart keeps records, versions, meta, order, indexes, unique values and counters", func(t *testing.T, place func() adapter) {
		s := open(t, on(place()))
		rich := insertRich(t, s)
		for i := range 50 {
			insert(t, s.Numbered, NumberedInput{Label: fmt.Sprint("l", i%3)})
			insert(t, s.Users, UserInput{Name: "A", Email: noex.Some(fmt.Sprintf("u%d@b.c", i)), Tier: noex.Some(UserTierVip)})
			insert(t, s.Words, WordInput{Word: fmt.Sprint((i * 37) % 50), Kind: noex.Some("k")})
		}
		noErr(t, s.Flush(context.Background()))
		for i := int64(1); i <= 50; i += 2 {
			_, err := s.Numbered.Delete(i)
			noErr(t, err)
		}
		update(t, s.Numbered, 50, NumberedPatch{Label: noex.Some("new")})
		update(t, s.Numbered, 2, NumberedPatch{Label: noex.Some("new")})
		insert(t, s.Numbered, NumberedInput{N: noex.Some(int64(1)), Label: "again"})
		numbered, users := slices.Collect(s.Numbered.All()), slices.Collect(s.Users.All())
		words := slices.Collect(s.Words.All())
		revision := s.Revision()
		for range 2 {
			s = again(t, s, place)
			equal(t, richRecords(s), rich)
			equal(t, slices.Collect(s.Numbered.All()), numbered)
			equal(t, slices.Collect(s.Users.All()), users)
			equal(t, slices.Collect(s.Words.All()), words)
			equal(t, s.Users.ByTier(UserTierVip), users)
			equal(t, s.Words.ByKind("k"), words)
			equal(t, each(s.Numbered.ByLabel("new"), func(n Numbered) string { return fmt.Sprint(n.N, "v", n.Version) }), "2v2 50v2")
			found, _ := s.Users.ByEmail("u7@b.c")
			equal(t, found, users[7])
			_, err := s.Users.Insert(UserInput{Name: "B", Email: noex.Some("u7@b.c")})
			equal(t, failsAs[*noex.UniqueError](t, err).Field, "email")
			equal(t, s.Revision(), revision)
		}
		equal(t, insert(t, s.Numbered, NumberedInput{Label: "next"}).N, 52)
	})
	withEach(t, "autoincrement at 3, the last record deleted, restart, insert: 4", func(t *testing.T, place func() adapter) {
		s := open(t, on(place()))
		for range 3 {
			insert(t, s.Numbered, NumberedInput{Label: "x"})
		}
		_, err := s.Numbered.Delete(3)
		noErr(t, err)
		s = again(t, s, place)
		equal(t, insert(t, s.Numbered, NumberedInput{Label: "x"}).N, 4)
	})
	withEach(t, "persistent false starts empty and is not stored", func(t *testing.T, place func() adapter) {
		s := open(t, on(place()))
		insert(t, s.SessionCache, SessionCacheInput{Key: "a", Value: "b"})
		insert(t, s.Notes, NoteInput{ID: "a"})
		s = again(t, s, place)
		equal(t, s.SessionCache.Len(), 0)
		equal(t, s.Notes.Len(), 1)
		noErr(t, s.Close())
		a := place()
		keys, err := a.Keys(context.Background())
		noErr(t, err)
		noErr(t, a.Close())
		if !slices.Contains(keys, notesKey) || slices.Contains(keys, "conformance:bucket:sessionCache") {
			t.Errorf("stored: %v", keys)
		}
	})
	withEach(t, "an empty bucket is restored and usable; clear is stored", func(t *testing.T, place func() adapter) {
		s := open(t, on(place()))
		s = again(t, s, place)
		insert(t, s.Notes, NoteInput{ID: "a"})
		s = again(t, s, place)
		_, err := s.Notes.Clear()
		noErr(t, err)
		s = again(t, s, place)
		equal(t, s.Notes.Len(), 0)
		insert(t, s.Notes, NoteInput{ID: "a"})
	})
	withEach(t, "members of stored records that the schema does not know are kept and written back", func(t *testing.T, place func() adapter) {
		const rec = `{"id":"a","old":{"x":[1,"y"]},"text":"t","_version":1,"_createdAt":1,"_updatedAt":1}`
		a := place()
		noErr(t, a.Save(context.Background(), notesKey, noex.PersistedState{
			Metadata: noex.Metadata{PersistedAt: 1, ServerID: "conformance", SchemaVersion: 1},
			Records: func(yield func(noex.PersistedRecord, error) bool) {
				yield(noex.PersistedRecord{Key: []byte(`"a"`), Value: []byte(rec)}, nil)
			},
		}))
		noErr(t, a.Close())
		s := open(t, on(place()))
		update(t, s.Notes, "a", NotePatch{Text: noex.Some("new")})
		s = again(t, s, place)
		update(t, s.Notes, "a", NotePatch{Text: noex.Some("newer")})
		noErr(t, s.Close())
		a = place()
		st, _, err := a.Load(context.Background(), notesKey)
		noErr(t, err)
		for r, err := range st.Records {
			noErr(t, err)
			if got := string(r.Value); !strings.Contains(got, `"old":{"x":[1,"y"]}`) || !strings.Contains(got, `"newer"`) {
				t.Errorf("got %s", got)
			}
		}
		noErr(t, a.Close())
	})
}

func TestAdaptersErrors(t *testing.T) {
	withEach(t, "100 inserts within the debounce time are one save of the bucket", func(t *testing.T, place func() adapter) {
		synctest.Test(t, func(t *testing.T) {
			w, a := watch(place())
			s := open(t, on(a))
			for range 2 { // the first save is of the whole bucket, the next of changes
				for i := range 100 {
					_, err := s.Notes.Upsert(NoteInput{ID: fmt.Sprint(i)})
					noErr(t, err)
				}
				time.Sleep(time.Second)
			}
			equal(t, w.saved(), []string{"notes", "notes"})
			noErr(t, s.Close())
		})
	})
	withEach(t, "a failing save is reported, the store goes on, and nothing is forgotten", func(t *testing.T, place func() adapter) {
		w, a := watch(place())
		cfg, reported := reporting(a)
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "before"})
		noErr(t, s.Flush(context.Background()))
		w.fail("save", errDisk)
		insert(t, s.Notes, NoteInput{ID: "a"})
		_, err := s.Notes.Delete("before")
		noErr(t, err)
		insert(t, s.Words, WordInput{Word: "w"})
		failsWith(t, s.Flush(context.Background()), errDisk)
		for _, r := range reported() {
			if !strings.HasPrefix(r, "save ") {
				t.Errorf("reported: %v", reported())
			}
		}
		update(t, s.Notes, "a", NotePatch{Text: noex.Some("x")})
		insert(t, s.Notes, NoteInput{ID: "before"}) // goes last
		failsWith(t, s.Flush(context.Background()), errDisk)
		w.fail("save", nil)
		noErr(t, s.Flush(context.Background()))
		notes := slices.Collect(s.Notes.All())
		s = again(t, s, place)
		equal(t, slices.Collect(s.Notes.All()), notes)
		equal(t, s.Words.Len(), 1)
	})
	withEach(t, "a failing load: empty bucket, OnError once, what was stored is set aside before the first save", func(t *testing.T, place func() adapter) {
		s := open(t, on(place()))
		insert(t, s.Notes, NoteInput{ID: "old"})
		insert(t, s.Words, WordInput{Word: "w"})
		noErr(t, s.Close())

		w, a := watch(place())
		w.fail("load notes", errDisk)
		cfg, reported := reporting(a)
		s = open(t, cfg)
		equal(t, reported(), []string{"load notes"})
		equal(t, [2]int{s.Notes.Len(), s.Words.Len()}, [2]int{0, 1})
		noErr(t, s.Close()) // nobody wrote to it
		s = open(t, on(place()))
		get(t, s.Notes, "old")
		noErr(t, s.Close())

		w, a = watch(place())
		w.fail("load notes", errDisk)
		s = open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "new"})
		noErr(t, s.Close())
		if len(w.moved) != 1 || w.moved[0] == "" {
			t.Errorf("set aside: %q", w.moved)
		}
		s = open(t, on(place()))
		equal(t, each(s.Notes.First(9), func(n Note) string { return n.ID }), "new")
	})
	withEach(t, "a failing close is returned", func(t *testing.T, place func() adapter) {
		w, a := watch(place())
		w.fail("close", errDisk)
		s := open(t, on(a))
		insert(t, s.Notes, NoteInput{ID: "a"})
		failsWith(t, s.Close(), errDisk)
		s = open(t, on(place()))
		get(t, s.Notes, "a")
	})
	t.Run("file: a directory that another adapter has open fails Open with one error", func(t *testing.T) {
		place := adapters["file"](t)
		open(t, on(place()))
		_, err := Open(context.Background(), on(place()))
		failsWith(t, err, noex.ErrLocked)
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("got more than one error: %v", err)
		}
	})
	withEach(t, "another store name is another place in the same adapter", func(t *testing.T, place func() adapter) {
		cfg := on(place())
		cfg.Name = "one"
		s := open(t, cfg)
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Close())
		cfg = on(place())
		cfg.Name = "two"
		equal(t, open(t, cfg).Notes.Len(), 0)
	})
}
