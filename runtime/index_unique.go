package noex

import (
	"iter"

	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// uniqueIndex finds the one record that has a value. It stores slots only and
// compares values in the records themselves.
type uniqueIndex[R any, V comparable] struct {
	def   *Index[R, V]
	in    *lookups[R]
	table slottable.Table
}

func (x *uniqueIndex[R, V]) definition() IndexDef[R] { return x.def }
func (x *uniqueIndex[R, V]) describe() indexInfo     { return x.def.info() }

func (x *uniqueIndex[R, V]) find(v V) (uint32, bool) {
	for p := x.table.Probe(hash32(x.in.seed, v)); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, false
		}
		if got, ok := x.def.Get(x.in.record(slot)); ok && got == v {
			return slot, true
		}
	}
}

func (x *uniqueIndex[R, V]) insert(slot uint32, r *R) {
	if v, ok := x.def.Get(r); ok {
		x.table.Insert(hash32(x.in.seed, v), slot)
	}
}

func (x *uniqueIndex[R, V]) remove(slot uint32, r *R) {
	if v, ok := x.def.Get(r); ok {
		x.table.Delete(hash32(x.in.seed, v), slot)
	}
}

func (x *uniqueIndex[R, V]) update(slot uint32, old, r *R) {
	was, had := x.def.Get(old)
	is, has := x.def.Get(r)
	if had == has && was == is {
		return
	}
	x.remove(slot, old)
	x.insert(slot, r)
}

func (x *uniqueIndex[R, V]) taken(r *R, self uint32) (uint32, bool) {
	v, ok := x.def.Get(r)
	if !ok {
		return 0, false
	}
	slot, ok := x.find(v)
	return slot, ok && slot != self
}

func (x *uniqueIndex[R, V]) value(r *R) (any, bool) {
	v, ok := x.def.Get(r)
	return v, ok
}

func (x *uniqueIndex[R, V]) size() int { return x.table.Len() }

func (x *uniqueIndex[R, V]) count(p part) int {
	if _, ok := x.find(x.def.value(p.equal, nil)); ok {
		return 1
	}
	return 0
}

func (x *uniqueIndex[R, V]) slots(p part) iter.Seq[uint32] {
	slot, ok := x.find(x.def.value(p.equal, nil))
	return func(yield func(uint32) bool) {
		if ok {
			yield(slot)
		}
	}
}

func (x *uniqueIndex[R, V]) frozen(p part) iter.Seq[uint32] { return x.slots(p) }
