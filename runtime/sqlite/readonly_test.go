package sqlite_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

func records(n int) noex.PersistedState {
	return noex.PersistedState{
		Metadata: noex.Metadata{ServerID: "s", Revision: uint64(n)},
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for i := range n {
				key := []byte{'"', byte('a' + i), '"'}
				if !yield(noex.PersistedRecord{Key: key, Value: []byte(`{"id":"x"}`)}, nil) {
					return
				}
			}
		},
	}
}

func TestReaderReadsBesideTheOwner(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s.db")
	owner, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	const key = "s:bucket:a"
	read := func() int {
		t.Helper()
		r, err := sqlite.OpenReadOnly(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		keys, err := r.Keys(t.Context())
		if err != nil || len(keys) != 1 || keys[0] != key {
			t.Fatalf("keys %q, %v", keys, err)
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
		return n
	}
	for n := 1; n < 4; n++ {
		if err := owner.Save(t.Context(), key, records(n)); err != nil {
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

func TestReaderWantsAStore(t *testing.T) {
	dir := t.TempDir()
	if _, err := sqlite.OpenReadOnly(context.Background(), filepath.Join(dir, "no.db")); !os.IsNotExist(err) {
		t.Errorf("got %v", err)
	}
	empty := filepath.Join(dir, "empty.db")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.OpenReadOnly(context.Background(), empty); err == nil {
		t.Error("an empty database is a store")
	}
}
