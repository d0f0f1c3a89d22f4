package main

import (
	"runtime"
	"slices"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// heap returns the bytes of what is reachable.
func heap() int64 {
	runtime.GC()
	runtime.GC() // what finalizers and pools of the first held
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// weigh returns the bytes that a peer holds, given the heap before it was
// opened, and the CPU time of a full garbage collection with its data alone
// alive: that of the process, all threads, during runtime.GC.
func weigh(p peers.Peer, before int64) (bytes int64, gc time.Duration) {
	bytes = heap() - before
	if o, ok := p.(peers.Sized); ok {
		bytes += o.OutsideBytes()
	}
	var cycles []time.Duration
	for spent := time.Duration(0); len(cycles) < 5 && spent < time.Second; {
		cycles = append(cycles, cpuClock.time(runtime.GC))
		spent += cycles[len(cycles)-1]
	}
	slices.Sort(cycles)
	return bytes, cycles[len(cycles)/2]
}
