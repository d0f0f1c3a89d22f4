package sqlite_test

import (
	"path/filepath"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

func BenchmarkAdapter(b *testing.B) {
	adaptertest.Benchmark(b, func(b *testing.B) noex.StorageAdapter {
		a, err := sqlite.Open(filepath.Join(b.TempDir(), "store.db"))
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { a.Close() })
		return a
	})
}
