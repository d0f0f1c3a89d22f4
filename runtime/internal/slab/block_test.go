package slab

import (
	"testing"
	"unsafe"
)

// TestBlocksAreGivenUp updates or deletes most records of each block, and looks at what
// is still kept.
func TestBlocksAreGivenUp(t *testing.T) {
	type padded [16]int
	const n, size = 64_000, int(unsafe.Sizeof(padded{}))
	for name, write := range map[string]func(*Slab, uint32){
		"updated": func(s *Slab, slot uint32) { s.Set(slot, (*Row)(unsafe.Pointer(new(padded)))) },
		"deleted": (*Slab).Delete,
	} {
		t.Run(name, func(t *testing.T) {
			before := heap()
			s := Slab{Type: TypeOf[padded]()}
			for i := range n {
				s.add(i)
			}
			for slot := range uint32(n) {
				if slot%BlockSize >= BlockSize/8 {
					write(&s, slot)
				}
			}
			const pointers = 12 // of a chunk for each record that was there, in bytes
			most := size + pointers*n/s.Len()
			if each := int(heap()-before) / s.Len(); each > most+size/10 {
				t.Errorf("a record of %d bytes takes %d, want at most %d", size, each, most)
			}
		})
	}
}
