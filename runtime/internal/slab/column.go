package slab

import (
	"iter"
	"sync/atomic"
)

// A chunk that no longer changes can carry columns: one word of each of its
// records, side by side, which a search reads instead of the records. A chunk
// that a snapshot holds never changes, a write makes a copy without columns; so
// a column is as good as the snapshot.

// maxColumns is how many columns a chunk has at most; the oldest makes way.
const maxColumns = 4

// columns are those of one chunk. They are made by the second search of it, so
// that neither one search nor a bucket that is always written pays for them.
type columns struct {
	searched atomic.Bool
	list     atomic.Pointer[[]*column]
}

type column struct {
	of    any
	words [chunkSize]uint64
	whole bool // every record has a word
}

// drop forgets all columns. It is for a chunk that is about to change and that no
// search reads.
func (c *columns) drop() {
	if c.searched.Load() {
		*c = columns{}
	}
}

// find returns the column of something, or nil.
func (c *columns) find(of any) *column {
	if list := c.list.Load(); list != nil {
		for _, col := range *list {
			if col.of == of {
				return col
			}
		}
	}
	return nil
}

// add adds a column. If somebody else adds one at this moment, one of the two is
// lost, and made again.
func (c *columns) add(col *column) {
	old := c.list.Load()
	var list []*column
	if old != nil {
		list = append(list, *old...)
	}
	if len(list) == maxColumns {
		list = list[1:]
	}
	list = append(list, col)
	c.list.CompareAndSwap(old, &list)
}

// columnOf returns a column of the chunk, or nil in the first search.
func (c *chunk) columnOf(of any, word func(*Row) (uint64, bool)) *column {
	col := c.columns.find(of)
	if col != nil || !c.columns.searched.Swap(true) {
		return col
	}
	col = &column{of: of, whole: true}
	for off, r := range c.recs[:c.used] {
		if r != nil {
			var ok bool
			col.words[off], ok = word(r)
			col.whole = col.whole && ok
		}
	}
	c.columns.add(col)
	return col
}

// Between yields records in bucket order, all those of which a word lies between
// two, both allowed, and others; with each comes whether it is sure to be none of
// the others. Word tells that of a record, and false for one that has none. Of is
// what it is a word of, by which columns are told apart. Any number of goroutines
// may search at the same time.
func (s Snapshot) Between(of any, word func(*Row) (uint64, bool), lo, hi uint64) iter.Seq2[*Row, bool] {
	return func(yield func(*Row, bool) bool) {
		for _, c := range s.order {
			col := c.columnOf(of, word)
			if col == nil {
				for _, r := range c.recs[:c.used] {
					if r != nil && !yield(r, false) {
						return
					}
				}
				continue
			}
			for off, w := range col.words[:c.used] {
				if w-lo > hi-lo {
					continue
				}
				if r := c.recs[off]; r != nil && !yield(r, col.whole) {
					return
				}
			}
		}
	}
}
