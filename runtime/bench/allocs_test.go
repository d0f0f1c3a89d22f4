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
		opInsert:  2, // the record and its generated id
		opUpdate:  1,
		opReindex: 1,
		opDelete:  0,
		opPay:     7,
		opCount:   0,
		opList10:  2,
		opRange:   26, // whatever the number of results
		opTop:     19,
	}
	for op, n := range allocations(peers.NewData(10_000)) {
		if n > most[op] {
			t.Errorf("%s allocates %v times, want at most %v", op, n, most[op])
		}
	}
}
