package slab

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/prefetch"
)

const (
	chunkBits = 8
	chunkSize = 1 << chunkBits
	chunkMask = chunkSize - 1
)

// None is the slot that no record has.
const None = ^uint32(0)

// Row is a record, whatever its type: a pointer to one has been made of a
// pointer to the record. So this package is compiled once, and not anew for
// every type of record.
type Row struct{ _ byte }

// Slab holds the records of one bucket. It is empty and ready once Type is set.
// Writes need an exclusive lock; reads, Snapshot among them, a shared one.
type Slab struct {
	Type Type
	// Width is the number of words beside each record. It is set while there is none.
	Width  int
	chunks []*chunk   // by id; nil where the id is free
	order  []*chunk   // by seq
	seqs   []uint64   // of the chunks, by id
	words  [][]uint32 // beside their records, by id
	blocks []blocks   // where their records lie, by id
	keys   []keys     // of their records, by id
	free   []uint32   // ids to use again
	seq    uint64     // of the next chunk
	live   int
	// reordered is set once an id was used twice or chunks were merged: slots
	// are no longer in bucket order.
	reordered bool
	// merged is set once chunks were merged, extras once a record had unknown
	// members: until then nobody looks for ranks and members in a chunk, which of a
	// million records are mostly not in the processor's cache.
	merged, extras bool
	// listEpoch is the epoch in which chunks and order were last copied.
	listEpoch uint64
	epoch     atomic.Uint64
	holds     holds
}

type chunk struct {
	seq     uint64 // position in bucket order; grows with each new chunk
	epoch   uint64 // in which this copy was made
	columns columns
	id      uint32
	used    int // slots handed out
	live    int
	rows    rows
	// ranks holds the ranks of records that were merged into this chunk; nil
	// while they follow from seq.
	ranks *[chunkSize]uint64
	// extra holds the members of stored records that the definition does not
	// know. Copies of a chunk share it until one is written.
	extra      map[uint8][]byte
	extraEpoch uint64
}

// Len returns the number of records.
func (s *Slab) Len() int { return s.live }

// Chunks returns an upper bound for the chunk ids in use: slot>>8 is below it.
func (s *Slab) Chunks() int { return len(s.chunks) }

// Get returns the record of a slot that is in use.
func (s *Slab) Get(slot uint32) *Row {
	id, off := slot>>chunkBits, int(slot&chunkMask)
	if r := s.blocks[id].at(off, &s.Type); r != nil {
		return r
	}
	return s.chunks[id].rows.list[off]
}

// Collect appends the records of slots that are in use. It waits for several at once: of
// a million records a list of 1,000 takes a tenth less than with a Get for each.
func (s *Slab) Collect(rows []*Row, slots []uint32) []*Row {
	for _, slot := range slots {
		rows = append(rows, s.Get(slot))
	}
	return rows
}

// Touch brings what [Slab.Has], [Slab.Set] and [Slab.Delete] look at for slots that are in
// use into the processor's cache, all at once, with the first bytes of each record. Those
// that lead to its key are read at least, unless that is known without: deletes of 1,000
// records in one call take a twentieth less than with a look at each. It returns nothing of
// use.
//
//go:noinline
func (s *Slab) Touch(slots []uint32, bytes uintptr) (any uintptr) {
	for _, slot := range slots {
		c, off := s.chunks[slot>>chunkBits], int(slot&chunkMask)
		any |= uintptr(c.epoch) | uintptr(s.blocks[c.id].apart[off/BlockSize]) | uintptr(unsafe.Pointer(c.rows.at(off)))
	}
	for _, slot := range slots {
		need := bytes
		if k := &s.keys[slot>>chunkBits]; k.known {
			key := k.at(int(slot & chunkMask))
			any |= uintptr(key[0]) | uintptr(key[len(key)-1]) // which may be in two lines
		} else {
			need = max(need, 1)
		}
		if need > 0 {
			any |= uintptr(TouchRow(s.Get(slot), need))
		}
	}
	return any
}

// Prefetch asks the processor for a record, and for what [Slab.Has] and [Slab.Set] look
// at, for a slot that is in use.
func (s *Slab) Prefetch(slot uint32) {
	id, off := slot>>chunkBits, int(slot&chunkMask)
	c := s.chunks[id]
	prefetch.Lines(unsafe.Pointer(c), 1)
	if c.rows.list != nil {
		prefetch.Lines(unsafe.Pointer(&c.rows.list[off]), 1)
	}
	if s.Width > 0 {
		prefetch.Lines(unsafe.Pointer(&s.words[id][off*s.Width]), 1)
	}
	if k := &s.keys[id]; k.known {
		prefetch.Lines(unsafe.Pointer(unsafe.StringData(k.at(off))), uintptr(k.length))
	}
	prefetch.Lines(unsafe.Pointer(s.Get(slot)), s.Type.Size)
}

