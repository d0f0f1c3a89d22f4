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
	for _, spec := range cfg.compared() {
		r.add(key{data.Size, opLongest, spec.Name}, float64(leastLongest(spec, data)))
	}
}

// leastLongest is the longest insert of the growth, of three, in which that is least.
// What a store does in one piece it does in each; that the processor was interrupted,
// for milliseconds on a machine that is shared, is not in each.
func leastLongest(spec peers.Spec, data *peers.Data) time.Duration {
	least := time.Duration(math.MaxInt64)
	for range 3 {
		least = min(least, longestInsert(spec, data))
	}
	return least
}

func longestInsert(spec peers.Spec, data *peers.Data) time.Duration {
	debug.FreeOSMemory() // so that each growth begins with none
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	s := newSubject(spec, data)
	s.open()
	defer s.close()
	w := newWaits()
	defer w.close()
	for from := 0; from < data.Size; from += bulkSize {
		for _, in := range data.Inputs(from, min(from+bulkSize, data.Size)) {
			w.call(func() {
				_, err := s.peer.Insert(in)
				must(err)
			})
		}
	}
	return w.longest
}
