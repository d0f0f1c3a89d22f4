package slab

import "slices"

// sparse is the number of records at or below which a full chunk is merged
// with a neighbour, if both together fill at most a quarter of one. The
// less it is, the fewer records move, and all indexes have to follow each.
const sparse = chunkSize / 8

// Compact merges the chunk of a slot, which may just have been deleted, with
// its neighbour in bucket order if both are nearly empty. It calls moved for
// each record that gets another slot, with the copy that lies there and may be written
// until it returns; old and new slot are both valid as long. It moves at most a quarter
// of a chunk of records, and seven times as many have been deleted from the two.
func (s *Slab) Compact(slot uint32, moved func(old, new uint32, r *Row)) {
	c := s.chunks[slot>>chunkBits]
	if c == nil || c.used < chunkSize || c.live > sparse {
		return
	}
	at := s.position(c)
	for _, first := range [...]int{at, at - 1} {
		if first >= 0 && first+1 < len(s.order) && s.mergeable(s.order[first], s.order[first+1]) {
			s.merge(first, moved)
			return
		}
	}
}

func (s *Slab) mergeable(a, b *chunk) bool {
	return a.used == chunkSize && b.used == chunkSize && a.live+b.live <= chunkSize/4
}

// merge replaces the chunks at positions at and at+1 by one.
func (s *Slab) merge(at int, moved func(old, new uint32, r *Row)) {
	s.ownLists()
	a, b := s.order[at], s.order[at+1]
	c := &chunk{
		seq: a.seq, epoch: s.epoch.Load(), used: chunkSize, live: a.live + b.live,
		ranks: new([chunkSize]uint64),
	}
	s.enlist(c, noBlocks, keys{})
	s.reordered, s.merged = true, true
	next := 0
	for _, from := range [...]*chunk{a, b} {
		for off, r := range from.recs {
			if r == nil {
				continue
			}
			r = s.Type.Apart(r)
			c.recs[next], c.ranks[next] = r, from.rank(off)
			if extra := from.extra[uint8(off)]; extra != nil {
				s.SetExtra(c.id<<chunkBits|uint32(next), extra)
			}
			moved(from.id<<chunkBits|uint32(off), c.id<<chunkBits|uint32(next), r)
			next++
		}
	}
	s.unlist(a)
	s.unlist(b)
	s.order = slices.Delete(s.order, at+1, at+2)
	s.order[at] = c
}
