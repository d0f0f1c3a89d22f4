package main

import (
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

const (
	// opStall is the longest wait of a writer while a snapshot is taken and
	// walked, in the median snapshot; opStallMax in the worst.
	opStall    = "stall"
	opStallMax = "stall-max"
	// opNoStall is the same in the same time without a snapshot.
	opNoStall = "no-stall"
)

// measureStalls updates records as fast as it goes while snapshots of the whole
// store are taken and walked, with the garbage collector off.
func measureStalls(cfg config, r results, data *peers.Data) {
	const snapshots = 20
	s, noexgen := grownNoex(data)
	defer s.close()
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))

	var walk func()
	walks := []func(){
		func() {
			n := 0
			for range noexgen.Store.Users.All() {
				n++
			}
			mustFind(n == data.Size)
		},
		func() {
			must(noexgen.Store.View(func(v *store.View) error {
				n := 0
				for range v.Users.All() {
					n++
				}
				mustFind(n == data.Size)
				return nil
			}))
		},
	}
	var stalls, calm []float64
	for i := range snapshots {
		walk = walks[i%len(walks)]
		began := time.Now()
		stalls = append(stalls, float64(longestUpdate(s, noexgen, walk)))
		took := time.Since(began)
		calm = append(calm, float64(longestUpdate(s, noexgen, func() { time.Sleep(took) })))
	}
	r.add(noexKey(data, opStallMax), slices.Max(stalls))
	slices.Sort(stalls)
	slices.Sort(calm)
	r.add(noexKey(data, opStall), stalls[snapshots/2])
	r.add(noexKey(data, opNoStall), calm[snapshots/2])
}

// longestUpdate returns the longest update while something else is done.
func longestUpdate(s *subject, noexgen *peers.Noex, during func()) time.Duration {
	ids := s.ids(1 << 12)
	var done, started atomic.Bool
	var longest time.Duration
	var writer sync.WaitGroup
	writer.Go(func() {
		w := newWaits()
		defer w.close()
		for i := 0; !done.Load(); i++ {
			w.call(func() { must(noexgen.SetAge(ids[i%len(ids)], rand.Int64N(100))) })
			started.Store(true)
		}
		longest = w.longest
	})
	for !started.Load() {
		runtime.Gosched()
	}
	during()
	done.Store(true)
	writer.Wait()
	return longest
}
