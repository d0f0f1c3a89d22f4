package noex

import (
	"cmp"
	"hash/maphash"
	"time"
)

// IndexDef is an index of records of type R, whatever its values are. Only
// [*Index] implements it.
type IndexDef[R any] interface {
	define(t *lookups[R]) index[R]
}

// Index describes an index of records of type R by values of type V. It is
// read only once the first store is open, and serves any number of them.
type Index[R any, V comparable] struct {
	// Name is the name of the index.
	Name string
	// Fields are the names of the indexed fields.
	Fields []string
	// Unique refuses a value that another record has.
	Unique bool
	// Get returns the value of a record, false if it has none: such a record
	// is not in the index.
	Get func(*R) (V, bool)
	// Compare orders two values by their first n fields; nil makes an index
	// that is looked up by equality only.
	Compare func(a, b V, n int) int
	// FromFields makes a value from one for each field, for an index of
	// several.
	FromFields func([]any) V
}

// Indexed is a field that can be indexed: every descriptor but those of lists
// and objects.
type Indexed[R any, V comparable] interface {
	indexed() Field[R, V]
}

// Sorted is an indexed field whose values have an order.
type Sorted[R any, V comparable] interface {
	Indexed[R, V]
	compare() func(a, b V) int
}

func (f Field[R, V]) indexed() Field[R, V] { return f }

func (f OrderedField[R, V]) compare() func(a, b V) int { return cmp.Compare[V] }

func (f TimeField[R]) compare() func(a, b time.Time) int { return time.Time.Compare }

// NewIndex describes an index of one field for lookups by equality.
func NewIndex[R any, V comparable](f Indexed[R, V]) *Index[R, V] {
	field := f.indexed()
	return &Index[R, V]{Name: field.name, Fields: []string{field.name}, Get: field.get}
}

// NewUnique describes a unique index of one field.
func NewUnique[R any, V comparable](f Indexed[R, V]) *Index[R, V] {
	ix := NewIndex(f)
	ix.Unique = true
	return ix
}

// NewSorted describes an index of one field that also serves ranges, prefixes
// and order.
func NewSorted[R any, V comparable](f Sorted[R, V]) *Index[R, V] {
	ix := NewIndex(f)
	compare := f.compare()
	ix.Compare = func(a, b V, _ int) int { return compare(a, b) }
	return ix
}

// NewSortedUnique is NewSorted with unique values.
func NewSortedUnique[R any, V comparable](f Sorted[R, V]) *Index[R, V] {
	ix := NewSorted(f)
	ix.Unique = true
	return ix
}

// index is an index of one bucket. Its methods need the store's lock: shared
// to look up, exclusive to change.
type index[R any] interface {
	definition() IndexDef[R]
	describe() indexInfo
	insert(slot uint32, r *R)
	remove(slot uint32, r *R)
	update(slot uint32, old, r *R)
	// taken returns the slot of the record that has r's value in a unique
	// index; self is the slot of r itself, or none.
	taken(r *R, self uint32) (slot uint32, ok bool)
	// value returns r's value, false if it has none.
	value(r *R) (any, bool)
	// slots appends the slots of the records with a value, in no order, and
	// count counts them. The value is that of the field, or of all fields.
	slots(to []uint32, value []any) []uint32
	count(value []any) int
}

func valueOf[R any](ix index[R], r *R) any {
	v, _ := ix.value(r)
	return v
}

type indexInfo struct {
	name    string
	fields  []string
	unique  bool
	ordered bool
}

// lookups is what an index needs of its bucket.
type lookups[R any] struct {
	record func(slot uint32) *R
	seed   maphash.Seed
}

func (ix *Index[R, V]) define(t *lookups[R]) index[R] {
	switch {
	case ix.Compare != nil:
		return newSortedIndex(ix)
	case ix.Unique:
		return &uniqueIndex[R, V]{def: ix, in: t}
	default:
		return newPostingIndex(ix)
	}
}

func (ix *Index[R, V]) definition() IndexDef[R] { return ix }

func (ix *Index[R, V]) info() indexInfo {
	return indexInfo{ix.Name, ix.Fields, ix.Unique, ix.Compare != nil}
}

func (ix *Index[R, V]) fromFields(values []any) V {
	if v, ok := values[0].(V); ok && len(values) == 1 {
		return v
	}
	return ix.FromFields(values)
}

func hash32[V comparable](seed maphash.Seed, v V) uint32 {
	return uint32(maphash.Comparable(seed, v) >> 32)
}
