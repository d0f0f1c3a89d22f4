package noex

// slotSet is a set of slots: a bitmap for each chunk of 256, and 64 of them to a
// group, so that a set of few slots is small wherever they are. The zero value
// is empty.
type slotSet struct{ groups []*[64]*chunkBits }

type chunkBits [4]uint64

func (b *chunkBits) count() int { return slotBits(b[:]).count() }

// add and remove change the bit of a slot, has reports whether it is set.
func (b *chunkBits) add(slot uint32)      { b[slot>>6&3] |= 1 << (slot & 63) }
func (b *chunkBits) remove(slot uint32)   { b[slot>>6&3] &^= 1 << (slot & 63) }
func (b *chunkBits) has(slot uint32) bool { return b[slot>>6&3]>>(slot&63)&1 != 0 }

// at returns the bits of a chunk, or nil if it has none.
func (s *slotSet) at(chunk uint32) *chunkBits {
	if g := int(chunk >> 6); g < len(s.groups) && s.groups[g] != nil {
		return s.groups[g][chunk&63]
	}
	return nil
}

// own returns the bits of a chunk to be changed.
func (s *slotSet) own(chunk uint32) *chunkBits {
	g := int(chunk >> 6)
	for g >= len(s.groups) {
		s.groups = append(s.groups, nil)
	}
	if s.groups[g] == nil {
		s.groups[g] = new([64]*chunkBits)
	}
	if s.groups[g][chunk&63] == nil {
		s.groups[g][chunk&63] = new(chunkBits)
	}
	return s.groups[g][chunk&63]
}

func (s *slotSet) add(slot uint32) { s.own(slot >> 8).add(slot) }

// remove reports whether the slot was there.
func (s *slotSet) remove(slot uint32) bool {
	b := s.at(slot >> 8)
	if b == nil || !b.has(slot) {
		return false
	}
	b.remove(slot)
	return true
}

// move gives a slot that is there another number.
func (s *slotSet) move(old, slot uint32) {
	if s.remove(old) {
		s.add(slot)
	}
}

// include adds some slots of a chunk, exclude removes them.
func (s *slotSet) include(chunk uint32, some *chunkBits) {
	b := s.own(chunk)
	for i := range b {
		b[i] |= some[i]
	}
}

func (s *slotSet) exclude(chunk uint32, some *chunkBits) {
	if b := s.at(chunk); b != nil {
		for i := range b {
			b[i] &^= some[i]
		}
	}
}

// each calls fn for every chunk that has bits.
func (s *slotSet) each(fn func(chunk uint32, b *chunkBits)) {
	for g, group := range s.groups {
		if group == nil {
			continue
		}
		for i, b := range group {
			if b != nil {
				fn(uint32(g)<<6|uint32(i), b)
			}
		}
	}
}
