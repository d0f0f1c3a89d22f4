package noex

import (
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slab"
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
	few   fewLists
	n     int
}

const listBit = uint32(1) << 31

// postingList is a list of the records that have certain values. What an insert looks at
// lies in the second of its two cache lines: lists are many, and what they lead to is
// mostly not in the processor's cache. Of a million records an insert takes a tenth less.
type postingList struct {
	value scalar
	more  *[]scalar // of the other fields
	slotList
	short shortText // the value, if there is no other field
}

func (l *postingList) has(values []scalar) bool {
	if l.short.length > 0 {
		return l.short.is(values[0].s)
	}
	return l.value.is(&values[0]) && (l.more == nil || slices.Equal(*l.more, values[1:]))
}

// holds reports whether the list is that of the values of a record, which has all of them.
func (l *postingList) holds(r *row, def *indexDef) bool {
	if l.short.length > 0 {
		return l.short.is(*(*string)(def.attrs[0].field(r)))
	}
	var buf [fewFields]scalar
	values, _ := def.values(buf[:0], r)
	return l.has(values)
}

// shortText is a string of a few bytes, empty for one of more.
type shortText struct {
	length uint8
	bytes  [23]byte
}

func (t *shortText) set(s string) {
	if len(s) <= len(t.bytes) {
		t.length = uint8(copy(t.bytes[:], s))
	}
}

func (t *shortText) is(s string) bool { return string(t.bytes[:t.length]) == s }

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
			if list := x.lists[entry&^listBit]; list.has(values) {
				return posting{list: list, number: entry, n: list.n}
			}
		case x.def.has(x.in.records.Get(entry), values):
			p.slots[p.n] = entry
			p.n++
		}
	}
}

// number returns the number of records that have certain values.
func (x *postingIndex) number(values []scalar) int {
	if !x.few.known || x.table.Len() > len(x.lists)-len(x.free) {
		return x.find(x.in.hashAll(values), values).n
	}
	if list := x.few.find(&values[0]); list != nil && list.has(values) {
		return list.n
	}
	return 0
}

func (x *postingIndex) lookup(values []scalar) posting {
	p := x.find(x.in.hashAll(values), values)
	if p.list == nil && p.n == 2 && x.in.order.compare(p.slots[0], p.slots[1]) > 0 {
		p.slots[0], p.slots[1] = p.slots[1], p.slots[0]
	}
	return p
}

func (x *postingIndex) position(r *row) position { return x.def.position(&x.in.hasher, r) }

// isNear reports whether the index is a few entries, which are in the cache anyway: not to
// ask for them takes some hundredths off an insert, and off changes of many.
func (x *postingIndex) isNear() bool { return x.table.Len() <= mostFew }

// endsNear reports whether the table, and the ends of all lists, to which an insert adds, are
// so little that they are in the cache anyway, which takes another fiftieth off an insert.
func (x *postingIndex) endsNear() bool {
	const most = 512
	return x.table.Len() <= most
}

func (x *postingIndex) prefetch(p position) {
	if !x.endsNear() {
		x.table.Prefetch(uint32(p))
	}
}

func (x *postingIndex) prefetchNext(p position) {
	if x.endsNear() {
		return
	}
	if list := x.listAt(p); list != nil {
		list.prefetch()
	}
}

func (x *postingIndex) touchAll(all []position, slots []uint32) {
	if x.isNear() || slots == nil && x.endsNear() {
		return
	}
	slottable.TouchAll(&x.table, all)
	var buf [readAhead]*slotList
	lists := buf[:0]
	var places [readAhead]uint32
	for i, p := range all {
		if list := x.listAt(p); list != nil {
			if slots != nil {
				places[len(lists)] = slots[i]
			}
			lists = append(lists, &list.slotList)
		}
	}
	if slots == nil {
		touchTails(lists)
	} else {
		prefetchPlaces(lists, places[:len(lists)], x.in.order)
	}
}

// listAt returns the list at a place, most often the only one there, or nil.
func (x *postingIndex) listAt(p position) *postingList {
	if entry, ok := x.table.First(uint32(p)); ok && entry&listBit != 0 {
		return x.lists[entry&^listBit]
	}
	return nil
}

