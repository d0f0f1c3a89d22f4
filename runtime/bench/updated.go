package main

import "github.com/noexgen/noexgen/runtime/bench/peers"

// opGetUpdated is a get where each record was updated since it was inserted: in the
// generated store no record lies beside those that came with it any more.
const opGetUpdated = "get-updated"

func measureUpdated(cfg config, r results, data *peers.Data) {
	for _, spec := range cfg.compared() {
		r.add(key{data.Size, opGetUpdated, spec.Name}, getUpdated(cfg, newSubject(spec, data)))
	}
}

func getUpdated(cfg config, s *subject) float64 {
	s.open()
	defer s.close()
	grow(wallClock, s.peer, s.data, s.settled)
	for _, i := range s.rnd.Perm(len(s.alive)) {
		must(s.peer.(setter).SetAge(string(s.alive[i].id[:]), 18))
	}
	var sum sample
	for sum.time < cfg.benchtime {
		get, _ := prepareGet(s, batchSize)
		sum.ops += batchSize
		sum.time += cfg.clock.time(func() { get(s.peer.(getter), 0, batchSize) })
	}
	return sum.perOp()
}
