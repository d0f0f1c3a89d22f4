package sqlite_test

import (
	"path/filepath"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

func open(t *testing.T, path string) *sqlite.Adapter {
	t.Helper()
	a, err := sqlite.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return a
}

func TestAdapter(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
		path := filepath.Join(t.TempDir(), "new", "store ?%20#ü.db")
		return func() noex.StorageAdapter { return open(t, path) }
	})
}
