package file_test

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
)

func BenchmarkAdapter(b *testing.B) {
	adaptertest.Benchmark(b, func(b *testing.B) noex.StorageAdapter { return file.New(b.TempDir()) })
}
