package noex

import (
	"fmt"
	"iter"
	"slices"
	"strings"
)

// op is what a predicate does.
type op uint8

const (
	opEq op = iota + 1
	opNe
	opIn
	opLt
	opLe
	opGt
	opGe
	opBetween
	opPrefix
	opContains
	opIsSet
	opAnd
	opOr
	opNot
)

var opNames = [...]string{
	opEq: "=", opNe: "!=", opIn: "in", opLt: "<", opLe: "<=", opGt: ">", opGe: ">=", opBetween: "between",
	opPrefix: "has prefix", opContains: "contains", opIsSet: "is set", opAnd: "and", opOr: "or", opNot: "not",
}

// Pred is a condition on records of type R, made by field descriptors and by
// [And], [Or] and [Not]. It is a plain value, safe for concurrent use.
type Pred[R any] struct {
	op    op
	field string
	args  []any
	subs  []Pred[R]
	match func(*R) bool
	// value returns what Eq compares.
	value func(*R) (any, bool)
	// index is the index whose value the condition is about, of any number of
	// fields; nil for a condition on a field.
	index IndexDef[R]
}

// And holds for records for which all of ps hold; with none it always holds.
func And[R any](ps ...Pred[R]) Pred[R] {
	ps = slices.Clone(ps)
	return Pred[R]{op: opAnd, subs: ps, match: func(r *R) bool { return matchAll(ps, r) }}
}

// Or holds for records for which one of ps holds; with none it never holds.
func Or[R any](ps ...Pred[R]) Pred[R] {
	ps = slices.Clone(ps)
	return Pred[R]{op: opOr, subs: ps, match: func(r *R) bool {
		return slices.ContainsFunc(ps, func(p Pred[R]) bool { return p.match(r) })
	}}
}

// Not holds for records for which p does not.
func Not[R any](p Pred[R]) Pred[R] {
	return Pred[R]{op: opNot, subs: []Pred[R]{p}, match: func(r *R) bool { return !p.match(r) }}
}

func matchAll[R any](ps []Pred[R], r *R) bool {
	for i := range ps {
		if !ps[i].match(r) {
			return false
		}
	}
	return true
}

// String writes the condition in the manner of SQL.
func (p Pred[R]) String() string {
	switch p.op {
	case opAnd, opOr:
		parts := make([]string, len(p.subs))
		for i, sub := range p.subs {
			parts[i] = sub.String()
		}
		return "(" + strings.Join(parts, " "+opNames[p.op]+" ") + ")"
	case opNot:
		return "not " + p.subs[0].String()
	case opIsSet:
		return p.field + " is set"
	}
	args := make([]string, len(p.args))
	for i, arg := range p.args {
		args[i] = formatArg(arg)
	}
	return p.field + " " + opNames[p.op] + " " + strings.Join(args, ", ")
}

// Order is a sort order of records of type R, made by field descriptors.
type Order[R any] struct {
	field   string
	desc    bool
	compare func(a, b *R) int
}

func orderOf[R any, V comparable](f Field[R, V], compare func(a, b V) int, desc bool) Order[R] {
	return Order[R]{f.name, desc, func(a, b *R) int {
		x, hasX := f.get(a)
		y, hasY := f.get(b)
		switch {
		case !hasX && !hasY:
			return 0
		case !hasX:
			return 1
		case !hasY:
			return -1
		case desc:
			return compare(y, x)
		default:
			return compare(x, y)
		}
	}}
}

// bound is one end of a range.
type bound[V any] struct {
	v         V
	set       bool
	inclusive bool
}

func rangePred[R any, V comparable](f Field[R, V], compare func(a, b V) int, o op, lo, hi bound[V]) Pred[R] {
	var args []any
	if lo.set {
		args = append(args, lo.v)
	}
	if hi.set {
		args = append(args, hi.v)
	}
	return Pred[R]{op: o, field: f.name, args: args, match: func(r *R) bool {
		v, ok := f.get(r)
		return ok &&
			(!lo.set || below(compare(lo.v, v), lo.inclusive)) &&
			(!hi.set || below(compare(v, hi.v), hi.inclusive))
	}}
}

