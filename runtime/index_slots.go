package noex

import (
	"cmp"
	"iter"
	"slices"
	"sync/atomic"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// blockSlots is the size of a block of a slotList. With 512 slots, which take 8 cache
// lines more to be searched and 16 to be moved, a delete took a fifth longer.
const blockSlots = 64

// slotList is a list of slots in bucket order. As long as they fit, they lie in
// one slice; a longer list is made of blocks, or of bits if it has many of all
// slots. Both are copied on write, so that freezing the list costs nothing, however
// long it is. It has at least two slots.
type slotList struct {
	few []uint32
	*slotBlocks
	dense *denseSlots
	n     int
	tail  slotTail
}

// slotTail is the last block of a long list, to which most slots are added, with what an
// insert has to know of it: so nothing but the list has to be waited for.
type slotTail struct {
	block *slotBlock
	// end is its last slot, used how many it has, or 0 once others may read it.
	end, used uint32
}

// slotBlocks are what a long list has instead of few.
type slotBlocks struct {
	blocks []*slotBlock // none is empty
	firsts []uint32     // the first slot of each block
	// epoch is raised when the blocks are frozen; listEpoch is that in which
	// the list of blocks was last copied.
	epoch     atomic.Uint64
	listEpoch uint64
	// ahead is the block that was last found ahead of what is done there.
	ahead int
}

type slotBlock struct {
	epoch uint64 // in which this copy was made
	n     int
	slots [blockSlots]uint32
}

func (b *slotBlock) used() []uint32 { return b.slots[:b.n] }

// order is the bucket order of slots: that of their places, or of something else
// by which they compare.
type order struct {
	records *slab.Slab
	other   func(a, b uint32) int // nil: by place
}

func (o order) compare(a, b uint32) int {
	if o.other != nil {
		return o.other(a, b)
	}
	return cmp.Compare(o.records.Place(a), o.records.Place(b))
}

// search returns the position of a slot, or the one where it belongs. New slots
// mostly belong at the end.
func (o order) search(slots []uint32, slot uint32) int {
	if n := len(slots); n == 0 || o.compare(slots[n-1], slot) < 0 {
		return n
	}
	if o.other != nil {
		at, _ := slices.BinarySearchFunc(slots, slot, o.other)
		return at
	}
	place := o.records.Place(slot)
	from, to := 0, len(slots)
	if to > blockSlots {
		from, to = o.narrow(slots, place)
	}
	// Without a branch, which no processor could guess, deletes of 1,000 in one call take
	// a thirtieth less.
	for n := to - from; n > 0; {
		half := (n + 1) / 2
		before := int64(o.records.Place(slots[from+half-1])-place) >> 63 // -1 or 0
		from += half & int(before)
		n -= half
	}
	return from
}

// narrow returns between which positions of a long list a place is, at most its
// last one. It looks where it would be if all were as far apart, which spares most
// of the cache lines that a binary search reads.
func (o order) narrow(slots []uint32, place uint64) (from, to int) {
	last := len(slots) - 1
	lo, hi := o.records.Place(slots[0]), o.records.Place(slots[last])
	if place <= lo {
		return 0, 0
	}
	at := int(float64(place-lo) / float64(hi-lo) * float64(last))
	step := blockSlots / 4
	if o.records.Place(slots[at]) < place {
		for from = at; from+step < last && o.records.Place(slots[from+step]) < place; step *= 2 {
			from += step
		}
		return from + 1, min(from+step, last)
	}
	for to = at; to-step > 0 && o.records.Place(slots[to-step]) >= place; step *= 2 {
		to -= step
	}
	return max(to-step, 0), to
}

// all yields the slots; the list must not change meanwhile.
func (l *slotList) all(o order) iter.Seq[uint32] {
	return func(yield func(uint32) bool) { l.each(o, yield) }
}

// each is all for who has the loop as a function.
func (l *slotList) each(o order, yield func(uint32) bool) {
	switch {
	case l.dense != nil:
		eachIn(l.dense.groups, o.records.Now(), yield)
	case l.slotBlocks != nil:
		eachOf(l.blocks, yield)
	default:
		slices.Values(l.few)(yield)
	}
}

// collect appends the records of the slots. It waits for several of them at once, which
// a function that is called for each slot would not.
func (l *slotList) collect(recs []*row, o order) []*row {
	switch {
	case l.dense != nil:
		eachIn(l.dense.groups, o.records.Now(), func(slot uint32) bool {
			recs = append(recs, o.records.Get(slot))
			return true
		})
		return recs
	case l.slotBlocks != nil:
		for _, b := range l.blocks {
			recs = o.records.Collect(recs, b.used())
		}
		return recs
	default:
		return o.records.Collect(recs, l.few)
	}
}

// freeze returns the slots as they are now, to be read as long as the records are
// held. It may run under a shared lock.
func (l *slotList) freeze(held slab.Snapshot) iter.Seq[uint32] {
	switch {
	case l.dense != nil:
		groups := l.dense.freeze()
		return func(yield func(uint32) bool) { eachIn(groups, held, yield) }
	case l.slotBlocks != nil:
		l.epoch.Add(1)
		atomic.StoreUint32(&l.tail.used, 0)
		return valuesOf(l.blocks)
	default:
		return slices.Values(slices.Clone(l.few))
	}
}

func valuesOf(blocks []*slotBlock) iter.Seq[uint32] {
	return func(yield func(uint32) bool) { eachOf(blocks, yield) }
}

func eachOf(blocks []*slotBlock, yield func(uint32) bool) {
	for _, b := range blocks {
		for _, slot := range b.used() {
			if !yield(slot) {
				return
			}
		}
	}
}

func (l *slotList) insert(slot uint32, o order) {
	l.n++
	switch {
	case l.dense != nil:
		l.dense.add(slot)
		l.thin(o)
	case l.slotBlocks != nil:
		l.insertInBlock(slot, o)
		l.condense(o)
	case len(l.few) < blockSlots:
		l.few = slices.Insert(l.few, o.search(l.few, slot), slot)
	default:
		l.fill(slices.Insert(l.few, o.search(l.few, slot), slot))
		l.condense(o)
	}
}

// fill makes the list of slots in bucket order.
func (l *slotList) fill(slots []uint32) {
	if len(slots) <= blockSlots {
		l.few = slots
		return
	}
	l.few, l.slotBlocks = nil, new(slotBlocks)
	for some := range slices.Chunk(slots, blockSlots*3/4) {
		l.addBlock(len(l.blocks), some)
	}
	l.findTail()
}

func (l *slotList) insertInBlock(slot uint32, o order) {
	if l.tail.add(slot, o) {
		return
	}
	at := l.blockOf(slot, o)
	if at == len(l.blocks)-1 {
		defer l.findTail()
	}
	i := o.search(l.blocks[at].used(), slot)
	if l.blocks[at].n == blockSlots {
		if at == len(l.blocks)-1 && i == blockSlots {
			l.addBlock(at+1, []uint32{slot})
			return
		}
		const half = blockSlots / 2
		l.addBlock(at+1, l.blocks[at].slots[half:])
		l.own(at).n = half
		if i > half {
			at, i = at+1, i-half
		}
	}
	b := l.own(at)
	copy(b.slots[i+1:b.n+1], b.slots[i:b.n])
	b.slots[i] = slot
	b.n++
	l.firsts[at] = b.slots[0]
}

// add adds a slot that belongs at the end, and reports whether it could.
func (t *slotTail) add(slot uint32, o order) bool {
	if t.used == 0 || t.used == blockSlots || o.compare(t.end, slot) > 0 {
		return false
	}
	b, at := t.block, t.used
	t.end, t.used = slot, at+1
	b.n = int(at + 1) // first, so that the block is not read to see that there is one
	b.slots[at] = slot
	return true
}

// findTail makes what was changed at the end of the blocks the tail.
func (l *slotList) findTail() {
	b := l.blocks[len(l.blocks)-1]
	l.tail = slotTail{block: b, end: b.slots[b.n-1]}
	if b.epoch == l.epoch.Load() {
		l.tail.used = uint32(b.n)
	}
}

func (l *slotList) remove(slot uint32, o order) {
	l.n--
	switch {
	case l.dense != nil:
		l.dense.remove(slot)
		l.thin(o)
	case l.slotBlocks != nil:
		l.removeFromBlock(slot, o)
	default:
		at := slices.Index(l.few, slot)
		l.few = slices.Delete(l.few, at, at+1)
	}
}

func (l *slotList) removeFromBlock(slot uint32, o order) {
	at := l.blockAhead(slot, o)
	b := l.own(at)
	i := slices.Index(b.used(), slot)
	copy(b.slots[i:b.n-1], b.slots[i+1:b.n])
	b.n--
	if b.n > 0 {
		l.firsts[at] = b.slots[0]
	}
	atEnd := at == len(l.blocks)-1
	l.merge(at)
	if atEnd && l.slotBlocks != nil {
		l.findTail()
	}
}

// move gives a slot of the list another number, at the same place in the order.
func (l *slotList) move(old, slot uint32, o order) {
	switch {
	case l.dense != nil:
		l.dense.remove(old)
		l.dense.add(slot)
		return
	case l.slotBlocks == nil:
		l.few[slices.Index(l.few, old)] = slot
		return
	}
	at := l.blockOf(old, o)
	b := l.own(at)
	b.slots[slices.Index(b.used(), old)] = slot
	l.firsts[at] = b.slots[0]
	if at == len(l.blocks)-1 {
		l.findTail()
	}
}

// merge keeps blocks from being nearly empty.
func (l *slotList) merge(at int) {
	b := l.blocks[at]
	switch {
	case l.n <= blockSlots/2:
		l.few = slices.AppendSeq(make([]uint32, 0, l.n+l.n/4), valuesOf(l.blocks))
		l.slotBlocks, l.tail = nil, slotTail{}
	case b.n == 0:
		l.dropBlock(at)
	case b.n <= blockSlots/8 && at > 0 && l.blocks[at-1].n+b.n <= blockSlots:
		prev := l.own(at - 1)
		prev.n += copy(prev.slots[prev.n:], b.used())
		l.dropBlock(at)
	}
}

// blockAhead is blockOf for a slot that leaves. If that was looked ahead for, its block mostly
// is known: deletes of 1,000 in one call take a twentieth less.
func (l *slotList) blockAhead(slot uint32, o order) int {
	at := l.ahead
	after := at + 1
	if o.other != nil || at >= len(l.firsts) || o.compare(l.firsts[at], slot) > 0 ||
		after < len(l.firsts) && o.compare(l.firsts[after], slot) <= 0 {
		return l.blockOf(slot, o)
	}
	return at
}

// blockOf returns the block that a slot is in or belongs to.
func (l *slotList) blockOf(slot uint32, o order) int {
	last := len(l.firsts) - 1
	if o.compare(l.firsts[last], slot) <= 0 {
		return last
	}
	at := o.search(l.firsts, slot)
	if l.firsts[at] != slot {
		at--
	}
	return max(at, 0)
}

func (l *slotList) addBlock(at int, slots []uint32) {
	l.ownList()
	b := &slotBlock{epoch: l.epoch.Load()}
	b.n = copy(b.slots[:], slots)
	l.blocks = slices.Insert(l.blocks, at, b)
	l.firsts = slices.Insert(l.firsts, at, slots[0])
}

func (l *slotList) dropBlock(at int) {
	l.ownList()
	l.blocks = slices.Delete(l.blocks, at, at+1)
	l.firsts = slices.Delete(l.firsts, at, at+1)
}

// own returns a block that nobody else reads.
func (l *slotList) own(at int) *slotBlock {
	b := l.blocks[at]
	if epoch := l.epoch.Load(); b.epoch != epoch {
		b = &slotBlock{epoch: epoch, n: b.n, slots: b.slots}
		l.ownList()
		l.blocks[at] = b
	}
	return b
}

func (l *slotList) ownList() {
	if epoch := l.epoch.Load(); l.listEpoch != epoch {
		l.blocks = slices.Clone(l.blocks)
		l.listEpoch = epoch
	}
}
