package noex

import (
	"iter"
	"slices"
	"unsafe"
)

// Query is a question about a bucket of records of type R. Its methods that
// return a Query change it and return it; the others evaluate it anew against
// the current state. A Query belongs to one goroutine.
type Query[R any] struct{ q query }

// Where begins a query for the records for which all of preds hold, for all
// records if there are none.
func (r *Reader[K, R]) Where(preds ...Pred[R]) *Query[R] {
	q := new(Query[R])
	q.q.begin(r.s, unsafe.Slice((*pred)(unsafe.Pointer(unsafe.SliceData(preds))), len(preds)))
	return q
}

// OrderBy sorts the result by the orders given, the first one first. Records
// that are equal in all of them stay in bucket order.
func (q *Query[R]) OrderBy(orders ...Order[R]) *Query[R] {
	q.q.orderBy(unsafe.Slice((*ordering)(unsafe.Pointer(unsafe.SliceData(orders))), len(orders)))
	return q
}

// Limit returns at most n records; none if n is negative.
func (q *Query[R]) Limit(n int) *Query[R] {
	q.q.limit = max(n, 0)
	return q
}

// Offset leaves out the first n records of the result.
func (q *Query[R]) Offset(n int) *Query[R] {
	q.q.offset = max(n, 0)
	return q
}

// All returns copies of the records.
//
//go:noinline
func (q *Query[R]) All() []R {
	f := q.q.result()
	if len(f.rows) > 0 {
		return copyAll[R](f.t, f.rows)
	}
	var out []R
	if f.n > 0 {
		out = make([]R, 0, f.n)
	}
	f.all()(func(r *row) bool {
		out = append(out, *recordOf[R](f.t.own(r)))
		return true
	})
	return out
}

// Iter yields copies of the records as they are when the walk begins. The loop
// body may write to the store.
func (q *Query[R]) Iter() iter.Seq[R] { return copyWalk[R](q.q.from.t, &q.q) }

// One returns the first record, and false if there is none.
//
//go:noinline
func (q *Query[R]) One() (found R, ok bool) {
	if r := q.q.from.t.own(q.q.one()); r != nil {
		found, ok = *recordOf[R](r), true
	}
	return found, ok
}

// Count returns the number of records, after Offset and Limit.
func (q *Query[R]) Count() int { return q.q.count() }

// Explain says which indexes serve the query, how many records they leave to
// be looked at, what is tested on each of them and whether they are sorted. It
// describes the walk over the records; what is said to be counted without
// records is so by Count.
func (q *Query[R]) Explain() string { return q.q.explain() }

// query is a [Query] of rows.
type query struct {
	from source
	// first is the first condition, if it has an op, and rest are the others:
	// so a query for one condition need not be allocated.
	first  pred
	rest   []pred
	orders []ordering
	limit  int // -1: none
	offset int
}

// source is what a query reads: a bucket, or what a snapshot sees of it.
type source struct {
	t  *table
	sn *Snapshot // nil: the current state
}

// view is the view of the bucket in the snapshot, nil without one.
func (r source) view() *view {
	if r.sn == nil {
		return nil
	}
	return r.sn.view(r.t)
}

// ask is what a query wants of its source.
type ask struct {
	preds  []pred
	orders []ordering
	// need is how many records will be taken at most; -1: all.
	need int
}

// found are the records that match: a list, or what yields them. They are in bucket
// order, or in the order asked for if that was no more work.
type found struct {
	t      *table
	rows   []*row
	recs   iter.Seq[*row]
	sorted bool
	// n is their number where it is known, else 0.
	n int
	// release is for who does not walk recs, which releases what it holds itself.
	release func()
}

// list makes rows what was found.
func (f *found) list(rows []*row) { f.rows, f.n = rows, len(rows) }

// all yields what was found.
func (f *found) all() iter.Seq[*row] {
	if f.recs == nil {
		return f.t.touched(f.rows)
	}
	return f.recs
}

func newQuery(from source, preds []pred) (q query) {
	q.begin(from, preds)
	return q
}

//go:noinline
func (q *query) begin(from source, preds []pred) {
	q.from, q.limit = from, -1
	if len(preds) > 0 {
		q.first, q.rest = preds[0], slices.Clone(preds[1:])
	}
}

//go:noinline
func (q *query) orderBy(orders []ordering) { q.orders = slices.Clone(orders) }

func (q *query) explain() string { return q.from.explain(q.ask(q.orders)) }

// preds are the conditions in the form that plans are made for.
func (q *query) preds() []pred {
	if q.first.op == 0 {
		return nil
	}
	return conjuncts(append([]pred{q.first}, q.rest...))
}

func (q *query) one() *row {
	if q.limit != 0 {
		one := *q
		one.limit = 1
		for r := range one.matches() {
			return r
		}
	}
	return nil
}

func (q *query) count() int {
	if len(q.rest) == 0 && q.first.op == opEq && !q.windowed() {
		if n, ok := q.from.countEqual(&q.first); ok {
			return n
		}
	}
	if q.limit == 0 {
		return 0
	}
	asked := *q // a copy, so that q stays off the heap for what is fast
	n := max(asked.from.count(asked.preds(), asked.need())-asked.offset, 0)
	if q.limit > 0 {
		n = min(n, q.limit)
	}
	return n
}

func (q *query) ask(orders []ordering) ask { return ask{q.preds(), orders, q.need()} }

func (q *query) windowed() bool { return q.limit >= 0 || q.offset > 0 }

// need is how many records there have to be for the window.
func (q *query) need() int {
	if q.limit < 0 {
		return -1
	}
	return q.offset + q.limit
}

// matches yields the records of the result.
func (q *query) matches() iter.Seq[*row] {
	f := q.result()
	return f.all()
}

func (q *query) walk() iter.Seq[*row] { return q.matches() }

// members yields the records of the result in no order.
func (q *query) members() iter.Seq[*row] {
	if q.windowed() {
		return q.matches()
	}
	f := q.from.find(q.ask(nil))
	return f.all()
}

// result returns the records of the result.
func (q *query) result() (f found) {
	switch {
	case q.limit == 0:
		return found{t: q.from.t}
	case len(q.orders) > 0:
		f = q.sorted(q.orders, q.need())
	default:
		f = q.from.find(q.ask(nil))
	}
	if q.windowed() {
		q.cut(&f)
	}
	return f
}

// sorted returns the first of the matching records in an order, all of them if
// need is negative.
func (q *query) sorted(orders []ordering, need int) found {
	f := q.from.find(ask{q.preds(), orders, need})
	if f.sorted {
		return f
	}
	sorted := found{t: f.t}
	sorted.list(sortFirst(f.all(), need, compareBy(orders)))
	return sorted
}

// cut leaves what is in the window.
func (q *query) cut(f *found) {
	from := min(q.offset, f.n)
	to := f.n
	if q.limit >= 0 {
		to = min(to, from+q.limit)
	}
	if f.recs == nil {
		f.list(f.rows[from:to])
		return
	}
	recs := f.recs
	f.n = to - from
	f.recs = func(yield func(*row) bool) {
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
