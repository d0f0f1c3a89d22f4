package main

import (
	"context"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// solo is a measurement of the generated store alone, or beside the one by
// hand, that is no operation of the workload.
type solo struct {
	what string
	run  func(cfg config, r results, data *peers.Data)
	// once is the number of records from which one round has to do, 0 for none.
	once int
}

var solos = []solo{
	{what: "subscribers", run: measureSubscribers},
	{what: "live queries", run: measureLive},
	{what: "snapshots", run: measureStalls},
	{what: "cores", run: measureCores},
	{what: "growth", run: measureGrowth},
	{what: "persistence", run: measurePersistence, once: 1_000_000},
}

// grownNoex returns the generated store with its records.
func grownNoex(data *peers.Data) (*subject, *peers.Noex) {
	s := subjectOf(data, func() (peer, error) { return peers.OpenNoex(noex.Config{}) })
	s.open()
	grow(wallClock, s.peer, data, s.settled)
	return s, s.peer.(*peers.Noex)
}

// noexKey is the key of a measurement of the generated store.
func noexKey(data *peers.Data, op string) key { return key{data.Size, op, peers.NameNoex} }

// publisher is the clock for what one goroutine waits for while others work for
// it: on a machine with other work the time that its thread uses.
func (cfg config) publisher() clock {
	if cfg.clock.name == cpuClock.name {
		return threadClock
	}
	return wallClock
}

var background = context.Background()
