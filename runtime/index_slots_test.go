package noex

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestSlotListKeepsOrder inserts and removes slots and compares the list, and
// what was frozen of it before, with a sorted slice.
func TestSlotListKeepsOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		ranks := rnd.Perm(6000)
		compare := func(a, b uint32) int { return ranks[a] - ranks[b] }
		byRank := order{other: compare}
		list := &slotList{}
		var model []uint32
		var frozen []func() ([]uint32, []uint32)
		toggle := func(slot uint32) {
			at, found := slices.BinarySearchFunc(model, slot, compare)
			if found {
				list.remove(slot, byRank)
				model = slices.Delete(model, at, at+1)
			} else {
				list.insert(slot, byRank)
				model = slices.Insert(model, at, slot)
			}
		}
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			limit := rapid.SampledFrom([]int{20, 700, 3000, 6000}).Draw(t, "limit")
			for range limit {
				toggle(uint32(rnd.IntN(limit)))
			}
			if list.n != len(model) || !slices.Equal(slices.Collect(list.each), model) {
				t.Fatalf("list of %d: %v\nwant %d: %v", list.n, slices.Collect(list.each), len(model), model)
			}
			if list.n > 0 && list.first() != model[0] {
				t.Fatal("wrong first slot")
			}
			seq, want := list.freeze(), slices.Clone(model)
			frozen = append(frozen, func() ([]uint32, []uint32) { return slices.Collect(seq), want })
			for _, f := range frozen {
				if got, want := f(); !slices.Equal(got, want) {
					t.Fatalf("frozen list changed: %v\nwant %v", got, want)
				}
			}
			if drain := rapid.Bool().Draw(t, "drain"); drain {
				for _, slot := range slices.Clone(model) {
					if rnd.IntN(10) > 0 {
						toggle(slot)
					}
				}
			}
		}
	})
}
