package generator_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/internal/wide"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

func runWide(t testing.TB, fsys *outputtest.FS, memory string) {
	t.Helper()
	if _, err := generator.Run(t.Context(), generator.Options{Paths: []string{"wide"}, FS: fsys, Memory: memory}); err != nil {
		t.Fatal(err)
	}
}

func TestOutputDoesNotDependOnTheScheduler(t *testing.T) {
	generated := func(procs int) map[string]string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		fsys := outputtest.New(map[string]string{"wide/noex.yaml": wide.Definition(20)})
		runWide(t, fsys, "")
		return fsys.Texts()
	}
	want := generated(1)
	for n := range 20 { // ten times with one processor, ten times with two
		if diff := cmp.Diff(want, generated(1+n%2)); diff != "" {
			t.Fatalf("run %d differs: %s", n, diff)
		}
	}
}

// BenchmarkRun generates into memory; see cmd/noexgen/reach.md for cold processes.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("buckets=%d", n), func(b *testing.B) {
			text := wide.Definition(n)
			for b.Loop() {
				runWide(b, outputtest.New(map[string]string{"wide/noex.yaml": text}), "")
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/bucket")
		})
		b.Run(fmt.Sprintf("buckets=%d/unchanged", n), func(b *testing.B) {
			fsys := outputtest.New(map[string]string{"wide/noex.yaml": wide.Definition(n)})
			memory := b.TempDir()
			runWide(b, fsys, memory)
			for b.Loop() {
				runWide(b, fsys, memory)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/bucket")
		})
	}
}