// TouchRow brings the first bytes of a record into the processor's cache. It returns
// nothing of use.
func TouchRow(r *Row, bytes uintptr) (any byte) {
	const line = 64
	for at := uintptr(0); at < bytes; at += line {
		any |= *(*byte)(unsafe.Add(unsafe.Pointer(r), at))
	}
	return any
}

// Words returns what lies beside the record of a slot that is in use, to be read and
// written. It belongs to no snapshot, and is the caller's to move with the record.
func (s *Slab) Words(slot uint32) []uint32 {
	at := int(slot&chunkMask) * s.Width
	return s.words[slot>>chunkBits][at : at+s.Width : at+s.Width]
}

// Holds reports whether the record of a slot, which may no longer be in use, is
// the very one given: it is not if that was replaced, or copied out of its block.
func (s *Slab) Holds(slot uint32, r *Row) bool {
	c, off := s.chunks[slot>>chunkBits], int(slot&chunkMask)
	return c != nil && off < c.used && c.rows.at(off) == r
}

// Extra returns the unknown members of the record of a slot, or nil.
func (s *Slab) Extra(slot uint32) []byte {
	if !s.extras {
		return nil
	}
	return s.chunks[slot>>chunkBits].extra[uint8(slot&chunkMask)]
}

// Rank returns a number that orders slots by bucket order. A record keeps its
// rank when it gets another slot.
func (s *Slab) Rank(slot uint32) uint64 {
	if !s.merged {
		return s.Place(slot)
	}
	return s.chunks[slot>>chunkBits].rank(int(slot & chunkMask))
}

func (c *chunk) rank(off int) uint64 {
	if c.ranks != nil {
		return c.ranks[off]
	}
	return c.seq<<chunkBits | uint64(off)
}

// Place returns a number that orders slots as Rank does, and costs less, but
// changes when a record gets another slot.
func (s *Slab) Place(slot uint32) uint64 {
	return s.seqs[slot>>chunkBits]<<chunkBits | uint64(slot&chunkMask)
}

// RanksAreSlots reports whether slots themselves are in bucket order.
func (s *Slab) RanksAreSlots() bool { return !s.reordered }

// Append adds a copy of a record at the end and returns that, its slot, and what it is
// to hold as its key: the same string, maybe elsewhere in memory. The key is empty if
// it is no string, or is to stay where it is.
func (s *Slab) Append(r *Row, key string) (placed *Row, slot uint32, stored string) {
	c := s.last()
	if c == nil || c.closed() {
		c = s.grow()
	} else {
		c = s.own(c)
	}
	off, block := c.used, &s.blocks[c.id]
	if off%BlockSize == 0 {
		block.begin(off, c.seq == 0, &s.Type)
	}
	if placed = block.at(off, &s.Type); placed == nil {
		placed = s.Type.New()
	}
	s.Type.Copy(placed, r)
	c.rows.add(off, placed)
	c.used++
	c.live++
	s.live++
	return placed, c.id<<chunkBits | uint32(off), s.keys[c.id].put(off, key)
}

// SetExtra keeps the unknown members of a record that was just appended or set.
func (s *Slab) SetExtra(slot uint32, extra []byte) {
	s.extras = true
	c := s.chunks[slot>>chunkBits]
	if epoch := s.epoch.Load(); c.extra == nil || c.extraEpoch != epoch {
		c.extra, c.extraEpoch = maps.Clone(c.extra), epoch
	}
	if c.extra == nil {
		c.extra = make(map[uint8][]byte)
	}
	c.extra[uint8(slot&chunkMask)] = extra
}

// Set replaces the record of a slot that is in use by one that stays where it is.
func (s *Slab) Set(slot uint32, r *Row) {
	s.put(s.ownListed(s.chunks[slot>>chunkBits]), int(slot&chunkMask), r)
}

// put puts a record that lies anywhere, or nil, at an offset of a chunk with a list.
func (s *Slab) put(c *chunk, off int, r *Row) {
	c.rows.list[off] = r
	if b := &s.blocks[c.id]; b.leave(off) {
		b.scatter(off, c.rows.list, &s.Type)
	}
}

// Delete removes the record of a slot that is in use.
func (s *Slab) Delete(slot uint32) {
	c := s.ownListed(s.chunks[slot>>chunkBits])
	s.put(c, int(slot&chunkMask), nil)
	c.live--
	s.live--
	if c.live == 0 && c.closed() {
		s.release(c)
	}
}

