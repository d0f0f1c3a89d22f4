package noex

import (
	"iter"
	"slices"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// row is a record of a table, whatever its type. The table, its indexes, plans
// and snapshots know records only as rows and by a few functions that the
// schema gives them, so they are compiled once, and not anew for every type of
// record: that is most of what building a generated package would cost. What
// has to know the type is a few instructions around code for rows, and is not
// inlined where it would be compiled again in every method that calls it, of
// which a bucket has five for each of its reader: see cmd/noexgen/reach.md.
//
// A *row is a *R that has lost its type. It is made by rowOf only and read by
// recordOf only, with the R of the bucket that the table belongs to.
type row = slab.Row

func rowOf[R any](r *R) *row { return (*row)(unsafe.Pointer(r)) }

func recordOf[R any](r *row) *R { return (*R)(unsafe.Pointer(r)) }

// rowSchema is the [Schema] of any bucket in the eyes of the runtime: in memory
// all schemas are alike, since they hold nothing but functions on pointers to
// records. Those that take an input or a patch are not to be called.
type rowSchema = Schema[string, row, struct{}, struct{}]

// rowType is what has to be known of the type of records to make some.
type rowType struct {
	slab.Type
	// value returns a record as an R.
	value func(*row) any
}

func typeOf[R any]() rowType {
	return rowType{slab.TypeOf[R](), func(r *row) any { return *recordOf[R](r) }}
}

// touch brings rows into the processor's cache, all at once, so that what follows
// need not wait for each. It returns nothing of use.
//
//go:noinline
func (t *table) touch(rows []*row) (any byte) {
	for _, r := range rows {
		any |= slab.TouchRow(r, t.typ.Size)
	}
	return any
}

// touched yields rows that lie anywhere.
func (t *table) touched(rows []*row) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for ahead := range slices.Chunk(rows, readAhead) {
			t.touch(ahead)
			for _, r := range ahead {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// lookAhead yields the same rows, which lie anywhere, and touches those that follow: the
// next one at first, then more at a time, since who wants few need not wait for many.
func (t *table) lookAhead(rows iter.Seq[*row]) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		var buf [readAhead]*row
		ahead, most := buf[:0], 1
		hand := func() bool {
			t.touch(ahead)
			for _, r := range ahead {
				if !yield(r) {
					return false
				}
			}
			ahead, most = buf[:0], min(2*most, readAhead)
			return true
		}
		for r := range rows {
			if ahead = append(ahead, r); len(ahead) == most && !hand() {
				return
			}
		}
		hand()
	}
}

// copyRow returns a copy of a record that is the caller's own.
func (t *table) copyRow(r *row) *row {
	out := t.typ.New()
	t.copyTo(out, r)
	return out
}

// copyTo is copyRow to a place that is there already.
func (t *table) copyTo(to, from *row) {
	t.typ.Copy(to, from)
	if t.clone != nil {
		t.clone(to)
	}
}

// box is copyRow to an R.
func (t *table) box(r *row) any { return t.typ.value(t.own(r)) }

// own returns a record of which a plain copy is the caller's own; nil for nil.
func (t *table) own(r *row) *row {
	if t.clone == nil || r == nil {
		return r
	}
	return t.copyRow(r)
}

// ownAll makes records, plain copies of which are stored, the caller's own.
func (t *table) ownAll(rows []*row) {
	if t.clone == nil {
		return
	}
	for _, r := range rows {
		t.clone(r)
	}
}

// copyAll returns copies of records, nil for nil.
//
//go:noinline
func copyAll[R any](t *table, rows []*row) []R {
	if rows == nil {
		return nil
	}
	out := make([]R, len(rows))
	for i, r := range rows {
		if i%readAhead == 0 {
			t.touch(rows[i:min(i+readAhead, len(rows))])
		}
		out[i] = *recordOf[R](r)
		if t.clone != nil {
			t.clone(rowOf(&out[i]))
		}
	}
	return out
}

// walker is what can be walked: its records as they are when that begins.
type walker interface{ walk() iter.Seq[*row] }

// copyWalk yields copies of the records of a walk.
//
//go:noinline
func copyWalk[R any](t *table, w walker) iter.Seq[R] {
	return func(yield func(R) bool) {
		w.walk()(func(r *row) bool { return yield(*recordOf[R](t.own(r))) })
	}
}

func (t *table) meta(r *row) *Meta { return (*Meta)(unsafe.Add(unsafe.Pointer(r), t.metaAt)) }
