package main

import (
	"testing"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// TestAllocations fixes how often the operations of the generated store
// allocate. The table of what is reached says what is wanted.
func TestAllocations(t *testing.T) {
	most := map[string]float64{
		opGet:     0,
		opUnique:  0,
		opInsert:  4,
		opUpdate:  1,
		opReindex: 2,
		opDelete:  0,
		opCount:   9,
		opList10:  3,
	}
	for op, n := range allocations(peers.NewData(10_000)) {
		if n > most[op] {
			t.Errorf("%s allocates %v times, want at most %v", op, n, most[op])
		}
	}
}
