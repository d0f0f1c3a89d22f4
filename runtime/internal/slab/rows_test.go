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
