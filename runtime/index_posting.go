package noex

import (
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// postingIndex finds the records that have a value. A table leads from the hash of
// a value to what records have it. What has the value looked for is seen by the
// one of a list, or by that of the record.
//
//	hash ──▶ slot                  one or two records: an entry for each
//	hash ──▶ listBit | number ──▶  lists: more records, in bucket order
type postingIndex struct {
	def   *indexDef
	in    *lookups
	table slottable.Table
	lists []*postingList
	free  []uint32 // numbers of lists to use again
	n     int
}

const listBit = uint32(1) << 31

// postingList is a list of the records that have certain values.
type postingList struct {
	slotList
	values []scalar
}

// posting is what has a value: a list and its number, or up to two slots.
type posting struct {
	list   *postingList
	number uint32
	slots  [2]uint32
	n      int
}

func (x *postingIndex) define() *indexDef { return x.def }
func (x *postingIndex) size() int         { return x.n }

// find returns what has certain values.
func (x *postingIndex) find(hash uint32, values []scalar) (p posting) {
	for probe := x.table.Probe(hash); ; {
		entry, ok := probe.Next()
		if !ok {
			return p
		}
		switch {
		case entry&listBit != 0:
			if list := x.lists[entry&^listBit]; slices.Equal(list.values, values) {
				return posting{list: list, number: entry, n: list.n}
			}
		case x.def.has(x.in.records.Get(entry), values):
			p.slots[p.n] = entry
			p.n++
		}
	}
}

func (x *postingIndex) lookup(values []scalar) posting {
	p := x.find(x.in.hashAll(values), values)
	if p.list == nil && p.n == 2 && x.in.order.compare(p.slots[0], p.slots[1]) > 0 {
		p.slots[0], p.slots[1] = p.slots[1], p.slots[0]
	}
	return p
}

func (x *postingIndex) insert(slot uint32, r *row) {
	var buf [fewFields]scalar
	values, ok := x.def.values(buf[:0], r)
	if !ok {
		return
	}
	x.n++
	hash := x.in.hashAll(values)
	p := x.find(hash, values)
	switch {
	case p.list != nil:
		p.list.insert(slot, x.in.order)
	case p.n < len(p.slots):
		x.table.Insert(hash, slot)
	default:
		x.table.Insert(hash, x.addList(values, []uint32{p.slots[0], p.slots[1], slot}))
		for _, other := range p.slots {
			x.table.Delete(hash, other)
		}
	}
}

func (x *postingIndex) addList(values []scalar, slots []uint32) uint32 {
	slices.SortFunc(slots, x.in.order.compare)
	list := &postingList{slotList{n: len(slots), few: slots}, slices.Clone(values)}
	if n := len(x.free); n > 0 {
		number := x.free[n-1]
		x.free = x.free[:n-1]
		x.lists[number] = list
		return listBit | number
	}
	x.lists = append(x.lists, list)
	return listBit | uint32(len(x.lists)-1)
}

func (x *postingIndex) remove(slot uint32, r *row) {
	var buf [fewFields]scalar
	values, ok := x.def.values(buf[:0], r)
	if !ok {
		return
	}
	x.n--
	hash := x.in.hashAll(values)
	if x.table.Delete(hash, slot) {
		return
	}
	p := x.find(hash, values)
	p.list.remove(slot, x.in.order)
	if p.list.n == 1 {
		x.table.Replace(hash, p.number, p.list.first())
		x.lists[p.number&^listBit] = nil
		x.free = append(x.free, p.number&^listBit)
	}
}

func (x *postingIndex) taken(*row, uint32) (uint32, bool) { return 0, false }

func (x *postingIndex) count(p part) int { return x.lookup(p.equal).n }

func (x *postingIndex) slots(p part) iter.Seq[uint32] { return x.lookup(p.equal).all() }

func (x *postingIndex) frozen(p part) iter.Seq[uint32] {
	found := x.lookup(p.equal)
	if found.list != nil {
		return found.list.freeze()
	}
	return found.all()
}

func (p posting) all() iter.Seq[uint32] { return p.each }

// each yields the slots in bucket order; the index must not change meanwhile.
func (p posting) each(yield func(uint32) bool) {
	if p.list != nil {
		p.list.each(yield)
		return
	}
	for _, slot := range p.slots[:p.n] {
		if !yield(slot) {
			return
		}
	}
}
