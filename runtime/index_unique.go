package noex

import (
	"iter"

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
	for p := x.table.Probe(x.in.hashAll(values)); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, nil, false
		}
		if r := x.in.records.Get(slot); x.def.has(r, values) {
			return slot, r, true
		}
	}
}

func (x *uniqueIndex) insert(slot uint32, r *row) {
	var buf [fewFields]scalar
	if values, ok := x.def.values(buf[:0], r); ok {
		x.table.Insert(x.in.hashAll(values), slot)
	}
}

// touch prepares for inserts of rows.
func (x *uniqueIndex) touch(rows []*row) {
	var buf [fewFields]scalar
	hashes := make([]uint32, 0, len(rows))
	for _, r := range rows {
		if values, ok := x.def.values(buf[:0], r); ok {
			hashes = append(hashes, x.in.hashAll(values))
		}
	}
	x.table.Touch(hashes)
}

func (x *uniqueIndex) remove(slot uint32, r *row) {
	var buf [fewFields]scalar
	if values, ok := x.def.values(buf[:0], r); ok {
		x.table.Delete(x.in.hashAll(values), slot)
	}
}

func (x *uniqueIndex) taken(r *row, self uint32) (uint32, bool) {
	var buf [fewFields]scalar
	values, ok := x.def.values(buf[:0], r)
	if !ok {
		return 0, false
	}
	slot, _, ok := x.find(values)
	return slot, ok && slot != self
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

func (x *uniqueIndex) frozen(p part) iter.Seq[uint32] { return x.slots(p) }

func oneSlot(slot uint32, ok bool) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		if ok {
			yield(slot)
		}
	}
}
