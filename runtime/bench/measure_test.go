package main

import (
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// What waits for new memory is timed again, but not without end.
func TestMeasureAgainWhatWaitedForMemory(t *testing.T) {
	const took = 100 * time.Millisecond // so the process may need some pages for itself
	var now time.Duration
	fake := clock{"fake", func() time.Duration { return now }}
	for name, c := range map[string]struct{ slow, want int }{
		"never":    {0, 1},
		"at first": {2, 3},
		"always":   {100, 1 + retakes},
	} {
		t.Run(name, func(t *testing.T) {
			performed := 0
			w := way{
				op:      opGet,
				prepare: func(*subject, int) work { return work{do: func(any, int, int) {}} },
				perform: func(work, int) {
					performed++
					if performed <= c.slow {
						touchNewPages(t, 10*int(took/pageTime))
					}
					now += took
				},
			}
			s := newSubject(peers.Specs[0], peers.NewData(1))
			k := key{1, opGet, "peer"}
			if _, ok := s.measure(fake, op{name: opGet}, w, k, plans{k: 1}, took); !ok || performed != c.want {
				t.Errorf("performed %d times, %v; want %d", performed, ok, c.want)
			}
		})
	}
}

// touchNewPages asks the kernel for pages, one by one, since it may hand over several that
// lie side by side at once.
func touchNewPages(t *testing.T, pages int) {
	for range pages {
		fresh, err := unix.Mmap(-1, 0, unix.Getpagesize(), unix.PROT_READ|unix.PROT_WRITE, unix.MAP_ANON|unix.MAP_PRIVATE)
		if err != nil {
			t.Fatal(err)
		}
		fresh[0] = 1
		if err := unix.Munmap(fresh); err != nil {
			t.Fatal(err)
		}
	}
}
