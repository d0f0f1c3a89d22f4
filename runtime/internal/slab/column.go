package slab

import (
	"iter"
	"sync/atomic"
)

// A chunk can carry columns: one word of each of its records, side by side, which a
// search reads instead of the records. A search holds a snapshot, in which no chunk
// changes: a write makes a copy without columns, or, once nobody holds the chunk,
// drops them.

// maxColumns is how many columns a chunk has at most; the oldest makes way.
const maxColumns = 4

// columns are those of one chunk. They are made by the first search of it, which has
// to look at the records anyway and does so faster like this.
type columns struct {
	list atomic.Pointer[[]*column]
}

type column struct {
	of    any
	words [chunkSize]uint64
	whole bool // every record has a word
}

// drop forgets all columns. It is for a chunk that is about to change and that no
// search reads.
func (c *columns) drop() {
	if c.list.Load() != nil {
		c.list.Store(nil)
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

// makeColumn adds a column of something. Buf is for it to use.
func (c *chunk) makeColumn(of any, read ReadWords, buf *[chunkSize]*Row) *column {
	col := &column{of: of}
	col.whole = read(c.rows.all(c.used, buf), col.words[:])
	c.columns.add(col)
	return col
}

// ReadWords reads a word of each record, nil for some, and reports whether every
// record has one.
type ReadWords func(recs []*Row, words []uint64) (whole bool)

// Between yields records in bucket order, all those of which a word lies between
// two, both allowed, and others; with each comes whether it is sure to be none of
// the others. Read tells the words of records; what those without one have is of no
// interest. Of is what it is a word of, by which columns are told apart. Any number
// of goroutines may search at the same time.
func (s Snapshot) Between(of any, read ReadWords, lo, hi uint64) iter.Seq2[*Row, bool] {
	return func(yield func(*Row, bool) bool) {
		var buf *[chunkSize]*Row
		for _, c := range s.order {
			col := c.columns.find(of)
			if col == nil {
				if buf == nil {
					buf = new([chunkSize]*Row)
				}
				col = c.makeColumn(of, read, buf)
			}
			for off, w := range col.words[:c.used] {
				if w-lo > hi-lo {
					continue
				}
				if r := c.rows.at(off); r != nil && !yield(r, col.whole) {
					return
				}
			}
		}
	}
}
