package noex

import (
	"iter"
	"slices"
)

// Order is a sort order of records of type R, made by field descriptors.
type Order[R any] struct {
	field   string
	desc    bool
	compare func(a, b *R) int
	// has reports whether a record has a value to be sorted by.
	has func(*R) bool
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
	}, func(r *R) bool {
		_, ok := f.get(r)
		return ok
	}}
}

func compareBy[R any](orders []Order[R]) func(a, b *R) int {
	if len(orders) == 1 {
		return orders[0].compare
	}
	return func(a, b *R) int {
		for i := range orders {
			if c := orders[i].compare(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

// sortFirst returns the first n records, all if n is negative, in the order of
// compare; records that are equal in it stay as they come. It keeps no more
// than 2n of them: when there are that many, the worse half goes, and from then
// on so does whatever is no better than the n-th.
func sortFirst[R any](recs iter.Seq[*R], n int, compare func(a, b *R) int) []*R {
	var top []*R
	var last *R // the n-th so far
	for r := range recs {
		if last != nil && compare(last, r) <= 0 {
			continue
		}
		top = append(top, r)
		if n >= 0 && len(top) >= 2*n && len(top) > 16 {
			slices.SortStableFunc(top, compare)
			clear(top[n:])
			top = top[:n]
			last = top[n-1]
		}
	}
	slices.SortStableFunc(top, compare)
	if n >= 0 && len(top) > n {
		top = top[:n]
	}
	return top
}
