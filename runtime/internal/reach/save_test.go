//go:build unix

package reach

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// BenchmarkSaveOne changes one record and saves it, in buckets of several sizes,
// and saves the whole bucket.
func BenchmarkSaveOne(b *testing.B) {
	for name := range adapters {
		var small spent
		for _, n := range []int{10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				s := openStore(b, name, b.TempDir())
				defer closeStore(b, s)
				fill(b, s, n)
				flush(b, s)
				change := func(i int) {
					if _, err := s.People.Update(id(i*7919%n), PersonPatch{Name: noex.Some(fmt.Sprint("Changed ", i))}); err != nil {
						b.Fatal(err)
					}
					flush(b, s)
				}
				change(0)
				runtime.GC()
				before := now(b)
				rounds := 200 * b.N
				for i := range rounds {
					change(1 + i)
				}
				one := before.since(b, rounds)

				to := adapter(b, name, b.TempDir())
				before = now(b)
				if err := s.Backup(context.Background(), to); err != nil {
					b.Fatal(err)
				}
				all := before.since(b, 1)
				if err := to.(io.Closer).Close(); err != nil {
					b.Fatal(err)
				}
				if small == (spent{}) {
					small = one
				}
				b.ReportMetric(0, "ns/op")
				b.ReportMetric(float64(one.cpu.Nanoseconds()), "cpu-ns/save")
				b.ReportMetric(float64(one.bytes), "B/save")
				b.ReportMetric(float64(all.cpu)/float64(one.cpu), "all/one-cpu")
				b.ReportMetric(float64(all.bytes)/float64(one.bytes), "all/one-B")
				b.ReportMetric(float64(one.cpu)/float64(small.cpu), "grown-cpu")
				b.ReportMetric(float64(one.bytes)/float64(small.bytes), "grown-B")
			})
		}
	}
}
