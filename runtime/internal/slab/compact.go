package slab

import "slices"

// sparse is the number of records at or below which a chunk is merged with a neighbour. The
// less it is, the fewer records move, and all indexes have to follow each.
const sparse = chunkSize / 8

// Compact merges the chunk of a slot, which may just have been deleted, with a neighbour in
// bucket order, if one that was merged before has room for it, or if both fill at most a
// quarter of one. It calls moved for each record that gets another slot, with the copy that
// lies there and may be written until it returns; old and new slot are both valid as long. It
// moves at most a quarter of a chunk of records.
//
// A merged chunk takes in those after it until it is full: so a sixth of the records move if
// all are deleted in any order, not a quarter, and deletes of 1,000 in one call take a
// twentieth less.
func (s *Slab) Compact(slot uint32, moved func(old, new uint32, r *Row)) {
	c := s.chunks[slot>>chunkBits]
	if c == nil || !c.closed() || c.live > sparse {
		return
	}
	at := s.position(c)
	for _, first := range [...]int{at - 1, at} {
		if first >= 0 && first+1 < len(s.order) && s.mergeable(s.order[first], s.order[first+1]) {
			s.merge(first, moved)
			return
		}
	}
}

func (s *Slab) mergeable(a, b *chunk) bool {
	return b.closed() && (a.hasRoomFor(b) && b.live <= sparse || a.closed() && a.live+b.live <= chunkSize/4)
}

// closed reports whether no more records are appended to c.
func (c *chunk) closed() bool { return c.used == chunkSize || c.merged() }

func (c *chunk) merged() bool { return c.ranks != nil }

// hasRoomFor reports whether c, a merged chunk, can take in the records of the next one.
func (c *chunk) hasRoomFor(next *chunk) bool { return c.merged() && c.used+next.live <= chunkSize }

// merge makes one chunk of those at positions at and at+1: the first, if that can take in the
// other, or a new one.
func (s *Slab) merge(at int, moved func(old, new uint32, r *Row)) {
	s.ownLists()
	a, b := s.order[at], s.order[at+1]
	into := a
	if a.hasRoomFor(b) {
		into = s.own(a)
	} else {
		into = newListed()
		into.seq, into.epoch, into.ranks = a.seq, s.epoch.Load(), new([chunkSize]uint64)
		s.enlist(into, noBlocks, keys{})
		s.reordered, s.merged = true, true
		s.takeIn(into, a, moved)
		s.unlist(a)
	}
	s.takeIn(into, b, moved)
	s.unlist(b)
	s.order = slices.Delete(s.order, at+1, at+2)
	s.order[at] = into
}

// takeIn moves the records of a chunk to the end of a merged one.
func (s *Slab) takeIn(into, from *chunk, moved func(old, new uint32, r *Row)) {
	for off := range from.used {
		r := from.rows.at(off)
		if r == nil {
			continue
		}
		r = s.Type.Apart(r)
		to := into.used
		into.rows.list[to], into.ranks[to] = r, from.rank(off)
		into.used++
		into.live++
		if extra := from.extra[uint8(off)]; extra != nil {
			s.SetExtra(into.id<<chunkBits|uint32(to), extra)
		}
		moved(from.id<<chunkBits|uint32(off), into.id<<chunkBits|uint32(to), r)
	}
}
