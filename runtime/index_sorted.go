package noex

import (
	"encoding/binary"
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/btree"
	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// sortedIndex keeps the slots of the records in the order of their values, so
// that it serves ranges, prefixes and sort order as well as equality. Equal
// values are in bucket order.
//
// An entry holds the beginning of the first value, which decides nearly every
// comparison; only where two begin alike are the records looked at. So there
// is nothing in it for the collector to follow, whatever the values are.
type sortedIndex struct {
	def  *indexDef
	in   *lookups
	tree *btree.Tree
	// exact is set if entries alone tell which values are equal.
	exact bool
}

// entry is a record in a sorted index: the beginning of its first value, in the
// order of the values where they differ, and the slot.
type entry = btree.Entry

func newSortedIndex(def *indexDef, in *lookups) *sortedIndex {
	x := &sortedIndex{def: def, in: in, exact: len(def.attrs) == 1 && def.attrs[0].kind != scalarString}
	x.tree = btree.New(func(a, b entry) int {
		if a.Slot == b.Slot {
			return 0
		}
		if !x.exact {
			if c := x.compareRows(in.records, a.Slot, b.Slot, len(def.attrs)); c != 0 {
				return c
			}
		}
		return in.order.compare(a.Slot, b.Slot)
	})
	return x
}

// beginning returns an entry without a slot for a first value.
func beginning(v scalar) entry {
	if v.s == "" {
		return entry{Hi: v.n, Lo: v.m}
	}
	var b [12]byte
	copy(b[:], v.s)
	return entry{Hi: binary.BigEndian.Uint64(b[:]), Lo: binary.BigEndian.Uint32(b[8:])}
}

// compareRows compares two records of the index by their first n fields.
func (x *sortedIndex) compareRows(in rows, a, b uint32, n int) int {
	r, s := in.Get(a), in.Get(b)
	for _, attr := range x.def.attrs[:n] {
		v, _ := attr.get(r)
		w, _ := attr.get(s)
		if c := v.compare(w); c != 0 {
			return c
		}
	}
	return 0
}

// compareEntries compares two entries by their first n fields.
func (x *sortedIndex) compareEntries(in rows, a, b entry, n int) int {
	if c := a.Compare(b); c != 0 || x.exact {
		return c
	}
	return x.compareRows(in, a.Slot, b.Slot, n)
}

// key is values of the first fields to compare entries with.
type sortKey struct {
	values []scalar
	begin  entry
}

func keyOf(values []scalar) sortKey { return sortKey{values, beginning(values[0])} }

func (x *sortedIndex) compareKey(in rows, e entry, k sortKey) int {
	if c := e.Compare(k.begin); c != 0 || x.exact {
		return c
	}
	r := in.Get(e.Slot)
	for i, w := range k.values {
		v, _ := x.def.attrs[i].get(r)
		if c := v.compare(w); c != 0 {
			return c
		}
	}
	return 0
}

func (x *sortedIndex) define() *indexDef { return x.def }
func (x *sortedIndex) size() int         { return x.tree.Len() }

func (x *sortedIndex) entry(slot uint32, r *row) (entry, bool) {
	for _, attr := range x.def.attrs[1:] {
		if _, ok := attr.get(r); !ok {
			return entry{}, false
		}
	}
	v, ok := x.def.attrs[0].get(r)
	e := beginning(v)
	e.Slot = slot
	return e, ok
}

// A sorted index finds its place by the values.

func (x *sortedIndex) position(*row) position { return nowhere }

func (x *sortedIndex) prefetch(position)     {}
func (x *sortedIndex) prefetchNext(position) {}

func (x *sortedIndex) touchAll([]position, []uint32) {}

func (x *sortedIndex) insert(slot uint32, r *row, _ position) {
	if e, ok := x.entry(slot, r); ok {
		x.tree.Insert(e)
	}
}

func (x *sortedIndex) remove(slot uint32, r *row, _ position) {
	if e, ok := x.entry(slot, r); ok {
		x.tree.Delete(e)
	}
}

func (x *sortedIndex) move(old, slot uint32, r *row, p position) {
	x.remove(old, r, p)
	x.insert(slot, r, p)
}

func (x *sortedIndex) taken(r *row, self uint32, _ position) (uint32, bool) {
	if !x.def.unique {
		return 0, false
	}
	var buf [fewFields]scalar
	values, ok := x.def.values(buf[:0], r)
	if !ok {
		return 0, false
	}
	slot, ok := x.seek(values)
	return slot, ok && slot != self
}

// seek returns the slot of the first record that has values.
func (x *sortedIndex) seek(values []scalar) (uint32, bool) {
	k := keyOf(values)
	e, ok := x.tree.Seek(func(e entry) bool { return x.compareKey(x.in.records, e, k) >= 0 })
	return e.Slot, ok && x.compareKey(x.in.records, e, k) == 0
}

// from and after are true from the first entry on that has values, and from the
// first one on that comes after them.
func (x *sortedIndex) from(in rows, values []scalar) func(entry) bool {
	k := keyOf(values)
	return func(e entry) bool { return x.compareKey(in, e, k) >= 0 }
}

func (x *sortedIndex) after(in rows, values []scalar) func(entry) bool {
	k := keyOf(values)
	return func(e entry) bool { return x.compareKey(in, e, k) > 0 }
}

// bound is from if it includes the values, else after.
func (x *sortedIndex) bound(in rows, values []scalar, includes bool) func(entry) bool {
	if includes {
		return x.from(in, values)
	}
	return x.after(in, values)
}

// bounds returns those of a part; nil is open.
func (x *sortedIndex) bounds(in rows, p part) (from, until func(entry) bool) {
	if len(p.equal) > 0 {
		from, until = x.from(in, p.equal), x.after(in, p.equal)
	}
	for _, s := range p.spans {
		if s.lo.set {
			from = both(from, x.bound(in, append(slices.Clip(p.equal), s.lo.v), s.lo.inclusive))
		}
		if s.hi.set {
			until = either(until, x.bound(in, append(slices.Clip(p.equal), s.hi.v), !s.hi.inclusive))
		}
	}
	return from, until
}

// both and either combine two bounds, of which the first may be open.
func both(f, g func(entry) bool) func(entry) bool {
	if f == nil {
		return g
	}
	return func(e entry) bool { return f(e) && g(e) }
}

func either(f, g func(entry) bool) func(entry) bool {
	if f == nil {
		return g
	}
	return func(e entry) bool { return f(e) || g(e) }
}

func (x *sortedIndex) count(p part) int { return x.tree.Count(x.bounds(x.in.records, p)) }

func (x *sortedIndex) slots(p part) iter.Seq[uint32] {
	return slotsOf(x.tree.Ascend(x.bounds(x.in.records, p)))
}

func (x *sortedIndex) frozen(p part, held slab.Snapshot) iter.Seq[uint32] {
	return slotsOf(x.tree.Clone().Ascend(x.bounds(held, p)))
}

func slotsOf(entries iter.Seq[entry]) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for e := range entries {
			if !yield(e.Slot) {
				return
			}
		}
	}
}

