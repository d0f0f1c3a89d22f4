package main

import (
	"fmt"
	"runtime"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// run measures everything, round by round.
func run(cfg config) results {
	r, p := results{}, plans{}
	for round := range cfg.count {
		for _, size := range cfg.sizes {
			data := peers.NewData(size)
			for i := range cfg.peers {
				spec := cfg.peers[(i+round)%len(cfg.peers)] // so that nobody is always the first
				if spec.Max > 0 && size > spec.Max || round > 0 && once(spec, size) {
					continue
				}
				cfg.report(round, size, spec.Name, func() { turn(cfg, r, p, spec, data) })
			}
			for _, solo := range solos {
				if cfg.own && !(round > 0 && solo.once > 0 && size >= solo.once) {
					cfg.report(round, size, solo.what, func() { solo.run(cfg, r, data) })
					runtime.GC() // what it left is not for the next one to collect
				}
			}
		}
	}
	return r
}

func once(spec peers.Spec, size int) bool { return spec.Once > 0 && size >= spec.Once }

// report performs a part of the run and says how long it took.
func (cfg config) report(round, size int, what string, part func()) {
	began := time.Now()
	cpu := cpuClock.time(part)
	fmt.Fprintf(cfg.log, "round %d, %s records, %s: %s, CPU %s\n", round+1, grouped(size), what,
		time.Since(began).Round(time.Millisecond), cpu.Round(time.Millisecond))
}

// turn measures one peer, alone in memory, and what it is with an ordered index
// besides.
func turn(cfg config, r results, p plans, spec peers.Spec, data *peers.Data) {
	at := func(op string) key { return key{data.Size, op, spec.Name} }
	s := newSubject(spec, data)
	warm(data.Size)
	collection()
	before := heap()
	s.open()
	cfg.grow(s, r, at(opInsert))
	r.add(at(opGC), float64(collection()))
	r.add(at(opBytes), float64(heap()-before+outside(s.peer))/float64(data.Size))
	cfg.perform(s, r, p, ops, at)
	s.close()

	tooLong := spec.Module != "" && data.Size >= 1_000_000 // for a library, in each round
	if s = newRanked(spec, data); s != nil && !tooLong {
		warm(data.Size)
		s.open()
		cfg.grow(s, r, at(opInsertRanked))
		cfg.perform(s, r, p, rankedOps, at)
		s.close()
	}
}

// fills is how many times as long as an operation is repeated inserts are timed at least.
const fills = 5

// grow fills a subject and notes what an insert takes. One that is full in less time is
// emptied and filled again: in a few milliseconds the collector comes once or twice, which
// counts for one peer or another.
func (cfg config) grow(s *subject, r results, k key) {
	single, batch := grow(cfg.clock, s.peer, s.data, s.settled)
	for single.time < fills*cfg.benchtime {
		s.close()
		runtime.GC()
		s.open()
		again, batched := grow(cfg.clock, s.peer, s.data, s.settled)
		single.add(again)
		batch.add(batched)
	}
	r.add(k, single.perOp())
	if batch.ops > 0 {
		r.add(k.batched(), batch.perOp())
	}
}

// perform performs operations, in each of their ways.
func (cfg config) perform(s *subject, r results, p plans, list []op, at func(op string) key) {
	for _, o := range list {
		for _, w := range s.ways(o) {
			if got, ok := s.measure(cfg.clock, o, w, at(w.op), p, cfg.benchtime); ok {
				r.add(at(w.op), got.perOp())
			}
		}
	}
}
