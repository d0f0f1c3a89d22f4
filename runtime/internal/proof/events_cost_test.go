package proof

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// TestEventsAllocateNothing writes to a store that nobody follows: what a write
// allocates is the record, so its event allocates nothing.
func TestEventsAllocateNothing(t *testing.T) {
	s := open(t, noex.Config{})
	in := AccountInput{ID: "a", Branch: noex.Some("west"), Balance: 1}
	patch := AccountPatch{Balance: noex.Some[int64](2)}
	for range 2 * ringHolds { // now the log has its size
		must(s.Accounts.Upsert(in))
	}
	for name, write := range map[string]func(){
		"upsert": func() { must(s.Accounts.Upsert(in)) },
		"update": func() { must(s.Accounts.Update("a", patch)) },
	} {
		t.Run(name, func(t *testing.T) {
			if n := allocations(write); n > 1 {
				t.Errorf("%v allocations, want that of the record", n)
			}
		})
	}
}

// allocations counts what a call allocates, on average. Under the race detector
// it is the least of many calls, since there a sync.Pool loses at random a
// quarter of what it is given.
func allocations(call func()) float64 {
	if !raceEnabled {
		return testing.AllocsPerRun(1000, call)
	}
	least := testing.AllocsPerRun(1, call)
	for range 100 {
		least = min(least, testing.AllocsPerRun(1, call))
	}
	return least
}
