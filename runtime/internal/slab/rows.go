package slab

// rows lead to the records of a chunk: by its blocks while each record lies in its place
// there, by a list of pointers once one does not. So records that were only added have no
// pointers, of 8 bytes each, to be written and to be followed by the collector: inserts of
// 100,000 records take a twenty-fifth less, those of a million up to a tenth.
type rows struct {
	first firsts           // while there is no list
	size  uintptr          // of a record
	list  *[chunkSize]*Row // nil where deleted
}

// listed is a chunk with its list in one object. With two, Go 1.26's collector marks records
// in an order that made updates of all of a million records take a fifth longer.
type listed struct {
	chunk
	list [chunkSize]*Row
}

// newListed returns an empty chunk with a list.
func newListed() *chunk {
	c := new(listed)
	c.rows.list = &c.list
	return &c.chunk
}

// at returns the record at an offset that was handed out, or nil if it was deleted.
func (r *rows) at(off int) *Row {
	if r.list != nil {
		return r.list[off]
	}
	return r.first.at(off, r.size)
}

// add notes where the next record lies: in its block, if there is no list.
func (r *rows) add(off int, placed *Row) {
	if r.list != nil {
		r.list[off] = placed
	} else if off%BlockSize == 0 {
		r.first[off/BlockSize] = placed
	}
}

// all returns the records at the first offsets, which were handed out: the list itself, or
// buf, filled.
func (r *rows) all(used int, buf *[chunkSize]*Row) []*Row {
	if r.list != nil {
		return r.list[:used]
	}
	for off := range used {
		buf[off] = r.at(off)
	}
	return buf[:used]
}
