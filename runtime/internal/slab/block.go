package slab

import (
	"math/bits"
	"unsafe"
)

// Type is what a slab has to know of the type of its records.
type Type struct {
	// Size is that of a record in bytes.
	Size uintptr
	// New returns a zero record, Block the first of BlockSize that lie side by side.
	New, Block func() *Row
	// Copy makes one record a plain copy of another.
	Copy func(to, from *Row)
}

// TypeOf returns the type of records that are of type R.
func TypeOf[R any]() Type {
	return Type{
		Size:  unsafe.Sizeof(*new(R)),
		New:   func() *Row { return (*Row)(unsafe.Pointer(new(R))) },
		Block: func() *Row { return (*Row)(unsafe.Pointer(new([BlockSize]R))) },
		Copy:  func(to, from *Row) { *(*R)(unsafe.Pointer(to)) = *(*R)(unsafe.Pointer(from)) },
	}
}

// Apart returns a plain copy of a record at a place of its own.
func (t *Type) Apart(r *Row) *Row {
	own := t.New()
	t.Copy(own, r)
	return own
}

const (
	// BlockSize is how many records share a block.
	BlockSize = 64
	// mostApart is how many records of a block may lie elsewhere, or be gone: what
	// was in their places stays in memory as long as the block does, with all that it
	// points to.
	mostApart = BlockSize / 2
	// largestBlock is the number of bytes from which on records lie apart. A larger
	// block Go's allocator would make of whole pages.
	largestBlock = 32 << 10
	// allApart are the bits of a block of which no record lies in its place.
	allApart = 1<<BlockSize - 1
)

// blocks say where the records of a chunk lie: BlockSize that came one after the other
// in one block, but for those that lie apart since they were updated. So the way to a
// record leads over one pointer for each block, which are few enough to stay in the
// processor's cache, and one for each record is looked at only if it lies apart. Of a
// million records visits and lists take a quarter less, a look-up by a unique index a
// tenth; of 100,000 a get takes a sixth less.
type blocks struct {
	first firsts
	// apart has a bit for each record of a block that lies apart or is gone.
	apart [chunkSize / BlockSize]uint64
}

// firsts are the first records of the blocks of a chunk; nil where there is no block.
type firsts [chunkSize / BlockSize]*Row

// at returns the place at an offset in its block, for records of a size in bytes.
func (f *firsts) at(off int, size uintptr) *Row {
	return (*Row)(unsafe.Add(unsafe.Pointer(f[off/BlockSize]), uintptr(off%BlockSize)*size))
}

// noBlocks is of a chunk without blocks.
var noBlocks = func() (b blocks) {
	for n := range b.apart {
		b.apart[n] = allApart
	}
	return b
}()

// at returns the place of the record at an offset in its block, or nil if it lies apart.
// The block has to have been begun.
func (b *blocks) at(off int, t *Type) *Row {
	if b.apart[off/BlockSize]>>(off%BlockSize)&1 != 0 {
		return nil
	}
	return b.first.at(off, t.Size)
}

// blockless reports whether records that are added from an offset on, in the first chunk of a
// slab or in another, have no block but lie apart: the first records of a slab, which may be
// all, and large ones.
func (t *Type) blockless(off int, firstChunk bool) bool {
	return firstChunk && off == 0 || BlockSize*t.Size >= largestBlock
}

// begin makes the block that starts at an offset, unless there is to be none.
func (b *blocks) begin(off int, firstChunk bool, t *Type) {
	if t.blockless(off, firstChunk) {
		b.apart[off/BlockSize] = allApart
	} else {
		b.first[off/BlockSize] = t.Block()
	}
}

// leave notes that the record at an offset no longer lies in its block, and reports
// whether too few still do.
func (b *blocks) leave(off int) (sparse bool) {
	apart := &b.apart[off/BlockSize]
	*apart |= 1 << (off % BlockSize)
	return bits.OnesCount64(*apart) > mostApart && b.first[off/BlockSize] != nil
}

// scatter gives each record that still lies in the block of an offset a place of its
// own, so that nothing keeps the block.
func (b *blocks) scatter(off int, list *[chunkSize]*Row, t *Type) {
	n := off / BlockSize
	for i, r := range list[n*BlockSize : (n+1)*BlockSize] {
		if r != nil && b.apart[n]>>i&1 == 0 {
			list[n*BlockSize+i] = t.Apart(r)
		}
	}
	b.first[n], b.apart[n] = nil, allApart
}
