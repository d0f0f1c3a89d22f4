//go:build linux

package reach

import (
	"context"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"syscall"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// BenchmarkSaveWait writes to one bucket while another, of 1,000,000 records, is
// saved: for the first time, as changes of all its records, and to a backup.
func BenchmarkSaveWait(b *testing.B) {
	for name := range adapters {
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			report := func(metric string, wait time.Duration) { b.ReportMetric(wait.Seconds()*1000, metric) }
			var s *Store
			first := usual(3, func() time.Duration {
				if s != nil {
					closeStore(b, s)
				}
				s = openStore(b, name, b.TempDir())
				if _, err := s.Clicks.Insert(ClickInput{}); err != nil {
					b.Fatal(err)
				}
				flush(b, s)
				fill(b, s, million)
				return longest(b, s, func() { flush(b, s) })
			})
			defer func() { closeStore(b, s) }()
			report("first-save-ms", first)
			report("idle-ms", usual(5, func() time.Duration {
				return longest(b, s, func() { time.Sleep(time.Second) })
			}))
			report("collector-ms", usual(5, func() time.Duration { return longest(b, s, runtime.GC) }))
			report("changes-ms", usual(3, func() time.Duration {
				for p := range s.People.All() {
					if _, err := s.People.Update(p.ID, PersonPatch{Active: noex.Some(!p.Active)}); err != nil {
						b.Fatal(err)
					}
				}
				return longest(b, s, func() { flush(b, s) })
			}))
			report("backup-ms", usual(3, func() time.Duration {
				to := adapter(b, name, b.TempDir())
				defer to.(io.Closer).Close()
				return longest(b, s, func() {
					if err := s.Backup(context.Background(), to); err != nil {
						b.Fatal(err)
					}
				})
			}))
		})
	}
}

// longest returns how long a writer had to wait at most while work was done, on a
// thread of its own. Writes in the middle of which the system gave the thread's
// core to another program do not count. The collector does not run by itself
// meanwhile, because on two cores it lets a writer wait for longer than all else.
func longest(b *testing.B, s *Store, work func()) (wait time.Duration) {
	b.Helper()
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	started, stop, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		for n := int64(0); ; n++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			before, from := preemptions(b), time.Now()
			_, err := s.Clicks.Update(0, ClickPatch{Count: noex.Some(n)})
			if took := time.Since(from); took > wait && n > 100 && preemptions(b) == before {
				wait = took
			}
			if err != nil {
				done <- err
				return
			}
			if n == 1000 {
				close(started)
			}
		}
	}()
	<-started
	work()
	close(stop)
	if err := <-done; err != nil {
		b.Fatal(err)
	}
	return wait
}

// preemptions is how often this thread has lost its core.
func preemptions(b *testing.B) int64 {
	const thread = 1 // RUSAGE_THREAD
	var u syscall.Rusage
	if err := syscall.Getrusage(thread, &u); err != nil {
		b.Error(err)
	}
	return u.Nivcsw
}

// usual measures several times and returns the time in the middle.
func usual(times int, measure func() time.Duration) time.Duration {
	var all []time.Duration
	for range times {
		all = append(all, measure())
	}
	slices.Sort(all)
	return all[len(all)/2]
}
