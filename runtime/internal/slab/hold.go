package slab

import (
	"slices"
	"sync"
	"sync/atomic"
)

// maxHolds is how many holds are told apart. What is beyond is taken for a snapshot
// that is never released.
const maxHolds = 256

// holds knows for which epochs somebody reads a snapshot.
type holds struct {
	// kept is the newest epoch of a snapshot that nobody releases.
	kept atomic.Uint64
	mu   sync.Mutex
	open []uint64 // the epochs of those to be released, in no order
	// newest is the highest in open.
	newest atomic.Uint64
}

func (h *holds) add(epoch uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.open) == maxHolds {
		oldest := slices.Min(h.open)
		h.keepFor(oldest)
		h.drop(oldest)
	}
	h.open = append(h.open, epoch)
	h.newest.Store(slices.Max(h.open))
}

func (h *holds) release(epoch uint64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.drop(epoch)
	newest := uint64(0)
	if len(h.open) > 0 {
		newest = slices.Max(h.open)
	}
	h.newest.Store(newest)
}

// drop takes an epoch out of open if it is there. It needs mu.
func (h *holds) drop(epoch uint64) {
	if at := slices.Index(h.open, epoch); at >= 0 {
		h.open = slices.Delete(h.open, at, at+1)
	}
}

// keepFor notes a snapshot that nobody releases.
func (h *holds) keepFor(epoch uint64) {
	for {
		kept := h.kept.Load()
		if kept >= epoch || h.kept.CompareAndSwap(kept, epoch) {
			return
		}
	}
}

// last is the newest epoch for which somebody may read a snapshot: what is as new
// belongs to the slab alone.
func (h *holds) last() uint64 { return max(h.kept.Load(), h.newest.Load()) }

// Hold is Snapshot for who tells by release when it is read no more: so a writer
// that comes after has nothing to copy. Without it, the update of one record after
// each short walk of a million took 20 times as long. After release the snapshot must
// not be read. Release may be called again.
func (s *Slab) Hold() (view Snapshot, release func()) {
	epoch := s.epoch.Add(1)
	s.holds.add(epoch)
	return s.Now(), func() { s.holds.release(epoch) }
}