func (x *sortedIndex) walk(p part, n int, desc bool, held *slab.Snapshot) iter.Seq2[uint32, bool] {
	tree, in := x.tree, rows(x.in.records)
	if held != nil {
		tree, in = tree.Clone(), *held
	}
	from, until := x.bounds(in, p)
	all := len(x.def.attrs)
	switch {
	case n < all && desc:
		return x.groups(in, tree.Descend(from, until), n)
	case n < all:
		return x.groups(in, tree.Ascend(from, until), n)
	case desc:
		return x.backward(in, tree, from, until)
	default:
		return func(yield func(uint32, bool) bool) {
			for e := range tree.Ascend(from, until) {
				if !yield(e.Slot, true) {
					return
				}
			}
		}
	}
}

// groups tells where the first n fields change.
func (x *sortedIndex) groups(in rows, entries iter.Seq[entry], n int) iter.Seq2[uint32, bool] {
	return func(yield func(uint32, bool) bool) {
		last := entry{Slot: slab.None}
		for e := range entries {
			if !yield(e.Slot, last.Slot == slab.None || x.compareEntries(in, last, e, n) != 0) {
				return
			}
			last = e
		}
	}
}

// longRun is the number of equal values from which on backward seeks their
// beginning rather than collect them.
const longRun = 32

// backward yields the slots of a range from the highest value to the lowest,
// those of equal values in bucket order.
func (x *sortedIndex) backward(in rows, tree *btree.Tree, from, until func(entry) bool) iter.Seq2[uint32, bool] {
	all := len(x.def.attrs)
	return func(yield func(uint32, bool) bool) {
		run := make([]entry, 0, 4) // mostly one at a time
		flush := func() bool {
			for i := len(run) - 1; i >= 0; i-- {
				if !yield(run[i].Slot, true) {
					return false
				}
			}
			run = run[:0]
			return true
		}
		for more := true; more; {
			more = false
			for e := range tree.Descend(from, until) {
				if len(run) > 0 && x.compareEntries(in, run[0], e, all) != 0 && !flush() {
					return
				}
				if run = append(run, e); len(run) < longRun {
					continue
				}
				// The run lies within the bounds, since they are about values.
				run = run[:0]
				values, _ := x.def.values(nil, in.Get(e.Slot))
				for e := range tree.Ascend(x.from(in, values), x.after(in, values)) {
					if !yield(e.Slot, true) {
						return
					}
				}
				until, more = x.from(in, values), true
				break
			}
		}
		flush()
	}
}
