package prefetch

import (
	"fmt"
	"testing"
	"unsafe"
)

// TestLinesOfAnything asks for memory that is there, whole or not, and that is not.
func TestLinesOfAnything(t *testing.T) {
	memory := make([]byte, 1000)
	for at := range memory {
		for _, n := range []int{0, 1, 63, 64, 65, len(memory) - at} {
			Lines(unsafe.Pointer(&memory[at]), uintptr(n))
		}
	}
	Lines(nil, 1)
	Lines(unsafe.Pointer(unsafe.StringData("")), 0)
	for at, b := range memory {
		if b != 0 {
			t.Fatalf("byte %d was changed", at)
		}
	}
}

// BenchmarkLines measures what it costs to ask for memory that is in the cache.
func BenchmarkLines(b *testing.B) {
	memory := make([]byte, 1024)
	for _, n := range []uintptr{1, 64, 160} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				Lines(unsafe.Pointer(&memory[0]), n)
			}
		})
	}
}
