package noex

import (
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/btree"
)

// sortedIndex keeps the values of the records in order, each with its slot, so
// that it serves ranges, prefixes and sort order as well as equality. Equal
// values are in bucket order.
type sortedIndex[R any, V comparable] struct {
	def  *Index[R, V]
	tree *btree.Tree[sortedValue[V]]
	all  int   // fields of a value
	zero []any // of each field, if there are several
}

type sortedValue[V any] struct {
	value V
	slot  uint32
}

func newSortedIndex[R any, V comparable](def *Index[R, V], in *lookups[R]) *sortedIndex[R, V] {
	n := len(def.Fields)
	return &sortedIndex[R, V]{
		def: def, all: n, zero: def.zeros(),
		tree: btree.New(func(a, b sortedValue[V]) int {
			if c := def.Compare(a.value, b.value, n); c != 0 || a.slot == b.slot {
				return c
			}
			return in.order(a.slot, b.slot)
		}),
	}
}

func (x *sortedIndex[R, V]) definition() IndexDef[R] { return x.def }
func (x *sortedIndex[R, V]) size() int               { return x.tree.Len() }

func (x *sortedIndex[R, V]) describe() indexInfo {
	info := x.def.info()
	info.leading = x.zero != nil
	return info
}

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

// from and after bound the elements whose first n fields are those of v.
func (x *sortedIndex[R, V]) from(v V, n int) func(sortedValue[V]) bool {
	return func(e sortedValue[V]) bool { return x.def.Compare(e.value, v, n) >= 0 }
}

func (x *sortedIndex[R, V]) after(v V, n int) func(sortedValue[V]) bool {
	return func(e sortedValue[V]) bool { return x.def.Compare(e.value, v, n) > 0 }
}

func (x *sortedIndex[R, V]) taken(r *R, self uint32) (uint32, bool) {
	if !x.def.Unique {
		return 0, false
	}
	v, ok := x.def.Get(r)
	if !ok {
		return 0, false
	}
	e, ok := x.tree.Seek(x.from(v, x.all))
	return e.slot, ok && e.value == v && e.slot != self
}

func (x *sortedIndex[R, V]) value(r *R) (any, bool) {
	v, ok := x.def.Get(r)
	return v, ok
}

// bounds returns those of a part; nil is open.
func (x *sortedIndex[R, V]) bounds(p part) (from, until func(sortedValue[V]) bool) {
	n := len(p.equal)
	if n > 0 {
		v := x.def.value(p.equal, x.zero)
		if n == 1 {
			if _, whole := p.equal[0].(V); whole {
				n = x.all
			}
		}
		from, until = x.from(v, n), x.after(v, n)
	}
	for _, s := range p.spans {
		if s.lo.set {
			v := x.def.value(append(slices.Clip(p.equal), s.lo.v), x.zero)
			lo := x.after(v, n+1)
			if s.lo.inclusive {
				lo = x.from(v, n+1)
			}
			from = both(from, lo)
		}
		if s.hi.set {
			v := x.def.value(append(slices.Clip(p.equal), s.hi.v), x.zero)
			hi := x.from(v, n+1)
			if s.hi.inclusive {
				hi = x.after(v, n+1)
			}
			until = either(until, hi)
		}
	}
	return from, until
}

// both and either combine two bounds, of which the first may be open.
func both[E any](f, g func(E) bool) func(E) bool {
	if f == nil {
		return g
	}
	return func(e E) bool { return f(e) && g(e) }
}

func either[E any](f, g func(E) bool) func(E) bool {
	if f == nil {
		return g
	}
	return func(e E) bool { return f(e) || g(e) }
}

func (x *sortedIndex[R, V]) count(p part) int { return x.tree.Count(x.bounds(p)) }

func (x *sortedIndex[R, V]) slots(p part) iter.Seq[uint32] {
	return slotsOf(x.tree.Ascend(x.bounds(p)))
}

func (x *sortedIndex[R, V]) frozen(p part) iter.Seq[uint32] {
	return slotsOf(x.tree.Clone().Ascend(x.bounds(p)))
}

func slotsOf[V any](entries iter.Seq[sortedValue[V]]) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for e := range entries {
			if !yield(e.slot) {
				return
			}
		}
	}
}

func (x *sortedIndex[R, V]) walk(p part, n int, desc, frozen bool) iter.Seq2[uint32, bool] {
	tree := x.tree
	if frozen {
		tree = tree.Clone()
	}
	from, until := x.bounds(p)
	switch {
	case n < x.all && desc:
		return x.groups(tree.Descend(from, until), n)
	case n < x.all:
		return x.groups(tree.Ascend(from, until), n)
	case desc:
		return x.backward(tree, from, until)
	default:
		return func(yield func(uint32, bool) bool) {
			for e := range tree.Ascend(from, until) {
				if !yield(e.slot, true) {
					return
				}
			}
		}
	}
}

// groups tells where the first n fields change.
func (x *sortedIndex[R, V]) groups(entries iter.Seq[sortedValue[V]], n int) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		var last sortedValue[V]
		first := true
		for e := range entries {
			if !yield(e.slot, first || x.def.Compare(last.value, e.value, n) != 0) {
				return
			}
			last, first = e, false
		}
	}
}

// longRun is the number of equal values from which on backward seeks their
// beginning rather than collect them.
const longRun = 32

// backward yields the slots of a range from the highest value to the lowest,
// those of equal values in bucket order.
func (x *sortedIndex[R, V]) backward(tree *btree.Tree[sortedValue[V]], from, until func(sortedValue[V]) bool) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		run := make([]sortedValue[V], 0, longRun)
		flush := func() bool {
			for _, e := range slices.Backward(run) {
				if !yield(e.slot, true) {
					return false
				}
			}
			run = run[:0]
			return true
		}
		for more := true; more; {
			more = false
			for e := range tree.Descend(from, until) {
				if len(run) > 0 && x.def.Compare(run[0].value, e.value, x.all) != 0 && !flush() {
					return
				}
				if run = append(run, e); len(run) < longRun {
					continue
				}
				// The run lies within the bounds, since they are about values.
				run = run[:0]
				for e := range tree.Ascend(x.from(e.value, x.all), x.after(e.value, x.all)) {
					if !yield(e.slot, true) {
						return
					}
				}
				until, more = x.from(e.value, x.all), true
				break
			}
		}
		flush()
	}
}
