package file_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
)

// numbered is a state of n records whose revision is n.
func numbered(n int) noex.PersistedState {
	return noex.PersistedState{
		AutoincrementCounter: int64(n),
		Metadata:             noex.Metadata{ServerID: "s", SchemaVersion: 1, Revision: uint64(n)},
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for range n {
				if !yield(noex.PersistedRecord{Key: []byte(`"k"`), Value: []byte(`{"id":"k"}`)}, nil) {
					return
				}
			}
		},
	}
}

func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(data)
	}
	return out
}

func TestReaderChangesNothingAndNeedsNoLock(t *testing.T) {
	dir := t.TempDir()
	owner := file.New(dir)
	for _, key := range []string{"s:bucket:a", "s:bucket:b"} {
		if err := owner.Save(t.Context(), key, numbered(3)); err != nil {
			t.Fatal(err)
		}
	}
	changes := func(yield func(noex.PersistedChange, error) bool) {
		yield(noex.PersistedChange{Type: noex.Inserted, Key: []byte(`"n"`), Value: []byte(`{"id":"n"}`)}, nil)
	}
	err := owner.SaveChanges(t.Context(), []noex.BucketChanges{{Key: "s:bucket:a", Changes: changes, Metadata: noex.Metadata{ServerID: "s", Revision: 4}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "s_bucket_a.json.new-0123456789abcdef"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	before := listing(t, dir)
	r, err := file.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	keys, err := r.Keys(t.Context())
	if diff := cmp.Diff([]string{"s:bucket:a", "s:bucket:b"}, keys); diff != "" || err != nil {
		t.Error(diff, err)
	}
	state, ok, err := r.Load(t.Context(), "s:bucket:a")
	if err != nil || !ok || state.Metadata.Revision != 4 {
		t.Fatalf("%+v, %t, %v", state.Metadata, ok, err)
	}
	if diff := cmp.Diff(before, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
	if err := owner.Save(t.Context(), "s:bucket:a", numbered(9)); err != nil {
		t.Errorf("the owner is disturbed: %v", err)
	}
	if state, _, err = r.Load(t.Context(), "s:bucket:a"); err != nil || state.Metadata.Revision != 9 {
		t.Errorf("after a save: %+v, %v", state.Metadata, err)
	}
	if err := owner.Close(); err != nil {
		t.Error(err)
	}
	if _, err := file.OpenReadOnly(filepath.Join(dir, "nowhere")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a directory that is not there: %v", err)
	}
}

// TestReaderSeesWholeStates reads while the owner saves: every state that is
// read is one that was saved.
func TestReaderSeesWholeStates(t *testing.T) {
	dir := t.TempDir()
	owner := file.New(dir)
	const key = "s:bucket:a"
	if err := owner.Save(t.Context(), key, numbered(1)); err != nil {
		t.Fatal(err)
	}
	r, err := file.OpenReadOnly(dir)
	if err != nil {
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
		state, ok, err := r.Load(t.Context(), key)
		if err != nil || !ok {
			t.Fatal(ok, err)
		}
		n := 0
		for _, err := range state.Records {
			if err != nil {
				t.Fatal(err)
			}
			n++
		}
		if uint64(n) != state.Metadata.Revision {
			t.Fatalf("%d records of revision %d", n, state.Metadata.Revision)
		}
	}
	saving.Wait()
	if err := owner.Close(); err != nil {
		t.Error(err)
	}
}
