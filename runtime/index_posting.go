package noex

import (
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// postingIndex finds the records that have a value. It keeps no values: a table
// leads from the hash of a value to what records have it, and one of these is
// asked whether the value is the one looked for.
//
//	hash ──▶ slot                  one or two records: an entry for each
//	hash ──▶ listBit | number ──▶  lists: more records, in bucket order
type postingIndex[R any, V comparable] struct {
	def   *Index[R, V]
	in    *lookups[R]
	table slottable.Table
	lists []*slotList
	free  []uint32 // numbers of lists to use again
	n     int
}

const listBit = uint32(1) << 31

// posting is what has a value: a list and its number, or up to two slots.
type posting struct {
	list   *slotList
	number uint32
	slots  [2]uint32
	n      int
}

func (x *postingIndex[R, V]) definition() IndexDef[R] { return x.def }
func (x *postingIndex[R, V]) describe() indexInfo     { return x.def.info() }
func (x *postingIndex[R, V]) size() int               { return x.n }

// find returns what has the value v. The record at slot self is known to have
// it if it is in the index, though it may have changed already.
func (x *postingIndex[R, V]) find(hash uint32, v V, self uint32) (p posting) {
	for probe := x.table.Probe(hash); ; {
		entry, ok := probe.Next()
		if !ok {
			return p
		}
		slot := entry
		var list *slotList
		if entry&listBit != 0 {
			list = x.lists[entry&^listBit]
			if slot = list.first(); slot == self {
				slot = list.second()
			}
		}
		if slot != self {
			if got, ok := x.def.Get(x.in.record(slot)); !ok || got != v {
				continue
			}
		}
		if list != nil {
			return posting{list: list, number: entry, n: list.n}
		}
		p.slots[p.n] = slot
		p.n++
	}
}

func (x *postingIndex[R, V]) lookup(v V) posting {
	p := x.find(hash32(x.in.seed, v), v, slottable.None)
	if p.list == nil && p.n == 2 && x.in.order(p.slots[0], p.slots[1]) > 0 {
		p.slots[0], p.slots[1] = p.slots[1], p.slots[0]
	}
	return p
}

func (x *postingIndex[R, V]) insert(slot uint32, r *R) {
	v, ok := x.def.Get(r)
	if !ok {
		return
	}
	x.n++
	hash := hash32(x.in.seed, v)
	p := x.find(hash, v, slottable.None)
	switch {
	case p.list != nil:
		p.list.insert(slot, x.in.order)
	case p.n < len(p.slots):
		x.table.Insert(hash, slot)
	default:
		x.table.Insert(hash, x.addList(append(p.slots[:], slot)))
		for _, other := range p.slots {
			x.table.Delete(hash, other)
		}
	}
}

func (x *postingIndex[R, V]) addList(slots []uint32) uint32 {
	slices.SortFunc(slots, x.in.order)
	list := &slotList{n: len(slots), few: slots}
	if n := len(x.free); n > 0 {
		number := x.free[n-1]
		x.free = x.free[:n-1]
		x.lists[number] = list
		return listBit | number
	}
	x.lists = append(x.lists, list)
	return listBit | uint32(len(x.lists)-1)
}

func (x *postingIndex[R, V]) remove(slot uint32, r *R) {
	v, ok := x.def.Get(r)
	if !ok {
		return
	}
	x.n--
	hash := hash32(x.in.seed, v)
	if x.table.Delete(hash, slot) {
		return
	}
	p := x.find(hash, v, slot)
	p.list.remove(slot, x.in.order)
	if p.list.n == 1 {
		x.table.Replace(hash, p.number, p.list.first())
		x.lists[p.number&^listBit] = nil
		x.free = append(x.free, p.number&^listBit)
	}
}

func (x *postingIndex[R, V]) update(slot uint32, old, r *R) {
	was, had := x.def.Get(old)
	is, has := x.def.Get(r)
	if had == has && was == is {
		return
	}
	x.remove(slot, old)
	x.insert(slot, r)
}

func (x *postingIndex[R, V]) taken(*R, uint32) (uint32, bool) { return 0, false }

func (x *postingIndex[R, V]) value(r *R) (any, bool) {
	v, ok := x.def.Get(r)
	return v, ok
}

func (x *postingIndex[R, V]) part(p part) posting { return x.lookup(x.def.value(p.equal, nil)) }

func (x *postingIndex[R, V]) count(p part) int { return x.part(p).n }

func (x *postingIndex[R, V]) slots(p part) iter.Seq[uint32] { return x.part(p).all() }

func (x *postingIndex[R, V]) frozen(p part) iter.Seq[uint32] {
	found := x.part(p)
	if found.list != nil {
		return found.list.freeze()
	}
	return found.all()
}

func (p posting) all() iter.Seq[uint32] {
	if p.list != nil {
		return p.list.all()
	}
	return func(yield func(uint32) bool) {
		for _, slot := range p.slots[:p.n] {
			if !yield(slot) {
				return
			}
		}
	}
}
