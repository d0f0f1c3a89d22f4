package noex

import "github.com/noexgen/noexgen/runtime/internal/slottable"

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

func (x *uniqueIndex[R, V]) slots(to []uint32, value []any) []uint32 {
	if slot, ok := x.find(x.def.fromFields(value)); ok {
		return append(to, slot)
	}
	return to
}

func (x *uniqueIndex[R, V]) count(value []any) int {
	if _, ok := x.find(x.def.fromFields(value)); ok {
		return 1
	}
	return 0
}
