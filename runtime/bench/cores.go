package main

import (
	"math"
	"sync"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opCores is how many times as many gets two goroutines perform as one.
const opCores = "get-2-cores"

// measureCores compares short turns of one and of two goroutines, and keeps the
// quickest of each, which other work on the machine has disturbed least. The bare
// map, which has no lock, shows what the cores share besides: caches and memory.
func measureCores(cfg config, r results, data *peers.Data) {
	cfg.compare(r, opCores, data, speedUp)
}

func speedUp(s *subject) float64 {
	const turns, gets = 100, 10_000
	s.open()
	defer s.close()
	grow(wallClock, s.peer, s.data, s.settled)
	quickest := [2]time.Duration{math.MaxInt64, math.MaxInt64}
	for range turns {
		for i, goroutines := range []int{1, 2} {
			do, _ := prepareGet(s, goroutines*gets)
			took := wallClock.time(func() {
				var wg sync.WaitGroup
				for g := range goroutines {
					wg.Go(func() { do(s.peer.(getter), g*gets, (g+1)*gets) })
				}
				wg.Wait()
			})
			quickest[i] = min(quickest[i], took)
		}
	}
	return 2 * float64(quickest[0]) / float64(quickest[1])
}
