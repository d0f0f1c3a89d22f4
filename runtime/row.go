package noex

import (
	"iter"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// row is a record of a table, whatever its type. The table, its indexes, plans
// and snapshots know records only as rows and by a few functions that the
// schema gives them, so they are compiled once, and not anew for every type of
// record: that is most of what building a generated package would cost.
//
// A *row is a *R that has lost its type. It is made by rowOf only and read by
// recordOf only, with the R of the bucket that the table belongs to.
type row = slab.Row

func rowOf[R any](r *R) *row { return (*row)(unsafe.Pointer(r)) }

func recordOf[R any](r *row) *R { return (*R)(unsafe.Pointer(r)) }

// rowFunc makes a function on records one on rows; nil stays nil.
func rowFunc[R, T any](fn func(*R) T) func(*row) T {
	if fn == nil {
		return nil
	}
	return func(r *row) T { return fn(recordOf[R](r)) }
}

// readAhead is how many rows are touched before the first of them is used.
const readAhead = 32

// touch brings rows into the processor's cache, all at once, so that what follows
// need not wait for each. It returns nothing of use.
//
//go:noinline
func (t *table) touch(rows []*row) (any byte) {
	const line = 64
	for _, r := range rows {
		for at := uintptr(0); at < t.size; at += line {
			any |= *(*byte)(unsafe.Add(unsafe.Pointer(r), at))
		}
	}
	return any
}

// touched yields rows that lie anywhere.
func (t *table) touched(rows []*row) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for len(rows) > 0 {
			ahead := rows[:min(readAhead, len(rows))]
			rows = rows[len(ahead):]
			t.touch(ahead)
			for _, r := range ahead {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// copyOut returns a copy of a record that is the caller's own. Keeping the
// clone apart saves an allocation for flat records.
func copyOut[R any](t *table, r *row) R {
	if t.clone == nil {
		return *recordOf[R](r)
	}
	return cloneOut[R](t, r)
}

func cloneOut[R any](t *table, r *row) R {
	out := *recordOf[R](r)
	t.clone(rowOf(&out))
	return out
}

// copyRow is copyOut to a row.
func copyRow[R any](t *table, r *row) *row {
	out := new(R)
	*out = *recordOf[R](r)
	if t.clone != nil {
		t.clone(rowOf(out))
	}
	return rowOf(out)
}

// foundCopy returns a copy of a record, and false for nil.
func foundCopy[R any](t *table, r *row) (R, bool) {
	if r == nil {
		var none R
		return none, false
	}
	return copyOut[R](t, r), true
}

// metaOffset returns where in a record its Meta lies.
func metaOffset[R any](meta func(*R) *Meta) uintptr {
	r := new(R)
	return uintptr(unsafe.Pointer(meta(r))) - uintptr(unsafe.Pointer(r))
}

func (t *table) meta(r *row) *Meta { return (*Meta)(unsafe.Add(unsafe.Pointer(r), t.metaAt)) }
