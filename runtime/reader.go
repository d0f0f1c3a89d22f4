package noex

import (
	"iter"
	"unsafe"
)

// Reader reads a bucket with keys of type K and records of type R: the current
// state of a store, safe for concurrent use, or what a view or a transaction
// sees, for the function of that alone. Records it returns are the caller's
// own. Expired records are never seen.
type Reader[K Key, R any] struct{ s source }

// Get returns the record with the given key, and false if there is none.
//
// It is small enough to be inlined, so that the record is copied to where the caller has
// it, and not twice more on the way there: of 10,000 records a get takes a third less.
func (r *Reader[K, R]) Get(key K) (R, bool) {
	rec, ok := r.row(key)
	return *rec, ok
}

// row returns a record of which a plain copy is the caller's own, a zero one if there is
// none.
//
//go:noinline
func (r *Reader[K, R]) row(key K) (*R, bool) {
	t := r.s.t
	var rec *row
	if t.key.kind == scalarString && r.s.sn == nil {
		rec = t.living(t.getText(*(*string)(unsafe.Pointer(&key))))
	} else {
		rec = r.s.get(keyScalar(t.key.kind, key))
	}
	if rec == nil {
		return recordOf[R](t.none), false
	}
	return recordOf[R](t.own(rec)), true
}

// Len returns the number of records.
//
//go:noinline
func (r *Reader[K, R]) Len() int { return r.s.len() }

// All walks the records as they are when the walk begins, in bucket order:
// that of insertion, or of the keys in an ordered bucket. The loop body may
// write to the store.
func (r *Reader[K, R]) All() iter.Seq[R] { return copyWalk[R](r.s.t, &r.s) }

// First returns the first n records in bucket order, all if there are fewer,
// and none if n <= 0.
func (r *Reader[K, R]) First(n int) []R { return copyAll[R](r.s.t, r.s.first(n)) }

// Last returns the last n records in bucket order, all if there are fewer, and
// none if n <= 0.
func (r *Reader[K, R]) Last(n int) []R { return copyAll[R](r.s.t, r.s.last(n)) }

// PageRequest asks for a page of a bucket.
type PageRequest[K Key] struct {
	// After is the cursor to go on from: the NextCursor of the page before.
	// Absent begins at the first record.
	After Opt[K]
	// Limit is the most records to return; none if it is <= 0.
	Limit int
}

// Page is a part of a bucket in bucket order.
type Page[R any, K Key] struct {
	// Records are the records of the page.
	Records []R
	// HasMore reports whether records follow.
	HasMore bool
	// NextCursor is the key of the last record, absent in an empty page.
	NextCursor Opt[K]
}

// Paginate returns the records that follow a cursor. It goes on where the
// record of the cursor stood even if that was deleted meanwhile; in a bucket in
// insertion order that is so for the cursors and the keys the store saw last
// (at least 32,768 and 4,096 of them). The page after an unknown cursor is
// empty.
//
//go:noinline
func (r *Reader[K, R]) Paginate(req PageRequest[K]) (page Page[R, K]) {
	after, has := req.After.Get()
	found, more := r.s.pageRows(keyScalar(r.s.t.key.kind, after), has, req.Limit)
	page.Records, page.HasMore = copyAll[R](r.s.t, found), more
	if n := len(found); n > 0 {
		page.NextCursor = Some(primary[K](r.s.t, found[n-1]))
	}
	return page
}

func primary[K Key](t *table, r *row) K { return valueOf[K](t.key.kind, t.keyOf(r)) }

// FindOne returns the record that has values in a unique index, and false with a zero one
// if there is none. A plain copy of the record is the caller's own; the record is not.
//
//go:noinline
func FindOne[K Key, R any](r *Reader[K, R], ix *Index, values ...Value) (*R, bool) {
	t := r.s.t
	rec := r.s.findOne(ix.def, scalarsOf(values))
	if rec == nil {
		return recordOf[R](t.none), false
	}
	return recordOf[R](t.own(rec)), true
}

// FindText is FindOne for an index of one string. A get by it takes two fifths less.
//
//go:noinline
func FindText[K Key, R any](r *Reader[K, R], ix *Index, text string) (*R, bool) {
	t := r.s.t
	var rec *row
	if r.s.sn == nil {
		rec = t.living(t.findText(ix.def, text))
	} else {
		rec = r.s.findOne(ix.def, []scalar{{s: text}})
	}
	if rec == nil {
		return recordOf[R](t.none), false
	}
	return recordOf[R](t.own(rec)), true
}

// FindAll returns the records that have values in an index, in bucket order.
//
//go:noinline
func FindAll[K Key, R any](r Reader[K, R], ix *Index, values ...Value) []R {
	return copyAll[R](r.s.t, r.s.findAll(ix.def, scalarsOf(values)))
}

// CountAll returns the number of records that have values in an index.
//
//go:noinline
func CountAll[K Key, R any](r Reader[K, R], ix *Index, values ...Value) int {
	return r.s.countAll(ix.def, scalarsOf(values))
}