// First returns the slot of the first record in bucket order, or None.
func (s *Slab) First() uint32 {
	for _, c := range s.order {
		if c.live == 0 {
			continue
		}
		for off := range c.used {
			if c.rows.at(off) != nil {
				return c.id<<chunkBits | uint32(off)
			}
		}
	}
	return None
}

// Snapshot returns the records as they are now. It is O(1) and may run under a
// shared lock.
func (s *Slab) Snapshot() Snapshot {
	s.holds.keepFor(s.epoch.Add(1))
	return s.Now()
}

// Now returns the records as they are. Unlike a snapshot it holds nothing: the slab
// must not change while it is read.
func (s *Slab) Now() Snapshot {
	return Snapshot{s.chunks, s.order, s.live, s.reordered}
}

// All yields slots and records in bucket order. The slab must not change
// meanwhile.
func (s *Slab) All() iter.Seq2[uint32, *Row] {
	return s.Now().All()
}

func (s *Slab) last() *chunk {
	if len(s.order) == 0 {
		return nil
	}
	return s.order[len(s.order)-1]
}

func (s *Slab) grow() *chunk {
	s.ownLists()
	c := new(chunk)
	if s.Type.blockless(0, s.seq == 0) {
		c = newListed()
	}
	c.seq, c.epoch, c.rows.size = s.seq, s.epoch.Load(), s.Type.Size
	var k keys
	if last := s.last(); last != nil {
		k = s.keys[last.id].next()
	}
	s.seq++
	s.enlist(c, blocks{}, k)
	s.order = append(s.order, c)
	return c
}

// enlist gives a chunk an id, and what lies beside the chunks.
func (s *Slab) enlist(c *chunk, b blocks, k keys) {
	words := make([]uint32, chunkSize*s.Width)
	if n := len(s.free); n > 0 {
		c.id = s.free[n-1]
		s.free = s.free[:n-1]
		s.chunks[c.id], s.seqs[c.id], s.words[c.id] = c, c.seq, words
		s.blocks[c.id], s.keys[c.id] = b, k
		s.reordered = true
	} else {
		c.id = uint32(len(s.chunks))
		s.chunks, s.seqs, s.words = append(s.chunks, c), append(s.seqs, c.seq), append(s.words, words)
		s.blocks, s.keys = append(s.blocks, b), append(s.keys, k)
	}
}

// own returns the chunk itself, or a copy in its place if a snapshot may hold
// it.
func (s *Slab) own(c *chunk) *chunk {
	if c.epoch >= s.holds.last() {
		c.columns.drop()
		return c
	}
	return s.replace(c, c.rows.list != nil)
}

// ownListed is own for a chunk in which records will lie anywhere.
func (s *Slab) ownListed(c *chunk) *chunk {
	if c.rows.list != nil {
		return s.own(c)
	}
	return s.replace(c, true)
}

// replace puts a copy without columns in the place of a chunk and returns it.
func (s *Slab) replace(c *chunk, listed bool) *chunk {
	copied := new(chunk)
	if listed {
		copied = newListed()
		copy(copied.rows.list[:], c.rows.all(c.used, copied.rows.list)) // which may be the same
	} else {
		copied.rows.first = c.rows.first
	}
	copied.rows.size = c.rows.size
	copied.seq, copied.epoch, copied.id = c.seq, s.epoch.Load(), c.id
	copied.used, copied.live, copied.ranks = c.used, c.live, c.ranks
	copied.extra, copied.extraEpoch = c.extra, c.extraEpoch
	s.ownLists()
	s.chunks[c.id] = copied
	s.order[s.position(c)] = copied
	return copied
}

func (s *Slab) release(c *chunk) {
	s.ownLists()
	s.unlist(c)
	at := s.position(c)
	s.order = slices.Delete(s.order, at, at+1)
}

func (s *Slab) unlist(c *chunk) {
	s.chunks[c.id], s.words[c.id] = nil, nil
	s.blocks[c.id], s.keys[c.id] = blocks{}, keys{}
	s.free = append(s.free, c.id)
}

func (s *Slab) position(c *chunk) int {
	at, _ := slices.BinarySearchFunc(s.order, c.seq, compareSeq)
	return at
}

func compareSeq(c *chunk, seq uint64) int { return cmp.Compare(c.seq, seq) }

func (s *Slab) ownLists() {
	if s.listEpoch < s.holds.last() {
		s.order = copyList(s.order)
		s.chunks = copyList(s.chunks)
		s.listEpoch = s.epoch.Load()
	}
}

func copyList(list []*chunk) []*chunk {
	return append(make([]*chunk, 0, len(list)+len(list)/8+8), list...)
}
