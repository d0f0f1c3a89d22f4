package slottable

const (
	// segmentSize is the number of entries at which a segment splits rather
	// than doubles. Smaller ones make the directory larger, larger ones make
	// the split longer.
	segmentSize = 512
	// minSegment is the number of entries of the smallest segment.
	minSegment = 8
)

// segment is an open-addressing table of a power of two of entries. An entry
// lies at its home, the low bits of its hash, or after it with no free place
// between. At least one place in eight is free, so every probe ends.
type segment struct {
	entries []uint64
	n       uint32
	depth   uint8 // number of top hash bits that all entries have in common
}

// entry packs a hash and a slot into one word. The slot is inverted, so that
// no entry is 0 and zeroed memory is free.
func entry(hash, slot uint32) uint64 { return uint64(hash)<<hashBits | uint64(^slot) }

func newSegment(size int, depth uint8) *segment {
	return &segment{entries: make([]uint64, size), depth: depth}
}

func (s *segment) mask() uint32 { return uint32(len(s.entries) - 1) }

func (s *segment) home(e uint64) uint32 { return uint32(e>>hashBits) & s.mask() }

func (s *segment) full() bool { return int(s.n) >= len(s.entries)-len(s.entries)/8 }

// insert puts the entry at the first free place from its home on.
func (s *segment) insert(e uint64) {
	mask := s.mask()
	i := s.home(e)
	for s.entries[i] != 0 {
		i = (i + 1) & mask
	}
	s.put(i, e)
}

func (s *segment) put(i uint32, e uint64) {
	s.entries[i] = e
	s.n++
}

func (s *segment) find(e uint64) (i uint32, ok bool) {
	mask := s.mask()
	for i = s.home(e); s.entries[i] != 0; i = (i + 1) & mask {
		if s.entries[i] == e {
			return i, true
		}
	}
	return 0, false
}

// remove frees the place i and moves later entries back over it, so that no
// marker has to stay behind. An entry that stays is written to the free place as well,
// where something else follows, since no processor can guess which of them move: so deletes
// of 1,000 records in one call take a twentieth less.
func (s *segment) remove(i uint32) {
	mask := s.mask()
	for j := (i + 1) & mask; s.entries[j] != 0; j = (j + 1) & mask {
		e := s.entries[j]
		s.entries[i] = e
		// e may move to i unless its home comes after i.
		if (j-s.home(e))&mask >= (j-i)&mask {
			i = j
		}
	}
	s.entries[i] = 0
	s.n--
}

func (s *segment) double() {
	old := s.entries
	s.entries = make([]uint64, 2*len(old))
	s.n = 0
	for _, e := range old {
		if e != 0 {
			s.insert(e)
		}
	}
}

// split moves the entries whose next hash bit is set to a new segment, which
// it returns, and closes the gaps they leave. It does not branch on the bit, which
// no processor can guess: growing a table takes a tenth less.
func (s *segment) split() *segment {
	s.depth++
	bit := 2*hashBits - s.depth
	moved := 0
	for _, e := range s.entries {
		moved += int(e >> (bit & 63) & 1)
	}
	size := minSegment
	for size*5/8 < moved {
		size *= 2
	}
	high := newSegment(size, s.depth)

	// Taken out and put back in the order of probing, starting after a free
	// place, an entry never lands behind where it was.
	mask := s.mask()
	start := uint32(0)
	for s.entries[start] != 0 {
		start++
	}
	s.n = 0
	halves := [...]*segment{s, high}
	for i := (start + 1) & mask; i != start; i = (i + 1) & mask {
		if e := s.entries[i]; e != 0 {
			s.entries[i] = 0
			halves[e>>(bit&63)&1].insert(e)
		}
	}
	return high
}
