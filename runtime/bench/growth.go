package main

import (
	"runtime"
	"runtime/debug"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opLongest is the longest single insert while a store grows from nothing.
const opLongest = "longest-insert"

// measureGrowth looks at every single insert, with the garbage collector off.
func measureGrowth(cfg config, r results, data *peers.Data) {
	for _, spec := range cfg.peers {
		if spec.Name == peers.NameNoex || spec.Name == peers.NameHand {
			r.add(key{data.Size, opLongest, spec.Name}, float64(longestInsert(spec, data)))
		}
	}
}

func longestInsert(spec peers.Spec, data *peers.Data) time.Duration {
	runtime.GC()
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
