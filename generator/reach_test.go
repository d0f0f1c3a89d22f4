package generator_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

// wide is a definition of n buckets with ten fields each, of all kinds.
func wide(n int) string {
	var b strings.Builder
	b.WriteString("package: wide\nbuckets:\n")
	for i := range n {
		fmt.Fprintf(&b, `  table%d:
    key: id
    schema:
      id:      { type: string, generated: uuid }
      name:    { type: string, required: true, maxLength: 100 }
      email:   { type: string, format: email, unique: true }
      status:  { type: string, enum: [draft, active, retired], default: draft }
      count:   { type: integer, min: 0 }
      price:   { type: number, required: true }
      active:  { type: boolean, default: true }
      seen:    { type: date }
      tags:    { type: array, items: string }
      owner:   { type: string, ref: table0 }
    indexes: [status, { fields: [status, name] }]
`, i)
	}
	return b.String()
}

func runWide(t testing.TB, fsys *outputtest.FS) {
	t.Helper()
	if _, err := generator.Run(t.Context(), generator.Options{Paths: []string{"wide"}, FS: fsys}); err != nil {
		t.Fatal(err)
	}
}

func TestOutputDoesNotDependOnTheScheduler(t *testing.T) {
	generated := func(procs int) map[string]string {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		fsys := outputtest.New(map[string]string{"wide/noex.yaml": wide(20)})
		runWide(t, fsys)
		return fsys.Texts()
	}
	want := generated(1)
	for n := range 10 {
		if diff := cmp.Diff(want, generated(1+n%2)); diff != "" {
			t.Fatalf("run %d differs: %s", n, diff)
		}
	}
}

// BenchmarkRun generates into memory; see cmd/noexgen/reach.md for cold processes.
func BenchmarkRun(b *testing.B) {
	for _, n := range []int{10, 100, 1000} {
		b.Run(fmt.Sprintf("buckets=%d", n), func(b *testing.B) {
			text := wide(n)
			for b.Loop() {
				runWide(b, outputtest.New(map[string]string{"wide/noex.yaml": text}))
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/bucket")
		})
		b.Run(fmt.Sprintf("buckets=%d/unchanged", n), func(b *testing.B) {
			fsys := outputtest.New(map[string]string{"wide/noex.yaml": wide(n)})
			runWide(b, fsys)
			for b.Loop() {
				runWide(b, fsys)
			}
		})
	}
}

// TestWideDefinition writes the definition of the benchmark where it is told
// to, for measurements of cold processes.
func TestWideDefinition(t *testing.T) {
	dir := os.Getenv("NOEXGEN_WIDE")
	if dir == "" {
		t.Skip("NOEXGEN_WIDE names no directory")
	}
	if err := os.WriteFile(filepath.Join(dir, "noex.yaml"), []byte(wide(100)), 0o666); err != nil {
		t.Fatal(err)
	}
}
