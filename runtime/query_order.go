package noex

import (
	"iter"
	"slices"
)

// Order is a sort order of records of type R, made by field descriptors.
type Order[R any] struct {
	_ [0]func() // not to be compared
	o ordering
}

// ordering is a sort order of rows.
type ordering struct {
	attr *attr
	desc bool
}

func (o ordering) compare(a, b *row) int { return o.attr.compare(a, b, o.desc) }

// has reports whether a record has a value to be sorted by.
func (o ordering) has(r *row) bool {
	_, ok := o.attr.get(r)
	return ok
}

func compareBy(orders []ordering) func(a, b *row) int {
	if len(orders) == 1 {
		return orders[0].compare
	}
	return func(a, b *row) int {
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
func sortFirst(recs iter.Seq[*row], n int, compare func(a, b *row) int) []*row {
	var top []*row
	var last *row // the n-th so far
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
