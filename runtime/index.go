package noex

import (
	"cmp"
	"hash/maphash"
	"iter"
	"reflect"
	"slices"
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
	// several. If V is a struct with one field for each, in the same order, a
	// sorted index also serves conditions on the leading ones alone.
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
	lookup
	definition() IndexDef[R]
	insert(slot uint32, r *R)
	remove(slot uint32, r *R)
	update(slot uint32, old, r *R)
	// taken returns the slot of the record that has r's value in a unique
	// index; self is the slot of r itself, or none.
	taken(r *R, self uint32) (slot uint32, ok bool)
	// value returns r's value, false if it has none.
	value(r *R) (any, bool)
}

// lookup is what a query asks of an index.
type lookup interface {
	describe() indexInfo
	// size is the number of records that have a value.
	size() int
	// count counts the records of a part.
	count(p part) int
	// slots yields the slots of a part while the lock is held, frozen at any
	// time after it: in bucket order if the part is of one value, else in no
	// order.
	slots(p part) iter.Seq[uint32]
	frozen(p part) iter.Seq[uint32]
}

// sortedLookup is an index that knows the order of its values.
type sortedLookup interface {
	lookup
	// walk yields the slots of a part in the order of the first n fields, and
	// with each whether its values there differ from those before. With n all
	// fields of the index, equal ones are in bucket order and all are said to
	// differ. It needs the lock unless it is to be frozen.
	walk(p part, n int, desc, frozen bool) iter.Seq2[uint32, bool]
}

// part is a part of an index: the records that have certain values.
type part struct {
	// equal are the values of the leading fields, or one value of all fields
	// together.
	equal []any
	// spans all hold for the field after those.
	spans []span
}

// valueOf returns the value of a record for an error: a list with one for each
// field of a compound index.
func valueOf[R any](ix index[R], r *R) any {
	v, _ := ix.value(r)
	if fields := ix.describe().fields; len(fields) > 1 {
		values := make([]any, len(fields))
		for i := range values {
			values[i] = reflect.ValueOf(v).Field(i).Interface()
		}
		return values
	}
	return v
}

type indexInfo struct {
	name    string
	fields  []string
	unique  bool
	ordered bool
	// leading is set if a part may be about the leading fields alone.
	leading bool
}

// lookups is what an index needs of its bucket.
type lookups[R any] struct {
	record func(slot uint32) *R
	seed   maphash.Seed
	// order compares two slots by bucket order.
	order func(a, b uint32) int
}

func (ix *Index[R, V]) define(t *lookups[R]) index[R] {
	switch {
	case ix.Compare != nil:
		return newSortedIndex(ix, t)
	case ix.Unique:
		return &uniqueIndex[R, V]{def: ix, in: t}
	default:
		return &postingIndex[R, V]{def: ix, in: t}
	}
}

func (ix *Index[R, V]) info() indexInfo {
	return indexInfo{name: ix.Name, fields: ix.Fields, unique: ix.Unique, ordered: ix.Compare != nil}
}

// value makes a value of what a part says of the leading fields, or of all
// fields together; zero fills the others.
func (ix *Index[R, V]) value(leading []any, zero []any) V {
	if len(leading) == 1 {
		if v, ok := leading[0].(V); ok {
			return v
		}
	}
	if len(leading) < len(zero) {
		leading = append(slices.Clip(leading), zero[len(leading):]...)
	}
	return ix.FromFields(leading)
}

// zeros returns the zero value of each field, nil where V is not a struct of
// them: then the index is of no use for a part of its fields.
func (ix *Index[R, V]) zeros() []any {
	t := reflect.TypeFor[V]()
	if len(ix.Fields) < 2 || t.Kind() != reflect.Struct || t.NumField() != len(ix.Fields) {
		return nil
	}
	out := make([]any, t.NumField())
	for i := range out {
		out[i] = reflect.Zero(t.Field(i).Type).Interface()
	}
	return out
}

func hash32[V comparable](seed maphash.Seed, v V) uint32 {
	return uint32(maphash.Comparable(seed, v) >> 32)
}
