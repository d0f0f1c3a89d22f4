package noex

import "time"

// Numeric is a field whose values are numbers.
type Numeric[R any] interface {
	numeric(*R) *attr
}

// Sorted is a field whose values have an order.
type Sorted[R any, V comparable] interface {
	sorted(*R, V) *attr
}

func (f *NumberField[R, V]) numeric(*R) *attr { return f.Part.a }

func (f *NumberField[R, V]) sorted(*R, V) *attr { return f.Part.a }

func (f *StringField[R, V]) sorted(*R, V) *attr { return f.Part.a }

func (f *TimeField[R]) sorted(*R, time.Time) *attr { return f.Part.a }

// Sum returns the sum of a field, 0 if no record has it. [SumOf] is exact for
// integers.
func (q *Query[R]) Sum(f Numeric[R]) float64 { return q.q.sum(f.numeric(nil)) }

// Avg returns the mean of a field over the records that have it, 0 for none.
func (q *Query[R]) Avg(f Numeric[R]) float64 { return q.q.avg(f.numeric(nil)) }

// Min returns the smallest value of a field, and false if no record has it.
// [MinOf] is exact for large integers.
func (q *Query[R]) Min(f Numeric[R]) (float64, bool) { return q.q.extreme(f.numeric(nil), false) }

// Max returns the largest value of a field, and false if no record has it.
// [MaxOf] is exact for large integers.
func (q *Query[R]) Max(f Numeric[R]) (float64, bool) { return q.q.extreme(f.numeric(nil), true) }

// SumOf returns the sum of a field over the records of a query in the type of
// the field, 0 if no record has it. A sum of integers is exact unless it
// overflows, then it wraps around.
func SumOf[R any, V ~int64 | ~float64](q *Query[R], f *NumberField[R, V]) V {
	var sum V
	for r := range q.q.members() {
		if v, ok := f.Part.a.get(r); ok {
			sum += valueOf[V](f.Part.a.kind, v)
		}
	}
	return sum
}

// MinOf returns the smallest value of a field over the records of a query, and
// false if no record has it.
func MinOf[R any, V comparable](q *Query[R], f Sorted[R, V]) (V, bool) {
	return extremeOf(q, f, false)
}

// MaxOf returns the largest value of a field over the records of a query, and
// false if no record has it.
func MaxOf[R any, V comparable](q *Query[R], f Sorted[R, V]) (V, bool) {
	return extremeOf(q, f, true)
}

func extremeOf[R any, V comparable](q *Query[R], f Sorted[R, V], desc bool) (V, bool) {
	var none V
	a := f.sorted(nil, none)
	if v, ok := q.q.best(a, desc); ok {
		return valueOf[V](a.kind, v), true
	}
	return none, false
}

func (q *query) sum(a *attr) float64 {
	sum, _ := q.total(a)
	return sum
}

func (q *query) avg(a *attr) float64 {
	sum, n := q.total(a)
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

func (q *query) total(a *attr) (sum float64, n int) {
	for r := range q.members() {
		if v, ok := a.get(r); ok {
			sum += a.number(v)
			n++
		}
	}
	return sum, n
}

func (q *query) extreme(a *attr, desc bool) (float64, bool) {
	v, ok := q.best(a, desc)
	if !ok {
		return 0, false
	}
	return a.number(v), true
}

// number returns a value of a field of numbers.
func (a *attr) number(v scalar) float64 {
	if a.kind == scalarInt {
		return float64(v.int())
	}
	return v.float()
}

// best returns the value that comes first in an order among those of the
// result, false if there is none.
func (q *query) best(a *attr, desc bool) (scalar, bool) {
	o := ordering{a, desc}
	var best *row
	if q.windowed() {
		for r := range q.matches() {
			if best == nil || o.compare(r, best) < 0 {
				best = r
			}
		}
	} else {
		f := q.sorted([]ordering{o}, 1)
		for best = range f.all() {
			break
		}
	}
	if best == nil {
		return scalar{}, false
	}
	return a.get(best)
}
