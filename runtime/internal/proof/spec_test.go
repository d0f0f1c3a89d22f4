package proof

import (
	"strings"
	"time"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// spec says how a bucket of the test store is used, and what its definition
// means in terms of plain Go.
type spec[K noex.Key, R, I, P any] struct {
	name    string
	model   model[K, R]
	of      func(*Store) face[K, R, I, P]
	in      func(*Tx) face[K, R, I, P]
	at      func(*View) noex.Reader[K, R]
	feed    func(*Store) noex.Feed[K, R]
	keys    *rapid.Generator[K]
	input   func(*rapid.T, K) I
	expires func(*rapid.T, *I, noex.Millis) // nil: without ttl
	patch   func(*rapid.T) P
	// made returns the record that an input stands for, given what the store
	// stored, for the values it generates; false if it is not valid.
	made    func(in I, stored *R) (R, bool)
	expiry  func(I) noex.Opt[time.Time]
	patched func(r *R, p P) bool
	// rekey makes a record invalid by changing its key; auto reports whether
	// the store chooses the number of a record.
	rekey func(*R)
	auto  func(I) bool
	// conds and orders are what queries are made of, lookups the methods that
	// read an index.
	conds   func(*rapid.T) cond[R]
	orders  []order[R]
	numbers []number[R]
	lookups []lookup[K, R]
	// volatile buckets are empty after a restart.
	volatile bool
}

// face is a bucket of a store or of a transaction.
type face[K noex.Key, R, I, P any] struct {
	noex.Reader[K, R]
	noex.Writer[K, R, I, P]
}

// cond is a condition and what it means.
type cond[R any] struct {
	pred  noex.Pred[R]
	match func(*R) bool
}

type order[R any] struct {
	name    string
	order   noex.Order[R]
	compare func(a, b *R) int
}

type number[R any] struct {
	field noex.Numeric[R]
	get   func(*R) (float64, bool)
	// exact returns the aggregates in the type of the field.
	exact func(*noex.Query[R]) []float64
}

func numeric[R any, V ~int64 | ~float64](f *noex.NumberField[R, V], get func(*R) (V, bool)) number[R] {
	return number[R]{f, func(r *R) (float64, bool) {
		v, ok := get(r)
		return float64(v), ok
	}, func(q *noex.Query[R]) []float64 {
		low, _ := noex.MinOf(q, f)
		high, _ := noex.MaxOf(q, f)
		return []float64{float64(noex.SumOf(q, f)), float64(low), float64(high)}
	}}
}

// lookup reads an index by the values that a record has, counts there, and says what
// it should find; a value that the record lacks is the zero value. A unique one finds
// the first: in a transaction that will fail there may be more.
type lookup[K noex.Key, R any] struct {
	unique bool
	find   func(r noex.Reader[K, R], by *R) (got []R, count int, match func(*R) bool)
}

func listOf[K noex.Key, R any](find func(r noex.Reader[K, R], by *R) ([]R, int, func(*R) bool)) lookup[K, R] {
	return lookup[K, R]{false, find}
}

// equals is a condition on a field that may be absent.
func equals[R any, V comparable](eq func(V) noex.Pred[R], v V, get func(*R) (V, bool)) cond[R] {
	return cond[R]{eq(v), func(r *R) bool {
		x, ok := get(r)
		return ok && x == v
	}}
}

func differs[R any, V comparable](ne func(V) noex.Pred[R], v V, get func(*R) (V, bool)) cond[R] {
	return cond[R]{ne(v), func(r *R) bool {
		x, ok := get(r)
		return !ok || x != v
	}}
}

func isSet[R any, V comparable](set func() noex.Pred[R], get func(*R) (V, bool)) cond[R] {
	return cond[R]{set(), func(r *R) bool {
		_, ok := get(r)
		return ok
	}}
}

// bounds are the conditions that fields with an order have.
type bounds[R, V any] struct {
	Lt, Le, Gt, Ge func(V) noex.Pred[R]
	Between        func(lo, hi V) noex.Pred[R]
}

func ofNumbers[R any, V ~int64 | ~float64](f *noex.NumberField[R, V]) bounds[R, V] {
	return bounds[R, V]{f.Lt, f.Le, f.Gt, f.Ge, f.Between}
}

func ofStrings[R any, V ~string](f *noex.StringField[R, V]) bounds[R, V] {
	return bounds[R, V]{f.Lt, f.Le, f.Gt, f.Ge, f.Between}
}

func ofTimes[R any](f *noex.TimeField[R]) bounds[R, time.Time] {
	return bounds[R, time.Time]{f.Lt, f.Le, f.Gt, f.Ge, f.Between}
}

// ranges draws a condition on a field that has an order.
func ranges[R, V any](t *rapid.T, f bounds[R, V], draw func(*rapid.T) V, compare func(a, b V) int, get func(*R) (V, bool)) cond[R] {
	lo, hi := draw(t), draw(t)
	holds := func(fn func(v V) bool) func(*R) bool {
		return func(r *R) bool {
			v, ok := get(r)
			return ok && fn(v)
		}
	}
	switch rapid.IntRange(0, 4).Draw(t, "range") {
	case 0:
		return cond[R]{f.Lt(lo), holds(func(v V) bool { return compare(v, lo) < 0 })}
	case 1:
		return cond[R]{f.Le(lo), holds(func(v V) bool { return compare(v, lo) <= 0 })}
	case 2:
		return cond[R]{f.Gt(lo), holds(func(v V) bool { return compare(v, lo) > 0 })}
	case 3:
		return cond[R]{f.Ge(lo), holds(func(v V) bool { return compare(v, lo) >= 0 })}
	default:
		return cond[R]{f.Between(lo, hi), holds(func(v V) bool { return compare(v, lo) >= 0 && compare(v, hi) <= 0 })}
	}
}

// ascending is an order by a field, those without it last.
func ascending[R, V any](name string, asc func() noex.Order[R], compare func(a, b V) int, get func(*R) (V, bool)) order[R] {
	return order[R]{name + " asc", asc(), byField(compare, get)}
}

func descending[R, V any](name string, desc func() noex.Order[R], compare func(a, b V) int, get func(*R) (V, bool)) order[R] {
	return order[R]{name + " desc", desc(), byField(func(a, b V) int { return compare(b, a) }, get)}
}

func byField[R, V any](compare func(a, b V) int, get func(*R) (V, bool)) func(a, b *R) int {
	return func(a, b *R) int {
		x, hasX := get(a)
		y, hasY := get(b)
		switch {
		case hasX && hasY:
			return compare(x, y)
		case hasX:
			return -1
		case hasY:
			return 1
		}
		return 0
	}
}

// oneOf is a lookup of a unique value.
func oneOf[K noex.Key, R any](find func(r noex.Reader[K, R], by *R) (R, bool, func(*R) bool)) lookup[K, R] {
	return lookup[K, R]{true, func(r noex.Reader[K, R], by *R) ([]R, int, func(*R) bool) {
		rec, ok, match := find(r, by)
		if !ok {
			return nil, 0, match
		}
		return []R{rec}, 1, match
	}}
}

// opt draws a value that may be absent or null.
func opt[V any](t *rapid.T, name string, draw func(*rapid.T) V) noex.Opt[V] {
	switch rapid.IntRange(0, 3).Draw(t, name+" is") {
	case 0:
		return noex.Opt[V]{}
	case 1:
		return noex.Null[V]()
	default:
		return noex.Some(draw(t))
	}
}

// stored is what a record keeps of an optional input.
func stored[V any](v noex.Opt[V]) noex.Opt[V] {
	if v.IsSet() {
		return v
	}
	return noex.Opt[V]{}
}

// merged is what a record keeps of an optional field after a patch.
func merged[V any](old, p noex.Opt[V]) noex.Opt[V] {
	if p.IsSet() || p.IsNull() {
		return stored(p)
	}
	return old
}

func word(name string, words ...string) func(*rapid.T) string {
	g := rapid.SampledFrom(words)
	return func(t *rapid.T) string { return g.Draw(t, name) }
}

func integer(name string, lo, hi int64) func(*rapid.T) int64 {
	g := rapid.Int64Range(lo, hi)
	return func(t *rapid.T) int64 { return g.Draw(t, name) }
}

// prefixed is a condition on how a field begins.
func prefixed[R any](hasPrefix func(string) noex.Pred[R], prefix string, get func(*R) (string, bool)) cond[R] {
	return cond[R]{hasPrefix(prefix), func(r *R) bool {
		v, ok := get(r)
		return ok && strings.HasPrefix(v, prefix)
	}}
}
