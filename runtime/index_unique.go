package noex

import (
	"iter"

	"github.com/noexgen/noexgen/runtime/internal/slab"
	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// uniqueIndex finds the one record that has a value. It stores slots only and
// compares values in the records themselves.
type uniqueIndex struct {
	def   *indexDef
	in    *lookups
	table slottable.Table
}

func (x *uniqueIndex) define() *indexDef { return x.def }

func (x *uniqueIndex) find(values []scalar) (uint32, *row, bool) {
	hash := x.in.hashAll(values)
	slot, ok := x.table.First(hash)
	if !ok {
		return 0, nil, false
	}
	if r := x.in.records.Get(slot); x.def.has(r, values) {
		return slot, r, true
	}
	return x.search(hash, values)
}

// search is find with the hash of the values, for the rare case that others have it.
func (x *uniqueIndex) search(hash uint32, values []scalar) (uint32, *row, bool) {
	for p := x.table.Probe(hash); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, nil, false
		}
		if r := x.in.records.Get(slot); x.def.has(r, values) {
			return slot, r, true
		}
	}
}

func (x *uniqueIndex) position(r *row) position { return x.def.position(&x.in.hasher, r) }

func (x *uniqueIndex) prefetch(p position)   { x.table.Prefetch(uint32(p)) }
func (x *uniqueIndex) prefetchNext(position) {}

func (x *uniqueIndex) touchAll(all []position, _ []uint32) { slottable.TouchAll(&x.table, all) }

func (x *uniqueIndex) insert(slot uint32, _ *row, p position) {
	if p != nowhere {
		x.table.Insert(uint32(p), slot)
	}
}

func (x *uniqueIndex) remove(slot uint32, _ *row, p position) {
	if p != nowhere {
		x.table.Delete(uint32(p), slot)
	}
}

func (x *uniqueIndex) move(old, slot uint32, _ *row, p position) {
	if p != nowhere {
		x.table.Replace(uint32(p), old, slot)
	}
}

func (x *uniqueIndex) taken(r *row, self uint32, p position) (uint32, bool) {
	if p == nowhere || x.table.Vacant(uint32(p)) {
		return 0, false
	}
	for probe := x.table.Probe(uint32(p)); ; {
		slot, ok := probe.Next()
		if !ok {
			return 0, false
		}
		if slot != self && x.def.same(x.in.records.Get(slot), r) {
			return slot, true
		}
	}
}

func (x *uniqueIndex) size() int { return x.table.Len() }

func (x *uniqueIndex) count(p part) int {
	if _, _, ok := x.find(p.equal); ok {
		return 1
	}
	return 0
}

func (x *uniqueIndex) slots(p part) iter.Seq[uint32] {
	slot, _, ok := x.find(p.equal)
	return oneSlot(slot, ok)
}

func (x *uniqueIndex) frozen(p part, _ slab.Snapshot) iter.Seq[uint32] { return x.slots(p) }

func oneSlot(slot uint32, ok bool) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if ok {
			yield(slot)
		}
	}
}
