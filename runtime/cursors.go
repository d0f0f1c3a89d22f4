package noex

import (
	"sync"
	"sync/atomic"
	"unsafe"
)

// cursors remembers where records stood that a pagination may go on from after
// they were deleted. A bucket in insertion order cannot tell that from the key
// alone. What it remembers is bounded: the keys handed out as cursors and the
// keys deleted last.
type cursors struct {
	mu     sync.Mutex
	handed map[scalar]uint64
	older  map[scalar]uint64 // what handed held before it was full
	used   atomic.Bool       // set once a cursor was handed out
	ghosts []ghost           // a ring of deleted keys, guarded by the store's lock
	room   []byte            // for the texts of ghosts, guarded as they are
	next   int
}

// ghost is a deleted key. Its text is a copy, since that of the record would keep those
// of others, in memory that the next ghost in its place uses again.
type ghost struct {
	key  scalar
	text []byte
	rank uint64
}

// become makes g the ghost of a key. Texts get their memory for many at once.
func (g *ghost) become(key scalar, rank uint64, room *[]byte) {
	const texts = 64
	n := len(key.s)
	if cap(g.text) < n {
		if len(*room) < n {
			*room = make([]byte, texts*n)
		}
		g.text, *room = (*room)[:0:n], (*room)[n:]
	}
	g.text = append(g.text[:0], key.s...)
	key.s = unsafe.String(unsafe.SliceData(g.text), n)
	g.key, g.rank = key, rank
}

const (
	maxHanded = 1 << 15
	maxGhosts = 1 << 12
)

// hand notes that the key of a record was given out as a cursor.
func (c *cursors) hand(key scalar, rank uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.handed == nil || len(c.handed) >= maxHanded {
		c.handed, c.older = make(map[scalar]uint64), c.handed
	}
	c.handed[key.apart()] = rank
	c.used.Store(true)
}

// left notes that a record was deleted.
func (c *cursors) left(key scalar, rank uint64) {
	if len(c.ghosts) < maxGhosts {
		c.ghosts = append(c.ghosts, ghost{})
	} else if c.used.Load() {
		c.outlive(c.ghosts[c.next])
	}
	c.ghosts[c.next].become(key, rank, &c.room)
	c.next = (c.next + 1) % maxGhosts
}

// outlive sees to it that a cursor is known by the last place of its record when
// its ghost is forgotten.
func (c *cursors) outlive(g ghost) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range []map[scalar]uint64{c.handed, c.older} {
		if rank, ok := m[g.key]; ok {
			m[g.key.apart()] = max(rank, g.rank) // a map keeps the last text it was given
		}
	}
}

// rank returns where the record of a key that is gone stood.
func (c *cursors) rank(key scalar) (uint64, bool) {
	best, found := uint64(0), false
	for _, g := range c.ghosts {
		if g.key == key && (!found || g.rank > best) {
			best, found = g.rank, true
		}
	}
	if found {
		return best, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if rank, ok := c.handed[key]; ok {
		return rank, true
	}
	rank, ok := c.older[key]
	return rank, ok
}
