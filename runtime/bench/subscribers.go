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
	// opAsleep is an insert while many handlers listen, by a publisher that sleeps after
	// each burst until they have seen it. It wakes up on the core of the last handler, whose
	// caches have less of the store, so this says more of that than of handlers.
	opAsleep = "insert-100-subscribers-asleep"
	// opBeside is an insert with no handler while the other cores are busy with what
	// needs no memory.
	opBeside = "insert-beside"
	// opEvent is what an event takes of a processor for each of many handlers.
	opEvent = "event-100"
)

const (
	guests = 5000 // inserts that are timed
	burst  = 1000 // of them are made before the handlers are waited for
)

// measureSubscribers measures what an insert costs its caller while handlers listen that
// keep up, since after each burst the next one waits for them, and what their events do.
func measureSubscribers(cfg config, r results, data *peers.Data) {
	publisher, release := cfg.publisher()
	defer release()
	s, noexgen := grownNoex(data)
	defer s.close()
	inserts := func(op string, handlers int, wait waiting) (cpu time.Duration) {
		var seen atomic.Int64
		var stops []func()
		for range handlers {
			stops = append(stops, noexgen.Store.Users.On(func(noex.Event[peers.User]) { seen.Add(1) }))
		}
		var perOp float64
		var ids []string
		runtime.GC() // so that none of them has to find memory for more
		cpu = cpuClock.time(func() {
			perOp, ids = inBursts(publisher, noexgen, data, func(n int) { wait(noexgen, &seen, int64(n*handlers)) })
		})
		mustFind(seen.Load() == int64(handlers*guests))
		r.add(noexKey(data, op), perOp)
		for _, stop := range stops {
			stop()
		}
		must(noexgen.DeleteAll(ids))
		return cpu
	}
	for range 3 {
		inserts(opSubscribers(many), many, inPlace)
		inserts(opSubscribers(1), 1, inPlace)
		alone := inserts(opSubscribers(0), 0, inPlace)
		withMany := inserts(opAsleep, many, asleep)
		r.add(noexKey(data, opEvent), float64(withMany-alone)/(many*guests))
		idle := occupyOthers()
		inserts(opBeside, 0, inPlace)
		idle()
	}
}

// inBursts times inserts in bursts, after each of which it waits, for the events of all n.
func inBursts(publisher clock, p *peers.Noex, data *peers.Data, wait func(n int)) (perOp float64, ids []string) {
	var sum sample
	for n := 0; n < guests; n += burst {
		from := data.Size + n
		ids = append(ids, insertEach(publisher, p, data.Inputs(from, from+burst), &sum)...)
		wait(n + burst)
	}
	return sum.perOp(), ids
}

// waiting is a way to wait until handlers have seen as many events as wanted.
type waiting func(p *peers.Noex, seen *atomic.Int64, wanted int64)

// inPlace looks for it now and then and keeps its core meanwhile.
func inPlace(_ *peers.Noex, seen *atomic.Int64, wanted int64) {
	for seen.Load() < wanted {
		for until := wallClock.now() + 20*time.Microsecond; wallClock.now() < until; {
		}
	}
}

// asleep sleeps until then.
func asleep(p *peers.Noex, _ *atomic.Int64, _ int64) { must(p.Store.Settle(background)) }

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
