package noex

import (
	"slices"
	"sync/atomic"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

const (
	// denseFrom is the number of slots a chunk from which on a list is dense, where
	// its bits take as much memory as the slots would; sparseBelow is that below
	// which it no longer is.
	denseFrom   = 8
	sparseBelow = 2
	// groupChunks is the number of chunks whose bits are copied together.
	groupChunks = 16
)

// denseSlots are the slots of a list that has many of all there are, as a bit for
// each, which changes without a search. With a million records and five values a
// list of slots took 4 MB, and a third of the time of a delete.
type denseSlots struct {
	groups []*slotGroup // groupChunks chunks each; nil where there is no slot
	// epoch is raised when the groups are frozen; listEpoch is that in which the
	// list of groups was last copied.
	epoch     atomic.Uint64
	listEpoch uint64
}

type slotGroup struct {
	epoch  uint64 // in which this copy was made
	chunks [groupChunks]chunkBits
}

func (d *denseSlots) add(slot uint32) { d.own(slot).add(slot) }

func (d *denseSlots) remove(slot uint32) { d.own(slot).remove(slot) }

// own returns the bits of the chunk of a slot, which nobody else reads.
func (d *denseSlots) own(slot uint32) *chunkBits {
	chunk := slot >> 8
	at, epoch := int(chunk/groupChunks), d.epoch.Load()
	if at >= len(d.groups) || d.groups[at] == nil || d.groups[at].epoch != epoch {
		d.ownGroup(at, epoch)
	}
	return &d.groups[at].chunks[chunk%groupChunks]
}

func (d *denseSlots) ownGroup(at int, epoch uint64) {
	if d.listEpoch != epoch {
		d.groups, d.listEpoch = slices.Clone(d.groups), epoch
	}
	for at >= len(d.groups) {
		d.groups = append(d.groups, nil)
	}
	g := &slotGroup{epoch: epoch}
	if old := d.groups[at]; old != nil {
		g.chunks = old.chunks
	}
	d.groups[at] = g
}

// freeze returns the groups as they are now. It may run under a shared lock.
func (d *denseSlots) freeze() []*slotGroup {
	d.epoch.Add(1)
	return d.groups
}

// eachIn yields the slots of groups in the order of the records.
func eachIn(groups []*slotGroup, records slab.Snapshot, yield func(uint32) bool) {
	if !records.RanksAreSlots() {
		for chunk := range records.Order() {
			at := int(chunk / groupChunks)
			if at < len(groups) && groups[at] != nil && !groups[at].each(chunk, yield) {
				return
			}
		}
		return
	}
	for at, g := range groups {
		if g == nil {
			continue
		}
		for i := range uint32(groupChunks) {
			if !g.each(uint32(at)*groupChunks+i, yield) {
				return
			}
		}
	}
}

// each yields the slots of a chunk and reports whether there may be more.
func (g *slotGroup) each(chunk uint32, yield func(uint32) bool) bool {
	return slotBits(g.chunks[chunk%groupChunks][:]).each(chunk<<8, yield)
}

// condense makes a list dense if it has enough slots for that, and if it is in the
// order in which the records lie.
func (l *slotList) condense(o order) {
	if o.other != nil || l.n < denseFrom*o.records.Chunks() {
		return
	}
	dense := new(denseSlots)
	eachOf(l.blocks, func(slot uint32) bool {
		dense.add(slot)
		return true
	})
	l.slotBlocks, l.tail, l.dense = nil, slotTail{}, dense
}

// thin makes a list of slots again of a dense one that has few, or few of what there
// is by now.
func (l *slotList) thin(o order) {
	if l.n > blockSlots/2 && l.n >= sparseBelow*o.records.Chunks() {
		return
	}
	slots := slices.AppendSeq(make([]uint32, 0, l.n), l.all(o))
	l.dense = nil
	l.fill(slots)
}
