package noex

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// drawer makes random records and questions. It draws from few values, so that
// many are equal.
type drawer struct{ *rand.Rand }

var (
	someNames = []string{
		"", "a", "a\x00", "ab", "abc", "b", "ba", "\xff", "\xff\xffx", "z",
		"alike to here", "alike to here\x00", "alike to here and on", "alike to here and over", // longer than what an entry of an index holds
	}
	someScores = []float64{math.Copysign(0, -1), 0, -1.5, 0.5, 2, 3, 1e9, math.Inf(-1), math.Inf(1)}
	someTags   = []string{"x", "y", "z"}
)

func (d drawer) oneIn(n int) bool { return d.IntN(n) == 0 }

func (d drawer) group() int64 { return int64(d.IntN(5)) - 1 }

func (d drawer) name() string { return someNames[d.IntN(len(someNames))] }

func (d drawer) score() float64 { return someScores[d.IntN(len(someScores)-2)] }

func (d drawer) day() time.Time {
	day := time.Date(2024, 2, 27+d.IntN(5), 0, 0, 0, 0, time.UTC)
	if d.oneIn(2) {
		return day.In(time.FixedZone("elsewhere", 3600))
	}
	return day
}

func maybe[T any](d drawer, v T) Opt[T] {
	switch d.IntN(6) {
	case 0:
		return Opt[T]{}
	case 1:
		return Null[T]()
	default:
		return Some(v)
	}
}

func (d drawer) item(id int64) item {
	r := item{
		ID: id, Group: maybe(d, d.group()), Name: d.name(), Score: maybe(d, d.score()),
		Day: maybe(d, d.day()), Active: d.oneIn(2), Serial: maybe(d, id),
	}
	if d.oneIn(3) {
		r.Tags = someTags[:d.IntN(4)]
	}
	return r
}

// asked draws a question.
func (d drawer) asked() asked {
	a := asked{limit: -1}
	var parts []string
	var tests []func(*item) bool
	for range d.IntN(4) {
		p, match := d.pred(2)
		a.preds = append(a.preds, p)
		tests = append(tests, match)
		parts = append(parts, p.String())
	}
	a.match = func(r *item) bool {
		for _, test := range tests {
			if !test(r) {
				return false
			}
		}
		return true
	}
	for range [...]int{0, 0, 0, 1, 1, 1, 2, 3}[d.IntN(8)] {
		o, compare := d.order()
		a.orders = append(a.orders, o)
		a.compare = append(a.compare, compare)
	}
	if d.oneIn(2) {
		a.limit = d.IntN(12)
	}
	if d.oneIn(3) {
		a.offset = d.IntN(8)
	}
	a.text = fmt.Sprintf("%s limit %d offset %d", strings.Join(parts, "; "), a.limit, a.offset)
	return a
}

// pred draws a condition and what it means.
func (d drawer) pred(depth int) (Pred[item], func(*item) bool) {
	if depth > 0 && d.oneIn(4) {
		n := d.IntN(4)
		var ps []Pred[item]
		var tests []func(*item) bool
		for range n {
			p, test := d.pred(depth - 1)
			ps, tests = append(ps, p), append(tests, test)
		}
		switch {
		case d.oneIn(3):
			return And(ps...), func(r *item) bool {
				return !slices.ContainsFunc(tests, func(test func(*item) bool) bool { return !test(r) })
			}
		case d.oneIn(2) || n == 0:
			return Or(ps...), func(r *item) bool {
				return slices.ContainsFunc(tests, func(test func(*item) bool) bool { return test(r) })
			}
		default:
			return Not(ps[0]), func(r *item) bool { return !tests[0](r) }
		}
	}
	switch d.IntN(8) {
	case 0:
		return ordered(d, ofNumbers(items.ID), int64(d.IntN(40)), int64(d.IntN(40)), func(r *item) (int64, bool) { return r.ID, true })
	case 1:
		return ordered(d, ofNumbers(items.Group), d.group(), d.group(), func(r *item) (int64, bool) { return r.Group.Get() })
	case 2:
		if d.oneIn(3) {
			prefix := d.name()
			return items.Name.HasPrefix(prefix), func(r *item) bool { return strings.HasPrefix(r.Name, prefix) }
		}
		return ordered(d, ofStrings(items.Name), d.name(), d.name(), func(r *item) (string, bool) { return r.Name, true })
	case 3:
		v := someScores[d.IntN(len(someScores))]
		return ordered(d, ofNumbers(items.Score), v, d.score(), func(r *item) (float64, bool) { return r.Score.Get() })
	case 4:
		return d.dated()
	case 5:
		v := d.oneIn(2)
		return items.Active.Eq(v), func(r *item) bool { return r.Active == v }
	case 6:
		return ordered(d, ofNumbers(items.Serial), int64(d.IntN(40)), int64(d.IntN(40)), func(r *item) (int64, bool) { return r.Serial.Get() })
	default:
		tag := someTags[d.IntN(len(someTags))]
		if d.oneIn(2) {
			return items.Tags.IsSet(), func(r *item) bool { return r.Tags != nil }
		}
		return items.Tags.Contains(tag), func(r *item) bool { return slices.Contains(r.Tags, tag) }
	}
}

