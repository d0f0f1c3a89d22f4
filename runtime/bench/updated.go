package main

import "github.com/noexgen/noexgen/runtime/bench/peers"

// opGetUpdated is a get where each record was updated since it was inserted: in the
// generated store no record lies beside those that came with it any more.
const opGetUpdated = "get-updated"

func measureUpdated(cfg config, r results, data *peers.Data) {
	cfg.compare(r, opGetUpdated, data, func(s *subject) float64 {
		s.open()
		defer s.close()
		grow(wallClock, s.peer, s.data, s.settled)
		for _, i := range s.rnd.Perm(len(s.alive)) {
			must(s.peer.(setter).SetAge(string(s.alive[i].id[:]), 18))
		}
		get := op{name: opGetUpdated, prepare: on(prepareGet)}
		got, _ := s.measure(cfg.clock, get, s.ways(get)[0], key{}, plans{}, cfg.benchtime)
		return got.perOp()
	})
}
