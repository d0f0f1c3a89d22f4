package noex

import (
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/prefetch"
)

// prefetch asks the processor for what an insert looks at, which is in one cache line.
func (l *slotList) prefetch() { prefetch.Lines(unsafe.Pointer(&l.n), 1) }

// touchTails brings the ends of lists into the processor's cache: what is one step away
// for all of them, then what that leads to. It returns nothing of use.
//
//go:noinline
func touchTails(lists []*slotList) (any int) {
	for _, l := range lists {
		any |= l.n
	}
	for _, l := range lists {
		if b := l.tail.block; b != nil {
			any |= b.n | int(b.slots[l.tail.used%blockSlots])
		}
	}
	return any
}

// prefetchPlaces asks the processor for the place of a slot in each list, which need not be
// there. As a write does, it needs the lists for itself. Deletes of 1,000 in one call take a
// tenth less than with reads.
func prefetchPlaces(lists []*slotList, slots []uint32, o order) {
	for _, l := range lists {
		l.prefetch()
	}
	for i, l := range lists {
		switch {
		case l.dense != nil:
			l.dense.prefetch(slots[i])
		case l.slotBlocks != nil:
			prefetch.Lines(unsafe.Pointer(&l.firsts[len(l.firsts)/2]), 1)
			prefetch.Lines(unsafe.Pointer(&l.blocks[len(l.blocks)/2]), 1)
		case len(l.few) > 0:
			prefetch.Lines(unsafe.Pointer(&l.few[len(l.few)/2]), 1)
		}
	}
	if o.other != nil {
		return
	}
	for i, l := range lists {
		if l.slotBlocks != nil {
			l.ahead = l.blockOf(slots[i], o)
			b := l.blocks[l.ahead]
			prefetch.Lines(unsafe.Pointer(b), unsafe.Sizeof(*b))
		}
	}
}

// prefetch asks the processor for the bit of a slot.
func (d *denseSlots) prefetch(slot uint32) {
	chunk := slot >> 8
	if at := int(chunk / groupChunks); at < len(d.groups) && d.groups[at] != nil {
		prefetch.Lines(unsafe.Pointer(&d.groups[at].chunks[chunk%groupChunks][slot>>6&3]), 1)
	}
}
