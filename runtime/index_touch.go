package noex

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

// touchPlaces does so for the place of a slot in each list, which need not be there.
//
//go:noinline
func touchPlaces(lists []*slotList, slots []uint32, o order) (any uint32) {
	for _, l := range lists {
		any |= l.tail.end
	}
	for i, l := range lists {
		switch {
		case l.dense != nil:
			any |= l.dense.touch(slots[i])
		case l.slotBlocks != nil:
			any |= l.firsts[len(l.firsts)/2] | uint32(len(l.blocks))
		case len(l.few) > 0:
			any |= l.few[len(l.few)/2]
		}
	}
	if o.other != nil {
		return any
	}
	for i, l := range lists {
		if l.slotBlocks != nil {
			b := l.blocks[l.blockOf(slots[i], o)]
			any |= uint32(b.n) | b.slots[blockSlots/4] | b.slots[blockSlots/2] | b.slots[blockSlots*3/4]
		}
	}
	return any
}

// touch brings the bit of a slot into the processor's cache.
func (d *denseSlots) touch(slot uint32) uint32 {
	chunk := slot >> 8
	if at := int(chunk / groupChunks); at < len(d.groups) && d.groups[at] != nil {
		return uint32(d.groups[at].chunks[chunk%groupChunks][slot>>6&3])
	}
	return 0
}
