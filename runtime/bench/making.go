package main

import "github.com/noexgen/noexgen/runtime/bench/peers"

// opMake is what every peer but the generated store does before it stores a record:
// make an id, read the clock and check the fields.
const opMake = "make"

// measureMaking measures how long a record takes that is stored nowhere.
func measureMaking(cfg config, r results, data *peers.Data) {
	var sum sample
	for sum.time < cfg.benchtime {
		ins := data.Inputs(0, min(batchSize, data.Size)) // as new as those of an insert
		sum.ops += len(ins)
		sum.time += cfg.clock.time(func() {
			for i := range ins {
				_, err := peers.Make(&ins[i])
				must(err)
			}
		})
	}
	r.add(key{data.Size, opMake, peers.NameHand}, sum.perOp())
}
