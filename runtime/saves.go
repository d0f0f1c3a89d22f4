package noex

import "math/bits"

// bucketSaves notes which records of a bucket changed since they were last
// handed to an adapter that takes changes: one bit a slot. It is guarded by
// the lock of the store; a nil one notes nothing. What the persister does with
// it costs by chunks of 256 slots, not by records.
type bucketSaves struct {
	dirty  slotSet // records to be stored
	stored slotSet // records that storage has, or will once a save succeeds
	// unsure are new records that a failed save may have stored or not.
	unsure slotSet
	gone   goneKeys // that storage has, or may have, and the bucket has not

	// taken is what the save under way, or the last one, was given, with the
	// slots that the records have now.
	taken struct {
		dirty, fresh slotSet
		gone         goneKeys
	}
}

// goneKeys are keys, in pieces, so that lists can be joined without being copied.
type goneKeys [][]scalar

func (g *goneKeys) add(key scalar) {
	if len(*g) == 0 {
		*g = append(*g, nil)
	}
	last := &(*g)[len(*g)-1]
	*last = append(*last, key)
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
		s.gone.add(key)
	}
	for _, set := range [...]*slotSet{&s.dirty, &s.taken.dirty, &s.taken.fresh} {
		set.remove(slot)
	}
}

// moved notes that a record got another slot.
func (s *bucketSaves) moved(old, slot uint32) {
	if s == nil {
		return
	}
	for _, set := range [...]*slotSet{&s.dirty, &s.stored, &s.unsure, &s.taken.dirty, &s.taken.fresh} {
		set.move(old, slot)
	}
}

// loaded notes a record that came from storage.
func (s *bucketSaves) loaded(slot uint32) {
	if s != nil {
		s.stored.add(slot)
	}
}

// savedChunk is a chunk with slots to be stored; fresh ones go to the end of the
// bucket.
type savedChunk struct {
	chunk        uint32
	dirty, fresh chunkBits
}

// each calls fn for every slot until it returns false.
func (c *savedChunk) each(fn func(slot uint32, fresh bool) bool) bool {
	for i, word := range c.dirty {
		for ; word != 0; word &= word - 1 {
			at := bits.TrailingZeros64(word)
			if !fn(c.chunk<<8|uint32(i<<6+at), c.fresh[i]>>at&1 != 0) {
				return false
			}
		}
	}
	return true
}

// take returns what changed and notes it as stored. A save that fails has to
// give it back.
func (s *bucketSaves) take() (changed []savedChunk, records int, gone goneKeys) {
	s.taken.dirty, s.taken.fresh, s.taken.gone = s.dirty, slotSet{}, s.gone
	s.dirty, s.gone = slotSet{}, nil
	s.taken.dirty.each(func(chunk uint32, dirty *chunkBits) {
		c := savedChunk{chunk: chunk, dirty: *dirty, fresh: *dirty}
		if stored := s.stored.at(chunk); stored != nil {
			for i := range c.fresh {
				c.fresh[i] &^= stored[i]
			}
		}
		if c.fresh != (chunkBits{}) {
			s.taken.fresh.include(chunk, &c.fresh)
		}
		s.stored.include(chunk, dirty)
		s.unsure.exclude(chunk, dirty)
		changed, records = append(changed, c), records+dirty.count()
	})
	return changed, records, s.taken.gone
}

// giveBack undoes take after a save that failed. New records are new again, so
// that the next save puts all of them at the end in their order, whatever this
// one has stored. Records that were deleted meanwhile stand in gone already.
func (s *bucketSaves) giveBack() {
	s.taken.dirty.each(s.dirty.include)
	s.taken.fresh.each(func(chunk uint32, fresh *chunkBits) {
		s.stored.exclude(chunk, fresh)
		s.unsure.include(chunk, fresh)
	})
	s.gone = append(s.taken.gone[:len(s.taken.gone):len(s.taken.gone)], s.gone...)
}
