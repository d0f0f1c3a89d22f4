// Package slab keeps the records of a bucket in insertion order.
//
// Records are immutable, so that a pointer to one may be read without a lock, for as
// long as one likes. A record is known by its slot, a 32-bit number that stays the same
// while the record is updated:
//
//	slot = chunk id << 8 | offset
//
//	order:  [chunk 0]──[chunk 1]──[chunk 4]      in bucket order
//	           │ 4 × *block, or 256 × *Row, nil where deleted
//
//	blocks: [4 × *block]──[4 × *block]──…        by id
//	           └──▶ 64 records side by side
//
// Records that are added are copied into blocks, where a look-up finds them without
// their pointer; an update puts the new record elsewhere. A chunk has a pointer to each of
// its records only once one of them was updated or deleted. A block stays in memory as a
// whole, with all that its records point to, as long as anybody has a pointer to one of
// them, be it a snapshot or the log of the last commits. So the slab leaves it once more
// than half of them were updated or deleted, and copies the others out of it: the same
// record may have another pointer later. The first records of a slab, which may be all
// that it ever has, large ones and those of merged chunks have no block.
//
// A slot is never used twice while its chunk lives, so the order of the slots
// of a chunk is the order of insertion; an empty chunk is given back and its
// id used again at the end of the order. Two neighbours that are nearly empty
// are merged by Compact, so that a bucket whose records come and go does not
// keep a chunk for each one that stays.
//
// Chunks are copied on write: Snapshot only takes the current list of chunks
// and raises an epoch; the first change of a chunk that is older than the
// epoch copies its pointers. So a snapshot costs writers a list of one
// pointer for each 256 records, however large the records are.
//
// Beside the pointers a chunk has columns of what was searched for. Beside the chunks,
// by their ids and outside of all snapshots, lie their blocks, the texts of their keys
// where these are of one length, and words that belong to the owner. So what leads to a
// million records are some hundreds of kilobytes, which stay in the processor's cache,
// where the chunks are 9 MB: with the blocks in the chunks a get took a fifth longer.
package slab
