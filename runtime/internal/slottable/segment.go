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
type segment[V any] struct {
	entries []entry[V]
	n       uint32
	depth   uint8 // number of top hash bits that all entries have in common
}

// entry is free if its word is 0.
type entry[V any] struct {
	value V // first, since the last field of a type would need memory
	word  uint64
}

// word packs a hash and a slot. The slot is inverted, so that no entry is 0 and
// zeroed memory is free.
func word(hash, slot uint32) uint64 { return uint64(hash)<<hashBits | uint64(^slot) }

func newSegment[V any](size int, depth uint8) *segment[V] {
	return &segment[V]{entries: make([]entry[V], size), depth: depth}
}

func (s *segment[V]) mask() uint32 { return uint32(len(s.entries) - 1) }

func (s *segment[V]) home(word uint64) uint32 { return uint32(word>>hashBits) & s.mask() }

func (s *segment[V]) full() bool { return int(s.n) >= len(s.entries)-len(s.entries)/8 }

// insert puts the entry at the first free place from its home on.
func (s *segment[V]) insert(e entry[V]) {
	mask := s.mask()
	i := s.home(e.word)
	for s.entries[i].word != 0 {
		i = (i + 1) & mask
	}
	s.entries[i] = e
	s.n++
}

func (s *segment[V]) find(word uint64) (i uint32, ok bool) {
	mask := s.mask()
	for i = s.home(word); s.entries[i].word != 0; i = (i + 1) & mask {
		if s.entries[i].word == word {
			return i, true
		}
	}
	return 0, false
}

// remove frees the place i and moves later entries back over it, so that no
// marker has to stay behind.
func (s *segment[V]) remove(i uint32) {
	mask := s.mask()
	for j := (i + 1) & mask; s.entries[j].word != 0; j = (j + 1) & mask {
		e := s.entries[j]
		// e may move to i unless its home comes after i.
		if (j-s.home(e.word))&mask >= (j-i)&mask {
			s.entries[i] = e
			i = j
		}
	}
	s.entries[i] = entry[V]{}
	s.n--
}

func (s *segment[V]) double() {
	old := s.entries
	s.entries = make([]entry[V], 2*len(old))
	s.n = 0
	for _, e := range old {
		if e.word != 0 {
			s.insert(e)
		}
	}
}

// split moves the entries whose next hash bit is set to a new segment, which
// it returns, and closes the gaps they leave.
func (s *segment[V]) split() *segment[V] {
	s.depth++
	bit := uint64(1) << (2*hashBits - s.depth)
	moved := 0
	for _, e := range s.entries {
		if e.word&bit != 0 {
			moved++
		}
	}
	size := minSegment
	for size*5/8 < moved {
		size *= 2
	}
	high := newSegment[V](size, s.depth)

	// Taken out and put back in the order of probing, starting after a free
	// place, an entry never lands behind where it was.
	mask := s.mask()
	start := uint32(0)
	for s.entries[start].word != 0 {
		start++
	}
	s.n = 0
	for i := (start + 1) & mask; i != start; i = (i + 1) & mask {
		e := s.entries[i]
		if e.word == 0 {
			continue
		}
		s.entries[i] = entry[V]{}
		if e.word&bit != 0 {
			high.insert(e)
		} else {
			s.insert(e)
		}
	}
	return high
}
