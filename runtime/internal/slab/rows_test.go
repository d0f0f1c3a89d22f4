package slab

import "testing"

func TestOnlyChunksWithChangedRecordsListThem(t *testing.T) {
	s := Slab{Type: numbered}
	for n := range 4 * chunkSize {
		s.add(n)
	}
	first := s.Snapshot()
	s.add(4 * chunkSize)
	s.Set(1*chunkSize+3, s.record(-1))
	s.Delete(2*chunkSize + 5)
	for id, want := range []bool{true, true, true, false, false} { // some of the first have no block
		if listed := s.chunks[id].rows.list != nil; listed != want {
			t.Errorf("chunk %d is listed: %t, want %t", id, listed, want)
		}
	}
	for id, want := range []bool{true, false, false, false} {
		if listed := first.chunks[id].rows.list != nil; listed != want {
			t.Errorf("chunk %d of the snapshot is listed: %t, want %t", id, listed, want)
		}
	}
	for slot := range uint32(4 * chunkSize) {
		if got := number(first.Get(slot)); got != int(slot) {
			t.Errorf("record %d of the snapshot is %d", slot, got)
		}
	}
}

func TestChunkWithListKeepsNoBlock(t *testing.T) {
	s := Slab{Type: numbered}
	for n := range chunkSize + 1 {
		s.add(n)
	}
	s.Set(chunkSize, s.record(-1))
	for n := range chunkSize - 1 {
		s.add(n)
	}
	if c := s.chunks[1]; c.used != chunkSize || c.rows.first != (firsts{}) {
		t.Errorf("the list has %d of %d records beside the blocks %v", c.used, chunkSize, c.rows.first)
	}
}

func TestSlotsOfAnotherTime(t *testing.T) {
	s := Slab{Type: numbered}
	var slots []uint32
	for n := range 2*chunkSize + 1 {
		slots = append(slots, s.add(n))
	}
	snap, gone, last := s.Snapshot(), s.Get(slots[2*chunkSize-1]), slots[2*chunkSize-1]
	for _, slot := range slots[chunkSize : 2*chunkSize] {
		s.Delete(slot)
	}
	later := s.add(-1)
	for s.last().id != last>>chunkBits { // until the chunk of the deleted ones is used again
		s.add(-1)
	}
	if s.Holds(last, gone) {
		t.Error("a slot that is not yet handed out again holds a record")
	}
	if r := snap.Get(later); r != nil {
		t.Errorf("a snapshot has record %d of a slot that was handed out later", number(r))
	}
	if snap.Get(last) != gone {
		t.Error("a snapshot has lost a record that was deleted later")
	}
}
