package noex

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// fewLists finds the list of a value, where there are few, by a perfect hash of some of
// its bytes: a multiplier that leads each list to a place of its own. A count by one of
// five values takes a third less than with a look at each of them, which a processor
// cannot foresee the end of.
type fewLists struct {
	places [16]*postingList
	factor uint64
	// known is false where there are too many lists, or no multiplier was found.
	known bool
}

// mostFew is how many lists are few.
const mostFew = 8

// fill takes in all lists, nil for none.
func (f *fewLists) fill(lists []*postingList) {
	const attempts = 64
	*f = fewLists{}
	if len(lists) > mostFew {
		return
	}
	for i := range uint64(attempts) {
		f.factor = 0x9e3779b97f4a7c15 * (2*i + 1) // 2⁶⁴ divided by the golden ratio
		if f.known = f.place(lists); f.known {
			return
		}
	}
	*f = fewLists{}
}

// place puts each list in its place and reports whether all have one of their own.
func (f *fewLists) place(lists []*postingList) bool {
	clear(f.places[:])
	for _, list := range lists {
		if list == nil {
			continue
		}
		at := f.at(&list.value)
		if *at != nil {
			return false
		}
		*at = list
	}
	return true
}

// find returns the one list that may have a value, or nil.
func (f *fewLists) find(value *scalar) *postingList { return *f.at(value) }

func (f *fewLists) at(value *scalar) **postingList {
	return &f.places[value.mark()*f.factor>>60]
}

// mark returns a number that equal scalars share and many others do not: their first
// and last bytes, and their length.
func (s *scalar) mark() uint64 {
	x := s.n ^ uint64(s.m) ^ uint64(len(s.s))<<56
	b := unsafe.Slice(unsafe.StringData(s.s), len(s.s))
	switch n := len(b); {
	case n >= 8:
		x ^= binary.LittleEndian.Uint64(b) ^ bits.RotateLeft64(binary.LittleEndian.Uint64(b[n-8:]), 27)
	case n >= 4:
		x ^= uint64(binary.LittleEndian.Uint32(b)) | uint64(binary.LittleEndian.Uint32(b[n-4:]))<<32
	case n > 0:
		x ^= uint64(b[0]) | uint64(b[n/2])<<8 | uint64(b[n-1])<<16
	}
	return x
}
