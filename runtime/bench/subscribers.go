package main

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opSubscribers is an insert while n handlers listen.
func opSubscribers(n int) string { return fmt.Sprintf("insert-%d-subscribers", n) }

const many = 100

const (
	// opShort is an insert while many handlers listen, in short bursts.
	opShort = "insert-100-subscribers-short"
	// opBeside is an insert with no handler while the other cores are busy with what
	// needs no memory.
	opBeside = "insert-beside"
	// opEvent is what an event takes of a processor for each of many handlers.
	opEvent = "event-100"
)

const (
	guests = 5000 // inserts that are timed
	// burst is how many of them are made before the handlers are waited for. After that
	// wait the publisher may be on another core, whose caches have less of the store: so a
	// short burst says more of that than of handlers.
	burst, shortBurst = 1000, 100
)

// measureSubscribers measures what an insert costs its caller while handlers listen that
// keep up, since after each burst the next one waits for them, and what their events do.
func measureSubscribers(cfg config, r results, data *peers.Data) {
	publisher, release := cfg.publisher()
	defer release()
	s, noexgen := grownNoex(data)
	defer s.close()
	inserts := func(op string, handlers, size int) (cpu time.Duration) {
		var seen atomic.Int64
		var stops []func()
		for range handlers {
			stops = append(stops, noexgen.Store.Users.On(func(noex.Event[peers.User]) { seen.Add(1) }))
		}
		var perOp float64
		var ids []string
		cpu = cpuClock.time(func() { perOp, ids = inBursts(publisher, noexgen, data, size) })
		mustFind(seen.Load() == int64(handlers*guests))
		r.add(noexKey(data, op), perOp)
		for _, stop := range stops {
			stop()
		}
		must(noexgen.DeleteAll(ids))
		return cpu
	}
	for range 3 {
		withMany := inserts(opSubscribers(many), many, burst)
		inserts(opShort, many, shortBurst)
		inserts(opSubscribers(1), 1, burst)
		alone := inserts(opSubscribers(0), 0, burst)
		r.add(noexKey(data, opEvent), float64(withMany-alone)/(many*guests))
		idle := occupyOthers()
		inserts(opBeside, 0, burst)
		idle()
	}
}

// inBursts times inserts in bursts, after each of which it waits for handlers.
func inBursts(publisher clock, p *peers.Noex, data *peers.Data, size int) (perOp float64, ids []string) {
	var sum sample
	for from := data.Size; from < data.Size+guests; from += size {
		ids = append(ids, insertEach(publisher, p, data.Inputs(from, from+size), &sum)...)
		must(p.Store.Settle(background))
	}
	return sum.perOp(), ids
}

// occupyOthers keeps all cores but one busy until idle is called.
func occupyOthers() (idle func()) {
	var done atomic.Bool
	var busy sync.WaitGroup
	var spun atomic.Uint64
	for range runtime.GOMAXPROCS(0) - 1 {
		busy.Go(func() {
			for n := uint64(0); !done.Load(); spun.Store(n) {
				n = spin(n)
			}
		})
	}
	return func() {
		done.Store(true)
		busy.Wait()
	}
}

// spin counts, without a look at memory, by several numbers, so that the processor has
// as much to do at once as it can.
//
//go:noinline
func spin(a uint64) uint64 {
	b, c, d := uint64(1), uint64(2), uint64(3)
	for i := range uint64(1000) {
		a = 3*a + i
		b ^= b<<1 + i
		c += c>>3 ^ i
		d = 5*d + 7
	}
	return a ^ b ^ c ^ d
}
