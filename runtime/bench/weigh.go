package main

import (
	"runtime"
	"slices"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// heap returns the bytes of what the last collection left.
func heap() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// collection returns the CPU time of a full garbage collection: that of all
// threads of the process during runtime.GC, the median of up to five. Without
// any data it is about a millisecond.
func collection() time.Duration {
	var cycles []time.Duration
	for spent := time.Duration(0); len(cycles) < 5 && spent < time.Second; {
		cycles = append(cycles, cpuClock.time(runtime.GC))
		spent += cycles[len(cycles)-1]
	}
	slices.Sort(cycles)
	return cycles[len(cycles)/2]
}

// outside is what a peer holds outside of Go's heap.
func outside(p peer) int64 {
	if o, ok := p.(peers.Sized); ok {
		return o.OutsideBytes()
	}
	return 0
}
