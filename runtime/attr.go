package noex

import (
	"time"
	"unsafe"
)

// attr is a field of the records of a bucket in the eyes of conditions, orders
// and indexes.
type attr struct {
	name string
	kind scalarKind
	// at is where the field lies in a record; an optional one tells state bytes
	// after that whether it has a value. To read it there spares two calls of
	// functions for each value.
	at, state uintptr
	// box returns a value as its Go type.
	box func(scalar) any
}

// get returns the value of a record, false if it has none.
func (a *attr) get(r *row) (scalar, bool) {
	p := a.field(r)
	switch {
	case !a.set(p):
		return scalar{}, false
	case a.kind == scalarString:
		return scalar{s: *(*string)(p)}, true
	case a.kind == scalarInt:
		return numberScalar(*(*int64)(p)), true
	case a.kind == scalarFloat:
		return numberScalar(*(*float64)(p)), true
	case a.kind == scalarBool:
		return boolScalar(*(*bool)(p)), true
	default:
		return timeScalar(*(*time.Time)(p)), true
	}
}

func (a *attr) field(r *row) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(r), a.at) }

// set reports whether the field at p has a value.
func (a *attr) set(p unsafe.Pointer) bool {
	return a.state == 0 || *(*optState)(unsafe.Add(p, a.state)) == optSet
}

// is reports whether a record has a certain value.
func (a *attr) is(r *row, v scalar) bool {
	if a.kind == scalarString {
		return a.isText(r, v.s)
	}
	got, ok := a.get(r)
	return ok && got == v
}

// isText is is for a string.
func (a *attr) isText(r *row, v string) bool {
	p := a.field(r)
	return *(*string)(p) == v && a.set(p)
}

// same reports whether two records have the same value or none.
func (a *attr) same(x, y *row) bool {
	if a.kind == scalarString {
		p, q := a.field(x), a.field(y)
		return *(*string)(p) == *(*string)(q) && a.set(p) == a.set(q)
	}
	v, hasV := a.get(x)
	w, hasW := a.get(y)
	return hasV == hasW && v == w
}

// beginnings reads how the values of records begin, and reports whether all records
// have one. Integers, if not optional, are read without a call for each: so the
// processor waits for several records at once.
func (a *attr) beginnings(recs []*row, words []uint64) (whole bool) {
	if a.kind == scalarInt && a.state == 0 {
		for i, r := range recs {
			if r != nil {
				words[i] = numberScalar(*(*int64)(a.field(r))).n
			}
		}
		return true
	}
	whole = true
	for i, r := range recs {
		if r != nil {
			v, ok := a.get(r)
			words[i] = beginning(v).Hi
			whole = whole && ok
		}
	}
	return whole
}

func (a *attr) pred(o op, v scalar) pred { return pred{op: o, attr: a, arg: v} }

func (a *attr) between(lo, hi scalar) pred { return pred{op: opBetween, attr: a, arg: lo, upper: hi} }

// compare orders records by a field, those without a value last.
func (a *attr) compare(x, y *row, desc bool) int {
	v, hasV := a.get(x)
	w, hasW := a.get(y)
	switch {
	case !hasV || !hasW:
		return falseFirst(hasW, hasV)
	case desc:
		return w.compare(v)
	default:
		return v.compare(w)
	}
}
