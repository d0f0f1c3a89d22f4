//go:build unix

package crash

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/crash/ledger"
)

var sizes = []int64{10_000, 100_000, 1_000_000}

// spent is what the process has used so far.
type spent struct {
	cpu   time.Duration
	bytes int64 // written
}

func now(b *testing.B) (s spent) {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	s.cpu = time.Duration(u.Utime.Nano() + u.Stime.Nano())
	io, err := os.ReadFile("/proc/self/io")
	if err != nil {
		b.Skip("needs /proc/self/io: ", err)
	}
	_, rest, _ := strings.Cut(string(io), "wchar: ")
	fmt.Sscan(rest, &s.bytes)
	return s
}

// since is what was spent after before.
func since(b *testing.B, before spent) spent {
	after := now(b)
	return spent{after.cpu - before.cpu, after.bytes - before.bytes}
}

func report(b *testing.B, s spent) {
	b.ReportMetric(float64(s.cpu)/float64(b.N), "cpu-ns/op")
	b.ReportMetric(float64(s.bytes)/float64(b.N), "B-written/op")
}

// fill inserts n entries of about 200 bytes of JSON.
func fill(b *testing.B, s *ledger.Store, n int64) {
	b.Helper()
	var inputs []ledger.EntryInput
	for i := range n {
		inputs = append(inputs, ledger.EntryInput{N: i, Text: fmt.Sprintf("entry %0100d", i)})
	}
	if _, err := s.Entries.InsertMany(inputs); err != nil {
		b.Fatal(err)
	}
}

func flush(b *testing.B, s *ledger.Store) {
	b.Helper()
	if err := s.Flush(context.Background()); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPersistence saves all records, one changed one, merges and opens, of
// buckets of several sizes with each adapter.
func BenchmarkPersistence(b *testing.B) {
	for _, adapter := range []string{"file", "sqlite"} {
		for _, n := range sizes {
			dir := b.TempDir()
			var s *ledger.Store
			reopen := func(b *testing.B) {
				b.Helper()
				var err error
				if s, err = open(adapter, dir); err != nil {
					b.Fatal(err)
				}
			}
			reopen(b)
			fill(b, s, n)
			b.Run(fmt.Sprintf("SaveAll/%s/%d", adapter, n), func(b *testing.B) {
				before := now(b)
				for range b.N {
					a, err := storage(adapter, b.TempDir())
					if err != nil {
						b.Fatal(err)
					}
					if err := s.Backup(context.Background(), a); err != nil {
						b.Fatal(err)
					}
					if err := a.(io.Closer).Close(); err != nil {
						b.Fatal(err)
					}
				}
				report(b, since(b, before))
			})
			change := func(b *testing.B, i int64) {
				text := fmt.Sprintf("changed %0100d", i)
				if _, err := s.Entries.Update(i*7919%n, ledger.EntryPatch{Text: noex.Some(text)}); err != nil {
					b.Fatal(err)
				}
				flush(b, s)
			}
			b.Run(fmt.Sprintf("SaveOne/%s/%d", adapter, n), func(b *testing.B) {
				change(b, 1)
				before := now(b)
				b.ResetTimer()
				for i := range b.N {
					change(b, int64(i))
				}
				report(b, since(b, before))
			})
			b.Run(fmt.Sprintf("CloseChanged/%s/%d", adapter, n), func(b *testing.B) {
				var sum spent
				for range b.N {
					b.StopTimer()
					change(b, 5)
					before := now(b)
					b.StartTimer()
					if err := s.Close(); err != nil {
						b.Fatal(err)
					}
					b.StopTimer()
					d := since(b, before)
					sum.cpu, sum.bytes = sum.cpu+d.cpu, sum.bytes+d.bytes
					reopen(b)
					b.StartTimer()
				}
				report(b, sum)
			})
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
			b.Run(fmt.Sprintf("Open/%s/%d", adapter, n), func(b *testing.B) {
				for range b.N {
					reopen(b)
					b.StopTimer()
					if err := s.Close(); err != nil {
						b.Fatal(err)
					}
					b.StartTimer()
				}
			})
		}
	}
}
