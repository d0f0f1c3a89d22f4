package noex

import (
	"iter"
	"strings"
	"time"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// Index describes an index of a bucket by one or several fields; a
// record without a value in one of them is not in it. It is read only once the
// first store is open, and serves any number of them.
type Index struct{ def *indexDef }

// indexDef is an [Index] of rows.
type indexDef struct {
	name  string
	attrs []*attr
	// unique refuses a value that another record has.
	unique bool
	// ordered serves ranges, prefixes and order beside equality.
	ordered bool
}

// Value is a value to look for in an index.
type Value struct{ v scalar }

// StringValue is the value of a string field.
func StringValue[V ~string](v V) Value { return Value{stringScalar(v)} }

// NumberValue is the value of a field of numbers.
func NumberValue[V ~int64 | ~float64](v V) Value { return Value{numberScalar(v)} }

// BoolValue is the value of a boolean field.
func BoolValue[V ~bool](v V) Value { return Value{boolScalar(v)} }

// TimeValue is the value of a field of dates.
func TimeValue(t time.Time) Value { return Value{timeScalar(t)} }

// Part is a field as a part of an index. All descriptors
// but those of lists and objects have one.
type Part struct{ a *attr }

// NewIndex describes an index for lookups by equality. The name is that of the
// field, or the names of the fields joined by an underscore.
func NewIndex(parts ...Part) *Index {
	def := new(indexDef)
	names := make([]string, len(parts))
	for i, p := range parts {
		def.attrs = append(def.attrs, p.a)
		names[i] = p.a.name
	}
	def.name = strings.Join(names, "_")
	return &Index{def}
}

// NewUnique describes an index that refuses a value that another record has.
func NewUnique(parts ...Part) *Index {
	ix := NewIndex(parts...)
	ix.def.unique = true
	return ix
}

// NewSorted describes an index that also serves ranges, prefixes and order.
func NewSorted(parts ...Part) *Index {
	ix := NewIndex(parts...)
	ix.def.ordered = true
	return ix
}

// NewSortedUnique is NewSorted with unique values.
func NewSortedUnique(parts ...Part) *Index {
	ix := NewSorted(parts...)
	ix.def.unique = true
	return ix
}

// Named returns the index under another name.
func (ix *Index) Named(name string) *Index {
	ix.def.name = name
	return ix
}

// values appends the values of a record, false if it lacks one.
func (d *indexDef) values(buf []scalar, r *row) ([]scalar, bool) {
	for _, a := range d.attrs {
		v, ok := a.get(r)
		if !ok {
			return nil, false
		}
		buf = append(buf, v)
	}
	return buf, true
}

// has reports whether a record has certain values in the first fields.
func (d *indexDef) has(r *row, values []scalar) bool {
	for i := range values {
		if !d.attrs[i].is(r, values[i]) {
			return false
		}
	}
	return true
}

// same reports whether an index sees no difference between two records.
func (d *indexDef) same(a, b *row) bool {
	for _, attr := range d.attrs {
		if !attr.same(a, b) {
			return false
		}
	}
	return true
}

// boxed returns the value of a record for an error: a list with one for each
// field of a compound index.
func (d *indexDef) boxed(r *row) any {
	all := make([]any, len(d.attrs))
	for i, a := range d.attrs {
		v, _ := a.get(r)
		all[i] = a.box(v)
	}
	if len(all) == 1 {
		return all[0]
	}
	return all
}

// fewFields is the number of fields up to which the values of an index need no
// allocation.
const fewFields = 4

// index is an index of one bucket. Its methods need the store's lock: shared
// to look up, exclusive to change.
type index interface {
	lookup
	// insert adds the record that lies at a slot, remove takes it out while it
	// still does; p is its position.
	insert(slot uint32, r *row, p position)
	remove(slot uint32, r *row, p position)
	// move follows a record to another slot, at the same place in bucket order.
	// Both slots are valid.
	move(old, slot uint32, r *row, p position)
	// taken returns the slot of the record that has r's values in a unique
	// index; self is the slot of r itself, or none. It is for who has the lock alone.
	taken(r *row, self uint32, p position) (slot uint32, ok bool)
	// position finds out where a record belongs, or does. prefetch asks the processor
	// for that place, and prefetchNext, when it is there, for what an insert goes on to.
	position(r *row) position
	prefetch(p position)
	prefetchNext(p position)
	// touchAll brings up to readAhead positions into the processor's cache, and goes on to
	// what is changed there: at the slots, or at the end if those are nil.
	touchAll(all []position, slots []uint32)
}

// position is where a record belongs in an index that looks values up by their hash,
// and is that hash; it is kept beside the record, since it takes a look at each string.
type position uint32

// nowhere is the position of a record that lacks a value, and of all records in a
// sorted index, which finds its place by the values.
const nowhere position = 0

func (d *indexDef) position(h *hasher, r *row) position {
	if len(d.attrs) == 1 { // as most have
		v, ok := d.attrs[0].get(r)
		if !ok {
			return nowhere
		}
		return position(h.hash(v))
	}
	var x uint64
	for i, a := range d.attrs {
		v, ok := a.get(r)
		if !ok {
			return nowhere
		}
		x = h.extend(x, i, v)
	}
	return position(shorten(x))
}

// lookup is what a query asks of an index.
type lookup interface {
	define() *indexDef
	// size is the number of records that have a value.
	size() int
	// count counts the records of a part.
	count(p part) int
	// slots yields the slots of a part while the lock is held, frozen as long as
	// the records are: in bucket order if the part is of one value, else in no
	// order.
	slots(p part) iter.Seq[uint32]
	frozen(p part, held slab.Snapshot) iter.Seq[uint32]
}

// sortedLookup is an index that knows the order of its values.
type sortedLookup interface {
	lookup
	// walk yields the slots of a part in the order of the first n fields, and
	// with each whether its values there differ from those before. With n all
	// fields of the index, equal ones are in bucket order and all are said to
	// differ. Without held it needs the lock, else the walk is frozen.
	walk(p part, n int, desc bool, held *slab.Snapshot) iter.Seq2[uint32, bool]
}

// part is a part of an index: the records that have certain values.
type part struct {
	// equal are the values of the leading fields.
	equal []scalar
	// spans all hold for the field after those.
	spans []span
}

// lookups is what an index needs of its bucket.
type lookups struct {
	hasher
	records *slab.Slab
	// order is the bucket order of slots.
	order order
}

// rows finds the record of a slot.
type rows interface{ Get(slot uint32) *row }

func (d *indexDef) open(in *lookups) index {
	switch {
	case d.ordered:
		return newSortedIndex(d, in)
	case d.unique:
		return &uniqueIndex{def: d, in: in}
	default:
		return &postingIndex{def: d, in: in}
	}
}
