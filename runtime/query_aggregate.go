package noex

import "cmp"

// Numeric is a field whose values are numbers.
type Numeric[R any] interface {
	number(*R) (float64, bool)
	order(desc bool) Order[R]
}

func (f NumberField[R, V]) number(r *R) (float64, bool) {
	v, ok := f.get(r)
	return float64(v), ok
}

func (f NumberField[R, V]) order(desc bool) Order[R] {
	return orderOf(f.Field, cmp.Compare[V], desc)
}

// Sum returns the sum of a field, 0 if no record has it. [SumOf] is exact for
// integers.
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
	for r := range q.members() {
		if v, ok := f.number(r); ok {
			sum += v
			n++
		}
	}
	return sum, n
}

// Min returns the smallest value of a field, and false if no record has it.
// [MinOf] is exact for large integers.
func (q *Query[R]) Min(f Numeric[R]) (float64, bool) {
	return numberOf(f, q.best(f.order(false)))
}

// Max returns the largest value of a field, and false if no record has it.
// [MaxOf] is exact for large integers.
func (q *Query[R]) Max(f Numeric[R]) (float64, bool) {
	return numberOf(f, q.best(f.order(true)))
}

func numberOf[R any](f Numeric[R], r *R) (float64, bool) {
	if r == nil {
		return 0, false
	}
	return f.number(r)
}

// SumOf returns the sum of a field over the records of a query in the type of
// the field, 0 if no record has it. A sum of integers is exact unless it
// overflows, then it wraps around.
func SumOf[R any, V ~int64 | ~float64](q *Query[R], f NumberField[R, V]) V {
	var sum V
	for r := range q.members() {
		if v, ok := f.get(r); ok {
			sum += v
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
	field := f.indexed()
	if r := q.best(orderOf(field, f.compare(), desc)); r != nil {
		return field.get(r)
	}
	var none V
	return none, false
}

// best returns the record that comes first in an order among those of the
// result, nil if there is none.
func (q *Query[R]) best(o Order[R]) *R {
	if q.windowed() {
		var best *R
		for r := range q.matches() {
			if best == nil || o.compare(r, best) < 0 {
				best = r
			}
		}
		return best
	}
	for r := range q.sorted([]Order[R]{o}, 1) {
		return r
	}
	return nil
}
