package main

import (
	"math"
	"runtime/debug"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opLongest is the longest single insert while a store grows from nothing.
const opLongest = "longest-insert"

// measureGrowth looks at every single insert, with the garbage collector off. The bare
// map shows what Go and the kernel need for memory that nobody had before.
func measureGrowth(cfg config, r results, data *peers.Data) {
	cfg.compare(r, opLongest, data, leastLongest)
}

// leastLongest is the longest insert of the growth, of three, in which that is least.
// What a store does in one piece it does in each; that the processor was interrupted,
// for milliseconds on a machine that is shared, is not in each.
func leastLongest(s *subject) float64 {
	least := time.Duration(math.MaxInt64)
	for range 3 {
		least = min(least, longestInsert(s))
	}
	return float64(least)
}

func longestInsert(s *subject) time.Duration {
	debug.FreeOSMemory() // so that each growth begins with none
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	s.open()
	defer s.close()
	w := newWaits()
	defer w.close()
	for from := 0; from < s.data.Size; from += bulkSize {
		for _, in := range s.data.Inputs(from, min(from+bulkSize, s.data.Size)) {
			w.call(func() {
				_, err := s.peer.Insert(in)
				must(err)
			})
		}
	}
	return w.longest
}
