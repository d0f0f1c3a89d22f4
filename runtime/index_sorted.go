package noex

import (
	"cmp"

	"github.com/noexgen/noexgen/runtime/internal/btree"
)

// sortedIndex keeps the values of the records in order, each with its slot, so
// that it serves ranges, prefixes and sort order as well as equality.
type sortedIndex[R any, V comparable] struct {
	def  *Index[R, V]
	tree *btree.Tree[sortedValue[V]]
	all  int // fields of a value
}

type sortedValue[V any] struct {
	value V
	slot  uint32
}

func newSortedIndex[R any, V comparable](def *Index[R, V]) *sortedIndex[R, V] {
	n := len(def.Fields)
	return &sortedIndex[R, V]{
		def: def, all: n,
		tree: btree.New(func(a, b sortedValue[V]) int {
			return cmp.Or(def.Compare(a.value, b.value, n), cmp.Compare(a.slot, b.slot))
		}),
	}
}

func (x *sortedIndex[R, V]) definition() IndexDef[R] { return x.def }
func (x *sortedIndex[R, V]) describe() indexInfo     { return x.def.info() }

func (x *sortedIndex[R, V]) insert(slot uint32, r *R) {
	if v, ok := x.def.Get(r); ok {
		x.tree.Insert(sortedValue[V]{v, slot})
	}
}

func (x *sortedIndex[R, V]) remove(slot uint32, r *R) {
	if v, ok := x.def.Get(r); ok {
		x.tree.Delete(sortedValue[V]{v, slot})
	}
}

func (x *sortedIndex[R, V]) update(slot uint32, old, r *R) {
	was, had := x.def.Get(old)
	is, has := x.def.Get(r)
	if had == has && was == is {
		return
	}
	x.remove(slot, old)
	x.insert(slot, r)
}

// from and after bound the elements whose value is v.
func (x *sortedIndex[R, V]) from(v V) func(sortedValue[V]) bool {
	return func(e sortedValue[V]) bool { return x.def.Compare(e.value, v, x.all) >= 0 }
}

func (x *sortedIndex[R, V]) after(v V) func(sortedValue[V]) bool {
	return func(e sortedValue[V]) bool { return x.def.Compare(e.value, v, x.all) > 0 }
}

func (x *sortedIndex[R, V]) taken(r *R, self uint32) (uint32, bool) {
	if !x.def.Unique {
		return 0, false
	}
	v, ok := x.def.Get(r)
	if !ok {
		return 0, false
	}
	e, ok := x.tree.Seek(x.from(v))
	return e.slot, ok && e.value == v && e.slot != self
}

func (x *sortedIndex[R, V]) value(r *R) (any, bool) {
	v, ok := x.def.Get(r)
	return v, ok
}

func (x *sortedIndex[R, V]) list(to []uint32, v V) []uint32 {
	for e := range x.tree.Ascend(x.from(v), x.after(v)) {
		to = append(to, e.slot)
	}
	return to
}

func (x *sortedIndex[R, V]) slots(to []uint32, value []any) []uint32 {
	return x.list(to, x.def.fromFields(value))
}

func (x *sortedIndex[R, V]) count(value []any) int {
	v := x.def.fromFields(value)
	return x.tree.Count(x.from(v), x.after(v))
}
