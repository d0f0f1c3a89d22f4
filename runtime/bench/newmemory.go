package main

import (
	"runtime/debug"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opInsertNew is an insert into a store that grows in memory which the process has to ask
// the kernel for, page by page, as a new process does.
const opInsertNew = "insert-new-memory"

func measureNewMemory(cfg config, r results, data *peers.Data) {
	cfg.compare(r, opInsertNew, data, func(s *subject) float64 {
		debug.FreeOSMemory()
		s.open()
		defer s.close()
		single, _ := grow(cfg.clock, s.peer, s.data, s.settled)
		return single.perOp()
	})
}
