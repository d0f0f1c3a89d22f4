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
			if n := testing.AllocsPerRun(1000, write); n > 1 {
				t.Errorf("%v allocations, want that of the record", n)
			}
		})
	}
}