func below(c int, inclusive bool) bool { return c < 0 || inclusive && c == 0 }

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
	// candidates returns visible records, in bucket order, among which are all
	// those that match all of preds.
	candidates(preds []Pred[R]) iter.Seq[*R]
	// explain chooses how to find them.
	explain(preds []Pred[R]) plan
	copyOut(*R) R
}

// Where begins a query for the records for which all of preds hold, for all
// records if there are none.
func (r Reader[K, R]) Where(preds ...Pred[R]) *Query[R] {
	return &Query[R]{from: r, preds: slices.Clone(preds), limit: -1}
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
	var out []R
	for r := range q.matches() {
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
	for r := range q.matches() {
		return q.from.copyOut(r), true
	}
	var none R
	return none, false
}

// Count returns the number of records, after Offset and Limit.
func (q *Query[R]) Count() int {
	n := 0
	for range q.matches() {
		n++
	}
	return n
}

// Numeric is a field whose values are numbers.
type Numeric[R any] interface {
	number(*R) (float64, bool)
}

// Sum returns the sum of a field, 0 if no record has it.
func (q *Query[R]) Sum(f Numeric[R]) float64 {
	sum, _ := q.total(f)
	return sum
}

// Avg returns the mean of a field over the records that have it, 0 for none.
func (q *Query[R]) Avg(f Numeric[R]) float64 {
	sum, n := q.total(f)
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func (q *Query[R]) total(f Numeric[R]) (sum float64, n int) {
	for r := range q.matches() {
		if v, ok := f.number(r); ok {
			sum += v
			n++
		}
	}
	return sum, n
}

// Min returns the smallest value of a field, and false if no record has it.
func (q *Query[R]) Min(f Numeric[R]) (float64, bool) {
	return q.extreme(f, func(a, b float64) bool { return a < b })
}

// Max returns the largest value of a field, and false if no record has it.
func (q *Query[R]) Max(f Numeric[R]) (float64, bool) {
	return q.extreme(f, func(a, b float64) bool { return a > b })
}

func (q *Query[R]) extreme(f Numeric[R], better func(a, b float64) bool) (best float64, found bool) {
	for r := range q.matches() {
		if v, ok := f.number(r); ok && (!found || better(v, best)) {
			best, found = v, true
		}
	}
	return best, found
}

// Explain says which indexes serve the query.
func (q *Query[R]) Explain() string {
	p := q.from.explain(q.preds)
	var b strings.Builder
	b.WriteString(p.String())
	if len(q.preds) > 0 {
		fmt.Fprintf(&b, ", filter %s", And(q.preds...))
	}
	for i, o := range q.orders {
		if i == 0 {
			b.WriteString(", sort by ")
		} else {
			b.WriteString(", ")
		}
		b.WriteString(o.field)
		if o.desc {
			b.WriteString(" desc")
		}
	}
	return b.String()
}

// matches yields the records of the result.
func (q *Query[R]) matches() iter.Seq[*R] {
	return func(yield func(*R) bool) {
		if q.limit == 0 {
			return
		}
		found := q.from.candidates(q.preds)
		if len(q.orders) == 0 {
			q.window(func(yield func(*R) bool) {
				for r := range found {
					if matchAll(q.preds, r) && !yield(r) {
						return
					}
				}
			}, yield)
			return
		}
		var recs []*R
		for r := range found {
			if matchAll(q.preds, r) {
				recs = append(recs, r)
			}
		}
		slices.SortStableFunc(recs, func(a, b *R) int {
			for _, o := range q.orders {
				if c := o.compare(a, b); c != 0 {
					return c
				}
			}
			return 0
		})
		q.window(slices.Values(recs), yield)
	}
}

// window yields what offset and limit leave of a sequence.
func (q *Query[R]) window(recs iter.Seq[*R], yield func(*R) bool) {
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
