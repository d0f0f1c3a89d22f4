package slab

import (
	"iter"
	"slices"
)

// Snapshot is the frozen content of a Slab. It may be read by any number of
// goroutines without a lock.
type Snapshot struct {
	chunks []*chunk
	order  []*chunk
	live   int
	// reordered says that order is not that of the ids.
	reordered bool
}

// Get returns the record of a slot that was in use, or nil.
func (s Snapshot) Get(slot uint32) *Row {
	c, off := s.chunks[slot>>chunkBits], int(slot&chunkMask)
	if c == nil || off >= c.used {
		return nil
	}
	return c.rows.at(off)
}

// Extra returns the unknown members of the record of a slot, or nil.
func (s Snapshot) Extra(slot uint32) []byte {
	return s.chunks[slot>>chunkBits].extra[uint8(slot&chunkMask)]
}

// Rank returns a number that orders the slots of the snapshot by bucket order.
func (s Snapshot) Rank(slot uint32) uint64 {
	return s.chunks[slot>>chunkBits].rank(int(slot & chunkMask))
}

// After yields the slots and records behind a rank, in bucket order.
func (s Snapshot) After(rank uint64) iter.Seq2[uint32, *Row] {
	return func(yield func(uint32, *Row) bool) {
		at, found := slices.BinarySearchFunc(s.order, rank>>chunkBits, compareSeq)
		if !found && at > 0 {
			at-- // a chunk that was merged covers more than its seq
		}
		for ; at < len(s.order); at++ {
			c := s.order[at]
			for off := range c.used {
				if r := c.rows.at(off); r != nil && c.rank(off) > rank && !yield(c.id<<chunkBits|uint32(off), r) {
					return
				}
			}
		}
	}
}

// RanksAreSlots reports whether slots themselves are in bucket order.
func (s Snapshot) RanksAreSlots() bool { return !s.reordered }

// Order yields the ids of the chunks in bucket order.
func (s Snapshot) Order() iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for _, c := range s.order {
			if !yield(c.id) {
				return
			}
		}
	}
}

// Len returns the number of records.
func (s Snapshot) Len() int { return s.live }

// All yields slots and records in bucket order.
func (s Snapshot) All() iter.Seq2[uint32, *Row] {
	return func(yield func(uint32, *Row) bool) {
		for _, c := range s.order {
			for off := range c.used {
				if r := c.rows.at(off); r != nil && !yield(c.id<<chunkBits|uint32(off), r) {
					return
				}
			}
		}
	}
}

// Backward yields slots and records in reverse bucket order.
func (s Snapshot) Backward() iter.Seq2[uint32, *Row] {
	return func(yield func(uint32, *Row) bool) {
		for _, c := range slices.Backward(s.order) {
			for off := c.used - 1; off >= 0; off-- {
				if r := c.rows.at(off); r != nil && !yield(c.id<<chunkBits|uint32(off), r) {
					return
				}
			}
		}
	}
}

// Extras yields records together with their unknown members, nil for most.
func (s Snapshot) Extras() iter.Seq2[*Row, []byte] {
	return func(yield func(*Row, []byte) bool) {
		for _, c := range s.order {
			for off := range c.used {
				if r := c.rows.at(off); r != nil && !yield(r, c.extra[uint8(off)]) {
					return
				}
			}
		}
	}
}
