package noex

import (
	"iter"
	"slices"
)

// Query is a question about a bucket of records of type R. Its methods that
// return a Query change it and return it; the others evaluate it anew against
// the current state. A Query belongs to one goroutine.
type Query[R any] struct {
	from   querySource[R]
	preds  []Pred[R]
	orders []Order[R]
	limit  int // -1: none
	offset int
}

// querySource is what a query reads: a bucket, or what a snapshot sees of it.
type querySource[R any] interface {
	find(ask[R]) found[R]
	// count returns the number of matching records, at least need if it stops
	// early; a negative need counts all.
	count(preds []Pred[R], need int) int
	explain(ask[R]) string
	copyOut(*R) R
}

// ask is what a query wants of its source.
type ask[R any] struct {
	preds  []Pred[R]
	orders []Order[R]
	// need is how many records will be taken at most; -1: all.
	need int
}

// found are the records that match. They are in bucket order, or in the order
// asked for if that was no more work.
type found[R any] struct {
	recs   iter.Seq[*R]
	sorted bool
	// n is their number where it is known, else 0.
	n int
}

// Where begins a query for the records for which all of preds hold, for all
// records if there are none.
func (r Reader[K, R]) Where(preds ...Pred[R]) *Query[R] {
	return &Query[R]{from: r, preds: slices.Clone(conjuncts(preds)), limit: -1}
}

// OrderBy sorts the result by the orders given, the first one first. Records
// that are equal in all of them stay in bucket order.
func (q *Query[R]) OrderBy(orders ...Order[R]) *Query[R] {
	q.orders = slices.Clone(orders)
	return q
}

// Limit returns at most n records; none if n is negative.
func (q *Query[R]) Limit(n int) *Query[R] {
	q.limit = max(n, 0)
	return q
}

// Offset leaves out the first n records of the result.
func (q *Query[R]) Offset(n int) *Query[R] {
	q.offset = max(n, 0)
	return q
}

// All returns copies of the records.
func (q *Query[R]) All() []R {
	recs, n := q.result()
	if n == 0 {
		var out []R
		for r := range recs {
			out = append(out, q.from.copyOut(r))
		}
		return out
	}
	out := make([]R, 0, n)
	for r := range recs {
		out = append(out, q.from.copyOut(r))
	}
	return out
}

// Iter yields copies of the records as they are when the walk begins. The loop
// body may write to the store.
func (q *Query[R]) Iter() iter.Seq[R] {
	return func(yield func(R) bool) {
		for r := range q.matches() {
			if !yield(q.from.copyOut(r)) {
				return
			}
		}
	}
}

// One returns the first record, and false if there is none.
func (q *Query[R]) One() (R, bool) {
	if q.limit != 0 {
		one := *q
		one.limit = 1
		for r := range one.matches() {
			return q.from.copyOut(r), true
		}
	}
	var none R
	return none, false
}

// Count returns the number of records, after Offset and Limit.
func (q *Query[R]) Count() int {
	if q.limit == 0 {
		return 0
	}
	n := max(q.from.count(q.preds, q.need())-q.offset, 0)
	if q.limit > 0 {
		n = min(n, q.limit)
	}
	return n
}

// Explain says which indexes serve the query, how many records they leave to
// be looked at, what is tested on each of them and whether they are sorted. It
// describes the walk over the records; what is said to be counted without
// records is so by Count.
func (q *Query[R]) Explain() string {
	return q.from.explain(ask[R]{q.preds, q.orders, q.need()})
}

func (q *Query[R]) windowed() bool { return q.limit >= 0 || q.offset > 0 }

// need is how many of the first records the result depends on.
func (q *Query[R]) need() int {
	if q.limit < 0 {
		return -1
	}
	return q.offset + q.limit
}

// matches yields the records of the result, in its order.
func (q *Query[R]) matches() iter.Seq[*R] {
	recs, _ := q.result()
	return recs
}

// members yields the records of the result, in bucket order if that makes no
// difference to which they are.
func (q *Query[R]) members() iter.Seq[*R] {
	if q.windowed() {
		return q.matches()
	}
	return q.from.find(ask[R]{preds: q.preds, need: -1}).recs
}

// result returns the records of the result and, where it is known, their
// number.
func (q *Query[R]) result() (iter.Seq[*R], int) {
	switch {
	case q.limit == 0:
		return func(func(*R) bool) {}, 0
	case len(q.orders) > 0:
		return q.window(q.sorted(q.orders, q.need())), 0
	}
	f := q.from.find(ask[R]{preds: q.preds, need: q.need()})
	n := max(f.n-q.offset, 0)
	if q.limit > 0 {
		n = min(n, q.limit)
	}
	return q.window(f.recs), n
}

// sorted yields the first need records that match, in the order given.
func (q *Query[R]) sorted(orders []Order[R], need int) iter.Seq[*R] {
	f := q.from.find(ask[R]{q.preds, orders, need})
	if f.sorted {
		return f.recs
	}
	return slices.Values(sortFirst(f.recs, need, compareBy(orders)))
}

// window yields what offset and limit leave of a sequence.
func (q *Query[R]) window(recs iter.Seq[*R]) iter.Seq[*R] {
	if !q.windowed() {
		return recs
	}
	return func(yield func(*R) bool) {
		i := 0
		for r := range recs {
			i++
			if i <= q.offset {
				continue
			}
			if !yield(r) || q.limit >= 0 && i >= q.offset+q.limit {
				return
			}
		}
	}
}
