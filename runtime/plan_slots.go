package noex

import (
	"iter"
	"math/bits"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// slotBits is a set of slots, a bit for each. The nil set stands for all.
type slotBits []uint64

func (s slotBits) has(slot uint32) bool { return s[slot>>6]&(1<<(slot&63)) != 0 }

func (s slotBits) count() int {
	n := 0
	for _, word := range s {
		n += bits.OnesCount64(word)
	}
	return n
}

// all yields the slots in ascending order.
func (s slotBits) all() iter.Seq[uint32] {
	return func(yield func(uint32) bool) { s.each(0, yield) }
}

// each is all of a set that begins with a slot, and reports whether there may be more.
func (s slotBits) each(first uint32, yield func(uint32) bool) bool {
	for i, word := range s {
		for ; word != 0; word &= word - 1 {
			if !yield(first | uint32(i)<<6 | uint32(bits.TrailingZeros64(word))) {
				return false
			}
		}
	}
	return true
}

// slots yields those of all branches, some perhaps several times. If the records
// are held, the slots are frozen; else the lock is needed.
func (r *reach) slots(held *slab.Snapshot) iter.Seq[uint32] {
	parts := make([]iter.Seq[uint32], len(r.branches))
	for i, b := range r.branches {
		if held != nil {
			parts[i] = b.ix.frozen(b.part, *held)
		} else {
			parts[i] = b.ix.slots(b.part)
		}
	}
	if len(parts) == 1 {
		return parts[0]
	}
	return func(yield func(uint32) bool) {
		for _, part := range parts {
			for slot := range part {
				if !yield(slot) {
					return
				}
			}
		}
	}
}

// members returns the slots that all of reaches have; with none it is nil. It
// needs the lock, the function that it returns does not, while the records are
// held.
func (t *table) members(reaches []*reach, held *slab.Snapshot) func() slotBits {
	words := t.records.Chunks() << 2 // 256 slots a chunk
	parts := make([]iter.Seq[uint32], len(reaches))
	for i, r := range reaches {
		parts[i] = r.slots(held)
	}
	return func() slotBits {
		var both slotBits
		for _, part := range parts {
			set := make(slotBits, words)
			for slot := range part {
				set[slot>>6] |= 1 << (slot & 63)
			}
			for i, word := range both {
				set[i] &= word
			}
			both = set
		}
		return both
	}
}
