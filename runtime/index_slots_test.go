package noex

import (
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/slab"
	"pgregory.net/rapid"
)

// TestSlotListKeepsOrder inserts and removes slots and compares the list, and what was
// frozen of it before, with a sorted slice.
func TestSlotListKeepsOrder(t *testing.T) {
	records := newRecords()
	scattered(records)
	byPlace := slices.Collect(func(yield func(uint32) bool) {
		for slot := range records.All() {
			if !yield(slot) {
				return
			}
		}
	})
	rapid.Check(t, func(t *rapid.T) {
		rnd := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
		slots, o := byPlace, order{records: records}
		if rapid.Bool().Draw(t, "ordered") {
			slots = slices.Clone(byPlace)
			rnd.Shuffle(len(slots), func(i, j int) { slots[i], slots[j] = slots[j], slots[i] })
		}
		rank := map[uint32]int{}
		for i, slot := range slots {
			rank[slot] = i
		}
		if &slots[0] != &byPlace[0] {
			o.other = func(a, b uint32) int { return rank[a] - rank[b] }
		}
		list := &slotList{}
		var model []uint32
		var frozen []func() ([]uint32, []uint32)
		toggle := func(slot uint32) {
			at, found := slices.BinarySearchFunc(model, slot, o.compare)
			if found {
				list.remove(slot, o)
				model = slices.Delete(model, at, at+1)
			} else {
				list.insert(slot, o)
				model = slices.Insert(model, at, slot)
			}
		}
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			limit := rapid.SampledFrom([]int{20, 700, 3000, len(slots)}).Draw(t, "limit")
			for range limit {
				toggle(slots[rnd.IntN(limit)])
			}
			if got := slices.Collect(list.all(o)); list.n != len(model) || !slices.Equal(got, model) {
				t.Fatalf("list of %d: %v\nwant %d: %v", list.n, got, len(model), model)
			}
			seq, want := list.freeze(records.Snapshot()), slices.Clone(model)
			frozen = append(frozen, func() ([]uint32, []uint32) { return slices.Collect(seq), want })
			for _, f := range frozen {
				if got, want := f(); !slices.Equal(got, want) {
					t.Fatalf("frozen list changed: %v\nwant %v", got, want)
				}
			}
			if drain := rapid.Bool().Draw(t, "drain"); drain {
				for _, slot := range slices.Clone(model) {
					if rnd.IntN(100) > 0 {
						toggle(slot)
					}
				}
			}
		}
	})
}

// newRecords returns an empty slab of numbers.
func newRecords() *slab.Slab { return &slab.Slab{Type: slab.TypeOf[int]()} }

func appendNumber(records *slab.Slab, n int) uint32 {
	_, slot, _ := records.Append(rowOf(&n), "")
	return slot
}

func numberOf(r *row) int { return *recordOf[int](r) }

// scattered fills a slab with records of which chunks were merged and used again, so
// that slots are not in bucket order.
func scattered(records *slab.Slab) {
	rnd := rand.New(rand.NewPCG(1, 3))
	slots := make([]uint32, 6_000)
	for n := range slots {
		slots[n] = appendNumber(records, n)
	}
	for _, slot := range slots[1_000:4_000] {
		if rnd.IntN(30) > 0 {
			records.Delete(slot)
			records.Compact(slot, func(_, slot uint32, r *row) { slots[numberOf(r)] = slot })
		}
	}
	for n := range 3_000 {
		appendNumber(records, n)
	}
}

// TestListsFollowMovedRecords removes most records of a slab, which moves others, and
// compares lists of some of them with a walk.
func TestListsFollowMovedRecords(t *testing.T) {
	for name, every := range map[string]int{"few": 1000, "blocks": 60, "dense": 3} {
		t.Run(name, func(t *testing.T) {
			rnd := rand.New(rand.NewPCG(1, uint64(every)))
			records := newRecords()
			o, list, in := order{records: records}, &slotList{}, map[int]bool{}
			slots := make([]uint32, 20_000)
			for n := range slots {
				slots[n] = appendNumber(records, n)
				if n%every == 0 {
					in[n] = true
					list.insert(slots[n], o)
				}
			}
			if (list.dense != nil) != (name == "dense") || (list.slotBlocks != nil) != (name == "blocks") {
				t.Fatal("the list has another form")
			}
			moved := 0
			for n, slot := range slots {
				if rnd.IntN(30) == 0 || every == 1000 && in[n] {
					continue
				}
				if in[n] {
					list.remove(slot, o)
				}
				records.Delete(slot)
				records.Compact(slot, func(old, slot uint32, r *row) {
					slots[numberOf(r)] = slot
					if in[numberOf(r)] {
						list.move(old, slot, o)
						moved++
					}
				})
			}
			var want []uint32
			for slot, r := range records.All() {
				if in[numberOf(r)] {
					want = append(want, slot)
				}
			}
			if got := slices.Collect(list.all(o)); moved == 0 || !slices.Equal(got, want) {
				t.Fatalf("after %d moves: %v\nwant %v", moved, got, want)
			}
		})
	}
}

// TestListsBecomeDense follows a value that more and more records have, and then
// fewer and fewer.
func TestListsBecomeDense(t *testing.T) {
	records := newRecords()
	for range 100 * 256 {
		appendNumber(records, 0)
	}
	o, list := order{records: records}, &slotList{}
	for n := range uint32(1_000) {
		list.insert(25*n, o)
		if dense := list.dense != nil; dense != (n+1 >= denseFrom*100) {
			t.Fatalf("dense %v with %d", dense, n+1)
		}
	}
	for range 401 * 256 {
		appendNumber(records, 0)
	}
	list.insert(25*1_000, o)
	if list.dense != nil {
		t.Fatal("dense with 1,001 of 501 chunks")
	}
	records = newRecords()
	for range 100 * 256 {
		appendNumber(records, 0)
	}
	o, list = order{records: records}, &slotList{}
	for n := range uint32(1_000) {
		list.insert(25*n, o)
	}
	for n := range uint32(1_000) {
		list.remove(25*n, o)
		if dense := list.dense != nil; dense != (1_000-n-1 >= sparseBelow*100) {
			t.Fatalf("dense %v with %d", dense, 1_000-n-1)
		}
	}
}

// TestInsertLooksAtOneLine holds the fields that an insert reads in the second cache line
// of a list.
func TestInsertLooksAtOneLine(t *testing.T) {
	const line = 64
	if bits.UintSize == 32 {
		t.Skip("pointers take half as much")
	}
	var l postingList
	if size := unsafe.Sizeof(l); size != 2*line {
		t.Errorf("a list takes %d bytes", size)
	}
	first := unsafe.Offsetof(l.slotList) + unsafe.Offsetof(l.slotList.slotBlocks)
	if first < line || unsafe.Offsetof(l.short) < line {
		t.Errorf("%d and %d are in the first line", first, unsafe.Offsetof(l.short))
	}
}
