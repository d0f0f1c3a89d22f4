package sqlite_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// numbered is a state of n records whose revision is n.
func numbered(n int) noex.PersistedState {
	return noex.PersistedState{
		Metadata: noex.Metadata{ServerID: "s", Revision: uint64(n)},
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for i := range n {
				if !yield(noex.PersistedRecord{Key: fmt.Appendf(nil, `"%d"`, i), Value: []byte(`{"id":"x"}`)}, nil) {
					return
				}
			}
		},
	}
}

func openReadOnly(t *testing.T, path string) *sqlite.Reader {
	t.Helper()
	r, err := sqlite.OpenReadOnly(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// count reads a bucket to its end.
func count(t *testing.T, r *sqlite.Reader, key string) (n int, revision uint64) {
	t.Helper()
	state, ok, err := r.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	for _, err := range state.Records {
		if err != nil {
			t.Fatal(err)
		}
		n++
	}
	return n, state.Metadata.Revision
}

func names(t *testing.T, dir string) []string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return out
}

func TestReaderReadsBesideTheOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner := open(t, path)
	const key = "s:bucket:a"
	read := func() int {
		t.Helper()
		r := openReadOnly(t, path)
		defer r.Close()
		keys, err := r.Keys(t.Context())
		if err != nil || len(keys) != 1 || keys[0] != key {
			t.Fatalf("keys %q, %v", keys, err)
		}
		if err := r.Check(t.Context()); err != nil {
			t.Error(err)
		}
		n, _ := count(t, r, key)
		return n
	}
	for n := 1; n < 4; n++ {
		if err := owner.Save(t.Context(), key, numbered(n)); err != nil {
			t.Fatal(err)
		}
		if got := read(); got != n {
			t.Errorf("%d records, want %d", got, n)
		}
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != 3 {
		t.Errorf("after Close: %d records", got)
	}
}

// TestReaderSeesTheDatabaseAsItWasWhenItWasOpened replaces both buckets between, and in the middle of,
// what a reader reads.
func TestReaderSeesTheDatabaseAsItWasWhenItWasOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner := open(t, path)
	save := func(n int) {
		t.Helper()
		for _, key := range []string{"s:bucket:a", "s:bucket:b"} {
			if err := owner.Save(t.Context(), key, numbered(n)); err != nil {
				t.Fatal(err)
			}
		}
	}
	save(1000)
	r := openReadOnly(t, path)
	defer r.Close()
	state, ok, err := r.Load(t.Context(), "s:bucket:a")
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	n := 0
	for _, err := range state.Records {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 1 || n == 500 {
			save(n)
		}
	}
	if n != 1000 || state.Metadata.Revision != 1000 {
		t.Errorf("%d records of revision %d", n, state.Metadata.Revision)
	}
	if n, revision := count(t, r, "s:bucket:b"); n != 1000 || revision != 1000 {
		t.Errorf("the other bucket: %d records of revision %d", n, revision)
	}
	now := openReadOnly(t, path)
	defer now.Close()
	if n, revision := count(t, now, "s:bucket:b"); n != 500 || revision != 500 {
		t.Errorf("a reader of now: %d records of revision %d", n, revision)
	}
}

// TestReaderSeesWholeStates reads while the owner saves.
func TestReaderSeesWholeStates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner := open(t, path)
	const key = "s:bucket:a"
	if err := owner.Save(t.Context(), key, numbered(1)); err != nil {
		t.Fatal(err)
	}
	var saving sync.WaitGroup
	done := make(chan struct{})
	saving.Go(func() {
		defer close(done)
		for n := range 60 {
			if err := owner.Save(t.Context(), key, numbered(n+1)); err != nil {
				t.Error(err)
			}
		}
	})
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		r := openReadOnly(t, path)
		if n, revision := count(t, r, key); uint64(n) != revision {
			t.Errorf("%d records of revision %d", n, revision)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
	saving.Wait()
}

func TestReaderLeavesNothingBehind(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "s.db")
	owner := open(t, path)
	if err := owner.Save(t.Context(), "s:bucket:a", numbered(3)); err != nil {
		t.Fatal(err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	want := names(t, dir)
	r := openReadOnly(t, path)
	if n, _ := count(t, r, "s:bucket:a"); n != 3 {
		t.Errorf("%d records", n)
	}
	if err := errors.Join(r.Check(t.Context()), r.Close()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, names(t, dir)); diff != "" {
		t.Error(diff)
	}
	after, err := os.ReadFile(path)
	if err != nil || string(before) != string(after) {
		t.Errorf("the database was changed (%v)", err)
	}
}

func TestReaderSaysWhenAnOwnerCameInBetween(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner := open(t, path)
	if err := owner.Save(t.Context(), "s:bucket:a", numbered(3)); err != nil {
		t.Fatal(err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	r := openReadOnly(t, path)
	defer r.Close()
	state, _, err := r.Load(t.Context(), "s:bucket:a")
	if err != nil {
		t.Fatal(err)
	}
	if err := owner.Save(t.Context(), "s:bucket:a", numbered(9)); err != nil {
		t.Fatal(err)
	}
	var last error
	for _, err := range state.Records {
		last = err
	}
	_, err = r.Keys(t.Context())
	for _, err := range []error{last, err, r.Check(t.Context())} {
		if err == nil || !strings.HasSuffix(err.Error(), "s.db was opened by a program while it was read; try again") {
			t.Errorf("got %v", err)
		}
	}
	fresh := openReadOnly(t, path)
	defer fresh.Close()
	if n, _ := count(t, fresh, "s:bucket:a"); n != 9 {
		t.Errorf("a fresh reader reads %d records", n)
	}
}

func TestReaderFindsDamage(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner := open(t, path)
	if err := owner.Save(t.Context(), "s:bucket:a", numbered(300)); err != nil {
		t.Fatal(err)
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for i := page * (len(data)/page - 1); i < len(data); i++ {
		data[i] = 0xaa // the last page, of the index on the keys
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	r := openReadOnly(t, path)
	defer r.Close()
	if err := r.Check(t.Context()); !errors.Is(err, noex.ErrCorrupt) {
		t.Errorf("got %v", err)
	}
}

func TestReaderWantsAStore(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.OpenReadOnly(t.Context(), filepath.Join(dir, "no.db")); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
	for name, text := range map[string]string{"empty.db": "", "short.db": "hello", "text.db": strings.Repeat("hello ", 100)} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := sqlite.OpenReadOnly(t.Context(), path); err == nil {
			t.Errorf("%s is a store", name)
		}
	}
}
