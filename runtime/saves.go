package noex

// bucketSaves notes which records of a bucket changed since they were last
// handed to an adapter that takes changes: one bit a slot. It is guarded by
// the lock of the store; a nil one notes nothing.
type bucketSaves struct {
	dirty  slotSet // records to be stored
	stored slotSet // records that storage has, or will once a save succeeds
	// unsure are new records that a failed save may have stored or not.
	unsure slotSet
	gone   []scalar // keys that storage has, or may have, and the bucket has not
}

func (s *bucketSaves) inserted(slot uint32) {
	if s != nil {
		s.dirty.add(slot)
	}
}

func (s *bucketSaves) updated(slot uint32) { s.inserted(slot) }

func (s *bucketSaves) deleted(slot uint32, key scalar) {
	if s == nil {
		return
	}
	if s.stored.remove(slot) || s.unsure.remove(slot) {
		s.gone = append(s.gone, key)
	}
	s.dirty.remove(slot)
}

// moved notes that a record got another slot.
func (s *bucketSaves) moved(old, slot uint32) {
	if s == nil {
		return
	}
	for _, set := range [...]*slotSet{&s.dirty, &s.stored, &s.unsure} {
		if set.remove(old) {
			set.add(slot)
		}
	}
}

// loaded notes a record that came from storage.
func (s *bucketSaves) loaded(slot uint32) {
	if s != nil {
		s.stored.add(slot)
	}
}

// take returns what changed and notes it as stored. A save that fails has to
// give it back.
func (s *bucketSaves) take() (changed []savedSlot, gone []scalar) {
	s.dirty.each(func(slot uint32) {
		changed = append(changed, savedSlot{slot, !s.stored.has(slot)})
		s.stored.add(slot)
		s.unsure.remove(slot)
	})
	gone = s.gone
	s.dirty, s.gone = nil, nil
	return changed, gone
}

// giveBack undoes take after a save that failed, with the slots that the
// records have now. New records are new again, so that the next save puts all
// of them at the end in their order, whatever this one has stored. Records
// that were deleted meanwhile stand in gone already.
func (s *bucketSaves) giveBack(changed []savedSlot, gone []scalar) {
	for _, c := range changed {
		s.dirty.add(c.slot)
		if c.new && s.stored.remove(c.slot) {
			s.unsure.add(c.slot)
		}
	}
	s.gone = append(gone, s.gone...)
}

// savedSlot is a record to be stored; new ones go to the end of the bucket.
type savedSlot struct {
	slot uint32
	new  bool
}

// slotSet is a set of slots: a bitmap for each chunk of 256.
type slotSet []*[4]uint64

func (s *slotSet) add(slot uint32) {
	chunk := int(slot >> 8)
	for chunk >= len(*s) {
		*s = append(*s, nil)
	}
	if (*s)[chunk] == nil {
		(*s)[chunk] = new([4]uint64)
	}
	(*s)[chunk][slot>>6&3] |= 1 << (slot & 63)
}

func (s slotSet) has(slot uint32) bool {
	chunk := int(slot >> 8)
	return chunk < len(s) && s[chunk] != nil && s[chunk][slot>>6&3]>>(slot&63)&1 != 0
}

func (s slotSet) remove(slot uint32) bool {
	if !s.has(slot) {
		return false
	}
	s[slot>>8][slot>>6&3] &^= 1 << (slot & 63)
	return true
}

func (s slotSet) each(fn func(slot uint32)) {
	for chunk, bits := range s {
		if bits == nil {
			continue
		}
		for i := range uint32(256) {
			if bits[i>>6]>>(i&63)&1 != 0 {
				fn(uint32(chunk)<<8 | i)
			}
		}
	}
}