func (x *postingIndex) insert(slot uint32, r *row, p position) {
	if p == nowhere {
		return
	}
	x.n++
	if list := x.listAt(p); list != nil && list.holds(r, x.def) {
		list.insert(slot, x.in.order)
		return
	}
	var buf [fewFields]scalar
	values, _ := x.def.values(buf[:0], r)
	switch found := x.find(uint32(p), values); {
	case found.list != nil:
		found.list.insert(slot, x.in.order)
	case found.n < len(found.slots):
		x.table.Insert(uint32(p), slot)
	default:
		x.table.Insert(uint32(p), x.addList(values, []uint32{found.slots[0], found.slots[1], slot}))
		for _, other := range found.slots {
			x.table.Delete(uint32(p), other)
		}
	}
}

func (x *postingIndex) addList(values []scalar, slots []uint32) uint32 {
	slices.SortFunc(slots, x.in.order.compare)
	list := &postingList{slotList: slotList{n: len(slots), few: slots}, value: values[0]}
	if len(values) > 1 {
		more := slices.Clone(values[1:])
		list.more = &more
	} else {
		list.short.set(values[0].s)
	}
	if n := len(x.free); n > 0 {
		number := x.free[n-1]
		x.free = x.free[:n-1]
		x.lists[number] = list
		x.few.fill(x.lists)
		return listBit | number
	}
	x.lists = append(x.lists, list)
	x.few.fill(x.lists)
	return listBit | uint32(len(x.lists)-1)
}

// holder returns the list that the record at a slot is in and its number, or nil if the
// record has an entry of its own. Most often there is but one list with this hash, so that
// its values need not be looked at.
func (x *postingIndex) holder(slot uint32, r *row, p position) (list *postingList, number uint32) {
	lists := 0
	for probe := x.table.Probe(uint32(p)); ; {
		entry, ok := probe.Next()
		if !ok {
			break
		}
		if entry == slot {
			return nil, 0
		}
		if entry&listBit != 0 {
			number = entry
			lists++
		}
	}
	if lists == 1 {
		return x.lists[number&^listBit], number
	}
	var buf [fewFields]scalar
	values, _ := x.def.values(buf[:0], r)
	found := x.find(uint32(p), values)
	return found.list, found.number
}

func (x *postingIndex) remove(slot uint32, r *row, p position) {
	if p == nowhere {
		return
	}
	x.n--
	list, number := x.holder(slot, r, p)
	if list == nil {
		x.table.Delete(uint32(p), slot)
		return
	}
	list.remove(slot, x.in.order)
	if list.n == 1 {
		x.table.Replace(uint32(p), number, list.few[0])
		x.lists[number&^listBit] = nil
		x.free = append(x.free, number&^listBit)
		x.few.fill(x.lists)
	}
}

func (x *postingIndex) move(old, slot uint32, r *row, p position) {
	if p == nowhere {
		return
	}
	if list, _ := x.holder(old, r, p); list != nil {
		list.move(old, slot, x.in.order)
	} else {
		x.table.Replace(uint32(p), old, slot)
	}
}

func (x *postingIndex) taken(*row, uint32, position) (uint32, bool) { return 0, false }

func (x *postingIndex) count(p part) int { return x.number(p.equal) }

func (x *postingIndex) slots(p part) iter.Seq[uint32] {
	found := x.lookup(p.equal)
	return func(yield func(uint32) bool) { x.each(found, yield) }
}

// each yields the slots in bucket order; the index must not change meanwhile.
func (x *postingIndex) each(p posting, yield func(uint32) bool) {
	if p.list != nil {
		p.list.each(x.in.order, yield)
		return
	}
	p.pair(yield)
}

// collect appends the records in bucket order.
func (x *postingIndex) collect(recs []*row, p posting) []*row {
	if p.list != nil {
		return p.list.collect(recs, x.in.order)
	}
	return x.in.records.Collect(recs, p.slots[:p.n])
}

func (x *postingIndex) frozen(p part, held slab.Snapshot) iter.Seq[uint32] {
	found := x.lookup(p.equal)
	if found.list != nil {
		return found.list.freeze(held)
	}
	return found.pair
}

// pair yields the slots where there is no list.
func (p posting) pair(yield func(uint32) bool) {
	for _, slot := range p.slots[:p.n] {
		if !yield(slot) {
			return
		}
	}
}
