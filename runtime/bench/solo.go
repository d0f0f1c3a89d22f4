package main

import (
	"context"
	"runtime"
	"slices"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// solo is a measurement of the generated store alone, or beside the one by
// hand and the bare map, that is no operation of the workload.
type solo struct {
	what string
	run  func(cfg config, r results, data *peers.Data)
	// once is the number of records from which one round has to do, 0 for none.
	once int
}

var solos = []solo{
	{what: "memory", run: measureMemory},
	{what: "making", run: measureMaking},
	{what: "allocations", run: measureAllocs, once: 1},
	{what: "subscribers", run: measureSubscribers},
	{what: "live queries", run: measureLive, once: 1_000_000},
	{what: "snapshots", run: measureStalls},
	{what: "cores", run: measureCores},
	{what: "updated records", run: measureUpdated},
	{what: "growth", run: measureGrowth},
	{what: "new memory", run: measureNewMemory, once: 1_000_000},
	{what: "persistence", run: measurePersistence},
}

// compared are the peers that such measurements may be made of.
var compared = []string{peers.NameNoex, peers.NameHand, peers.NameBare}

// compare measures something of those of them that take part.
func (cfg config) compare(r results, op string, data *peers.Data, measure func(*subject) float64) {
	for _, spec := range cfg.peers {
		if slices.Contains(compared, spec.Name) {
			r.add(key{data.Size, op, spec.Name}, measure(newSubject(spec, data)))
		}
	}
}

// grownNoex returns the generated store with its records.
func grownNoex(data *peers.Data) (*subject, *peers.Noex) {
	s := subjectOf(data, func() (peer, error) { return peers.OpenNoex(noex.Config{}) })
	warm(data.Size)
	s.open()
	grow(wallClock, s.peer, data, s.settled)
	return s, s.peer.(*peers.Noex)
}

// noexKey is the key of a measurement of the generated store.
func noexKey(data *peers.Data, op string) key { return key{data.Size, op, peers.NameNoex} }

// publisher is the clock for what one goroutine waits for while others work for
// it: on a machine with other work the time that its thread uses, which is then
// its own until release.
func (cfg config) publisher() (c clock, release func()) {
	if cfg.clock.name == cpuClock.name {
		runtime.LockOSThread()
		return threadClock, runtime.UnlockOSThread
	}
	return wallClock, func() {}
}

var background = context.Background()