// comparisons are the conditions that fields with an order have.
type comparisons[V any] struct {
	Eq, Ne         func(V) Pred[item]
	In             func(...V) Pred[item]
	Lt, Le, Gt, Ge func(V) Pred[item]
	Between        func(lo, hi V) Pred[item]
	IsSet          func() Pred[item]
}

func ofNumbers[V ~int64 | ~float64](f *NumberField[item, V]) comparisons[V] {
	return comparisons[V]{f.Eq, f.Ne, f.In, f.Lt, f.Le, f.Gt, f.Ge, f.Between, f.IsSet}
}

func ofStrings(f *StringField[item, string]) comparisons[string] {
	return comparisons[string]{f.Eq, f.Ne, f.In, f.Lt, f.Le, f.Gt, f.Ge, f.Between, f.IsSet}
}

// ordered draws a condition on a field with an order.
func ordered[V cmp.Ordered](d drawer, f comparisons[V], v, w V, get func(*item) (V, bool)) (Pred[item], func(*item) bool) {
	when := func(test func(x V) bool) func(*item) bool {
		return func(r *item) bool {
			x, ok := get(r)
			return ok && test(x)
		}
	}
	switch d.IntN(10) {
	case 0:
		return f.Ne(v), func(r *item) bool { x, ok := get(r); return !ok || x != v }
	case 1:
		return f.Lt(v), when(func(x V) bool { return x < v })
	case 2:
		return f.Le(v), when(func(x V) bool { return x <= v })
	case 3:
		return f.Gt(v), when(func(x V) bool { return x > v })
	case 4:
		return f.Ge(v), when(func(x V) bool { return x >= v })
	case 5:
		return f.Between(v, w), when(func(x V) bool { return v <= x && x <= w })
	case 6:
		some := []V{v, w, v}[:d.IntN(4)]
		return f.In(some...), when(func(x V) bool { return slices.Contains(some, x) })
	case 7:
		return f.IsSet(), when(func(V) bool { return true })
	default:
		return f.Eq(v), when(func(x V) bool { return x == v })
	}
}

// dated draws a condition on a date, which is compared as an instant.
func (d drawer) dated() (Pred[item], func(*item) bool) {
	v, w := d.day(), d.day()
	when := func(test func(x time.Time) bool) func(*item) bool {
		return func(r *item) bool {
			x, ok := r.Day.Get()
			return ok && test(x)
		}
	}
	switch d.IntN(8) {
	case 0:
		return items.Day.Lt(v), when(func(x time.Time) bool { return x.Before(v) })
	case 1:
		return items.Day.Ge(v), when(func(x time.Time) bool { return !x.Before(v) })
	case 2:
		return items.Day.Between(v, w), when(func(x time.Time) bool { return !x.Before(v) && !x.After(w) })
	case 3:
		return items.Day.In(v, w, v.UTC()), when(func(x time.Time) bool { return x.Equal(v) || x.Equal(w) })
	case 4:
		return items.Day.IsSet(), when(func(time.Time) bool { return true })
	case 5:
		return items.Day.Ne(v), func(r *item) bool { x, ok := r.Day.Get(); return !ok || !x.Equal(v) }
	case 6:
		return items.Day.Le(v), when(func(x time.Time) bool { return !x.After(v) })
	default:
		return items.Day.Eq(v), when(func(x time.Time) bool { return x.Equal(v) })
	}
}

func (d drawer) order() (Order[item], func(a, b *item) int) {
	desc := d.oneIn(2)
	switch d.IntN(5) {
	case 0:
		return direct(desc, items.ID.Asc, items.ID.Desc), by(desc, cmp.Compare[int64], func(r *item) (int64, bool) { return r.ID, true })
	case 1:
		return direct(desc, items.Group.Asc, items.Group.Desc), by(desc, cmp.Compare[int64], func(r *item) (int64, bool) { return r.Group.Get() })
	case 2:
		return direct(desc, items.Name.Asc, items.Name.Desc), by(desc, cmp.Compare[string], func(r *item) (string, bool) { return r.Name, true })
	case 3:
		return direct(desc, items.Score.Asc, items.Score.Desc), by(desc, cmp.Compare[float64], func(r *item) (float64, bool) { return r.Score.Get() })
	default:
		return direct(desc, items.Day.Asc, items.Day.Desc), by(desc, time.Time.Compare, func(r *item) (time.Time, bool) { return r.Day.Get() })
	}
}

func direct(desc bool, ascending, descending func() Order[item]) Order[item] {
	if desc {
		return descending()
	}
	return ascending()
}

// by compares by a value, records without one last.
func by[V any](desc bool, compare func(a, b V) int, get func(*item) (V, bool)) func(a, b *item) int {
	return func(a, b *item) int {
		x, hasX := get(a)
		y, hasY := get(b)
		if !hasX || !hasY {
			return compareBool(hasY, hasX)
		}
		if desc {
			x, y = y, x
		}
		return compare(x, y)
	}
}
