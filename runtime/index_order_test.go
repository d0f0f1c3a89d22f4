package noex

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// TestLongListsAreSearched looks for slots in lists of all lengths, however far
// apart the slots are, against a walk from the beginning.
func TestLongListsAreSearched(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	records := newRecords()
	var slots []uint32
	for range 50_000 {
		slots = append(slots, appendNumber(records, 0))
	}
	// Chunks are merged and used again, so that slots are not in bucket order.
	at := map[uint32]int{}
	for i, slot := range slots {
		at[slot] = i
	}
	for i := 5_000; i < 20_000; i++ {
		if rnd.IntN(30) > 0 {
			records.Delete(slots[i])
			records.Compact(slots[i], func(old, slot uint32, _ *row) {
				slots[at[old]], at[slot] = slot, at[old]
			})
		}
	}
	for range 10_000 {
		appendNumber(records, 0)
	}
	if records.RanksAreSlots() {
		t.Fatal("nothing was merged")
	}
	all := []uint32{}
	for slot := range records.All() {
		all = append(all, slot)
	}
	o := order{records: records}
	for name, keep := range map[string]func(i int) bool{
		"all":      func(int) bool { return true },
		"a fifth":  func(int) bool { return rnd.IntN(5) == 0 },
		"few":      func(int) bool { return rnd.IntN(400) == 0 },
		"clusters": func(i int) bool { return i/300%7 == 0 || rnd.IntN(1000) == 0 },
		"the ends": func(i int) bool { return i < 200 || i > len(all)-200 },
		"growing":  func(i int) bool { return rnd.IntN(i+1) < 40 },
	} {
		t.Run(name, func(t *testing.T) {
			var list []uint32
			for i, slot := range all {
				if keep(i) {
					list = append(list, slot)
				}
			}
			for i := 0; i < len(all); i += 1 + rnd.IntN(20) {
				want := slices.IndexFunc(list, func(s uint32) bool { return o.compare(s, all[i]) >= 0 })
				if want < 0 {
					want = len(list)
				}
				if got := o.search(list, all[i]); got != want {
					t.Fatalf("slot %d of %d is at %d of %d, want %d", i, len(all), got, len(list), want)
				}
			}
		})
	}
}
