package memory_test

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/memory"
)

func BenchmarkAdapter(b *testing.B) {
	adaptertest.Benchmark(b, func(b *testing.B) noex.StorageAdapter { return memory.New() })
}
