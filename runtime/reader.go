package noex

import (
	"iter"
	"slices"
)

// Reader reads a bucket with keys of type K and records of type R: the current
// state of a store, safe for concurrent use, or what a view or a transaction
// sees, for the function of that alone. Records it returns are the caller's
// own. Expired records are never seen.
type Reader[K Key, R any] struct{ s source }

// Get returns the record with the given key, and false if there is none.
func (r *Reader[K, R]) Get(key K) (R, bool) {
	return foundCopy[R](r.s.t, r.s.get(keyScalar(r.s.t.key.kind, key)))
}

// Len returns the number of records.
func (r *Reader[K, R]) Len() int { return r.s.len() }

// All walks the records as they are when the walk begins, in bucket order:
// that of insertion, or of the keys in an ordered bucket. The loop body may
// write to the store.
func (r *Reader[K, R]) All() iter.Seq[R] {
	return func(yield func(R) bool) {
		for rec := range r.s.walk() {
			if !yield(copyOut[R](r.s.t, rec)) {
				return
			}
		}
	}
}

// First returns the first n records in bucket order, all if there are fewer,
// and none if n <= 0.
func (r *Reader[K, R]) First(n int) []R { return take[R](r.s.t, r.s.walk(), n) }

// Last returns the last n records in bucket order, all if there are fewer, and
// none if n <= 0.
func (r *Reader[K, R]) Last(n int) []R {
	out := take[R](r.s.t, r.s.walkBack(), n)
	slices.Reverse(out)
	return out
}

// take returns copies of the first n records of a walk.
func take[R any](t *table, walk iter.Seq[*row], n int) []R {
	if n <= 0 {
		return nil
	}
	var out []R
	for rec := range walk {
		if out = append(out, copyOut[R](t, rec)); len(out) == n {
			break
		}
	}
	return out
}

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
func (r *Reader[K, R]) Paginate(req PageRequest[K]) Page[R, K] {
	t := r.s.t
	var page Page[R, K]
	if req.Limit <= 0 {
		return page
	}
	after, has := req.After.Get()
	found, more := r.s.page(keyScalar(t.key.kind, after), has, req.Limit)
	for _, p := range found {
		page.Records = append(page.Records, copyOut[R](t, p.rec))
	}
	page.HasMore = more
	if n := len(found); n > 0 {
		page.NextCursor = Some(valueOf[K](t.key.kind, t.keyOf(found[n-1].rec)))
	}
	return page
}

// FindOne returns the record that has values in a unique index.
func FindOne[K Key, R any](r Reader[K, R], ix *Index[R], values ...Value) (R, bool) {
	return foundCopy[R](r.s.t, r.s.findOne(ix.def, scalarsOf(values)))
}

// FindAll returns the records that have values in an index, in bucket order.
func FindAll[K Key, R any](r Reader[K, R], ix *Index[R], values ...Value) []R {
	recs := r.s.findAll(ix.def, scalarsOf(values))
	out := make([]R, 0, len(recs))
	for rec := range r.s.t.touched(recs) {
		out = append(out, copyOut[R](r.s.t, rec))
	}
	return out
}
