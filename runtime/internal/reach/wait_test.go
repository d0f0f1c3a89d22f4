//go:build unix

package reach

import (
	"context"
	"io"
	"runtime"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

const million = 1_000_000

// BenchmarkSaveWait writes to one bucket while another, of 1,000,000 records, is
// saved: for the first time, as changes of all its records, and to a backup.
func BenchmarkSaveWait(b *testing.B) {
	for name := range adapters {
		b.Run(name, func(b *testing.B) {
			b.ReportMetric(0, "ns/op")
			report := func(metric string, wait time.Duration) { b.ReportMetric(wait.Seconds()*1000, metric) }
			var s *Store
			first := shortest(3, func() time.Duration {
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
			report("idle-ms", shortest(5, func() time.Duration {
				return longest(b, s, func() { time.Sleep(time.Second) })
			}))
			report("changes-ms", shortest(3, func() time.Duration {
				for p := range s.People.All() {
					if _, err := s.People.Update(p.ID, PersonPatch{Active: noex.Some(!p.Active)}); err != nil {
						b.Fatal(err)
					}
				}
				return longest(b, s, func() { flush(b, s) })
			}))
			report("backup-ms", shortest(3, func() time.Duration {
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

// longest returns how long a writer had to wait at most while work was done.
func longest(b *testing.B, s *Store, work func()) (wait time.Duration) {
	b.Helper()
	runtime.GC()
	started, stop, done := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		for n := int64(0); ; n++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			from := time.Now()
			_, err := s.Clicks.Update(0, ClickPatch{Count: noex.Some(n)})
			if n > 100 {
				wait = max(wait, time.Since(from))
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

// shortest measures several times, and takes the time that the rest of the
// machine has disturbed least.
func shortest(times int, measure func() time.Duration) time.Duration {
	least := measure()
	for range times - 1 {
		least = min(least, measure())
	}
	return least
}
