package slottable

import (
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/prefetch"
)

// None is the one slot that cannot be stored.
const None = ^uint32(0)

const (
	// hashBits is the width of a hash.
	hashBits = 32
	// sparsest is the least number of entries in the table for each place in
	// the directory: below it the directory does not double. Good hashes give
	// more than 150; with bad ones segments grow beyond their normal size
	// instead of the directory.
	sparsest = 64
	// lineEntries is how many entries share a cache line.
	lineEntries = 8
)

// Table maps hashes to slots. The zero value is empty and ready.
//
// Hashes must be well spread in their top and their low bits; bad ones, even
// all equal, cost time but nothing else. The table keeps the memory of deleted
// entries for new ones until Reset.
//
// Reads may run side by side, a write needs the table for itself.
type Table struct {
	dir   []*segment // 2^depth places; neighbours share a segment until it splits
	shift uint8      // hashBits - depth
	// foundVacant is set by Vacant until the next write: an entry with vacantHash belongs at
	// vacantAt in its segment.
	foundVacant          bool
	vacantHash, vacantAt uint32
	n                    uint32
}

// Len returns the number of entries, in O(1).
func (t *Table) Len() int { return int(t.n) }

// Reset empties the table and frees its memory.
func (t *Table) Reset() { *t = Table{} }

// Insert adds an entry, in O(1); at worst it splits one segment and doubles the
// directory. It does not look for duplicates: inserting the same entry twice
// stores it twice. The slot must not be [None].
func (t *Table) Insert(hash, slot uint32) {
	if t.dir == nil {
		t.dir = []*segment{newSegment(minSegment, 0)}
		t.shift = hashBits
	}
	s := t.segment(hash)
	if t.foundVacant && t.vacantHash == hash && !s.full() {
		s.put(t.vacantAt, entry(hash, slot))
	} else {
		for s.full() {
			s = t.makeRoom(s, hash)
		}
		s.insert(entry(hash, slot))
	}
	t.foundVacant = false
	t.n++
}

// Vacant reports whether no entry has this hash, in O(1). An Insert that comes next need not
// look for the place again: so the insert of a record takes a fortieth less. It needs the
// table for itself, as a write does.
func (t *Table) Vacant(hash uint32) bool {
	if t.dir == nil {
		return true
	}
	s := t.segment(hash)
	mask := s.mask()
	for at := hash & mask; ; at = (at + 1) & mask {
		switch e := s.entries[at]; {
		case e == 0: // first, since 0 is a hash as well
			t.foundVacant, t.vacantHash, t.vacantAt = true, hash, at
			return true
		case uint32(e>>hashBits) == hash:
			return false
		}
	}
}

// Prefetch asks the processor for the place where entries with this hash are, or would
// be.
func (t *Table) Prefetch(hash uint32) {
	if t.dir != nil {
		s := t.segment(hash)
		prefetch.Lines(unsafe.Pointer(&s.entries[hash&s.mask()]), 1)
	}
}

// TouchAll brings the places of many hashes into the processor's cache, all at once, so
// that what follows need not wait for each. The cache line after each, where many entries
// are and most walks end, is asked for besides: deletes of 1,000 records in one call take a
// thirtieth less. What it returns is of no use; that it does, and is not inlined, keeps the
// compiler from leaving out the reads.
//
//go:noinline
func TouchAll[H ~uint32](t *Table, hashes []H) (any uint64) {
	if t.dir == nil {
		return 0
	}
	for _, h := range hashes {
		s := t.segment(uint32(h))
		any |= s.entries[uint32(h)&s.mask()]
		prefetch.Lines(unsafe.Pointer(&s.entries[(uint32(h)+lineEntries)&s.mask()]), 1)
	}
	return any
}

// Delete removes one entry with this hash and slot and reports whether there
// was one, in O(1).
func (t *Table) Delete(hash, slot uint32) bool {
	if t.dir == nil {
		return false
	}
	s := t.segment(hash)
	i, ok := s.find(entry(hash, slot))
	if ok {
		s.remove(i)
		t.foundVacant = false
		t.n--
	}
	return ok
}

// Replace changes the slot of one entry with this hash from old to slot and
// reports whether there was one, in O(1). The slot must not be [None].
func (t *Table) Replace(hash, old, slot uint32) bool {
	if t.dir == nil {
		return false
	}
	s := t.segment(hash)
	i, ok := s.find(entry(hash, old))
	if ok {
		s.entries[i] = entry(hash, slot)
	}
	return ok
}

// First returns the first slot of a walk over those of a hash, and false if there is none.
func (t *Table) First(hash uint32) (slot uint32, ok bool) {
	i := t.index(hash)
	if i >= uint64(len(t.dir)) {
		return None, false
	}
	entries := t.dir[i].entries
	for at := hash; ; at++ {
		switch e := entries[at&uint32(len(entries)-1)]; {
		case e == 0: // first, since 0 is a hash as well
			return None, false
		case uint32(e>>hashBits) == hash:
			return ^uint32(e), true
		}
	}
}

// Probe starts a walk over the slots that are stored under exactly this hash:
//
//	p := t.Probe(hash)
//	for slot, ok := p.Next(); ok; slot, ok = p.Next() {
//		if records[slot].Key == key { … }
//	}
//
// The table must not be written while the walk goes on. It does not allocate.
func (t *Table) Probe(hash uint32) Probe {
	if i := t.index(hash); i < uint64(len(t.dir)) {
		return Probe{entries: t.dir[i].entries, hash: hash, next: hash}
	}
	return Probe{} // the zero Table
}

// Probe walks over the slots of one hash, see [Table.Probe].
type Probe struct {
	entries []uint64
	hash    uint32
	next    uint32
}

// Next returns the next slot of the hash, in no particular order, and false
// after the last one.
func (p *Probe) Next() (slot uint32, ok bool) {
	for {
		i := uint64(p.next) & uint64(len(p.entries)-1)
		if i >= uint64(len(p.entries)) {
			return None, false // the probe of an empty table
		}
		e := p.entries[i]
		if e == 0 {
			return None, false
		}
		p.next++
		if uint32(e>>hashBits) == p.hash {
			return ^uint32(e), true
		}
	}
}

// index returns the place of the hash in the directory.
func (t *Table) index(hash uint32) uint64 { return uint64(hash) >> (t.shift & 63) }

func (t *Table) segment(hash uint32) *segment { return t.dir[t.index(hash)] }

// makeRoom splits or doubles the full segment of the hash and returns the
// segment that the hash then belongs to, which may be full again if the split
// separated nothing.
func (t *Table) makeRoom(s *segment, hash uint32) *segment {
	depth := hashBits - t.shift
	switch {
	case len(s.entries) < segmentSize || s.depth == hashBits:
		s.double()
		return s
	case s.depth < depth:
	case 2*len(t.dir)*sparsest <= t.Len():
		t.doubleDirectory()
		depth++
	default:
		s.double()
		return s
	}
	high := s.split()
	// The places of s are those that share the first s.depth-1 bits of hash;
	// the upper half of them now leads to high.
	half := uint64(1) << (depth - s.depth)
	first := t.index(hash) &^ (2*half - 1)
	for i := first + half; i < first+2*half; i++ {
		t.dir[i] = high
	}
	return t.segment(hash)
}

func (t *Table) doubleDirectory() {
	dir := make([]*segment, 2*len(t.dir))
	for i, s := range t.dir {
		dir[2*i], dir[2*i+1] = s, s
	}
	t.dir = dir
	t.shift--
}
