package noex

import (
	"slices"
	"time"
	"unsafe"
)

// NewBool describes a field; get returns its value, and false where the record
// has none.
func NewBool[R any, V ~bool](name string, get func(*R) (V, bool)) *BoolField[R, V] {
	return (*BoolField[R, V])(describeBool(name, unsafe.Pointer(&get), boxed[V](scalarBool)))
}

// NewNumber describes a field; see [NewBool].
func NewNumber[R any, V ~int64 | ~float64](name string, get func(*R) (V, bool)) *NumberField[R, V] {
	kind := numberKind[V]()
	return (*NumberField[R, V])(describeNumber(name, kind, unsafe.Pointer(&get), boxed[V](kind)))
}

// NewString describes a field; see [NewBool].
func NewString[R any, V ~string](name string, get func(*R) (V, bool)) *StringField[R, V] {
	return (*StringField[R, V])(describeString(name, unsafe.Pointer(&get), boxed[V](scalarString)))
}

// NewTime describes a field; see [NewBool].
func NewTime[R any](name string, get func(*R) (time.Time, bool)) *TimeField[R] {
	return (*TimeField[R])(describeTime(name, unsafe.Pointer(&get)))
}

// NewList describes a field; get returns its elements, nil for none, and equal
// compares two of them.
func NewList[R, E any](name string, get func(*R) []E, equal func(a, b E) bool) *ListField[R, E] {
	return (*ListField[R, E])(unsafe.Pointer(describeList(name, *(*func(*row) []E)(unsafe.Pointer(&get)), equal)))
}

// NewObject describes a field; has reports whether a record has a value.
func NewObject[R any](name string, has func(*R) bool) *ObjectField[R] {
	return (*ObjectField[R])(describeObject(name, unsafe.Pointer(&has)))
}

// described is the descriptor of a field with values of type V and records of
// any type. Those of [BoolField], [NumberField], [StringField] and [TimeField]
// have the same memory, as far as they go: a type with the underlying type V
// and a Pred are passed as a V and a pred are.
type described[V any] struct {
	name           string
	attr           *attr
	eq, ne         func(V) pred
	in             func(...V) pred
	isSet          func() pred
	lt, le, gt, ge func(V) pred
	between        func(lo, hi V) pred
	asc, desc      func() ordering
	hasPrefix      func(V) pred
}

func describe[V any](a *attr, scalarOf func(V) scalar) unsafe.Pointer {
	compare := func(o op) func(V) pred {
		return func(v V) pred { return a.pred(o, scalarOf(v)) }
	}
	return unsafe.Pointer(&described[V]{
		name: a.name, attr: a,
		eq: compare(opEq), ne: compare(opNe),
		in:    func(vs ...V) pred { return inPred(a, scalars(vs, scalarOf)) },
		isSet: func() pred { return a.pred(opIsSet, scalar{}) },
		lt:    compare(opLt), le: compare(opLe), gt: compare(opGt), ge: compare(opGe),
		between:   func(lo, hi V) pred { return a.between(scalarOf(lo), scalarOf(hi)) },
		asc:       func() ordering { return ordering{a, false} },
		desc:      func() ordering { return ordering{a, true} },
		hasPrefix: compare(opPrefix),
	})
}

// What get points to in the following is a function that returns the value of a
// record.

//go:noinline
func describeBool(name string, get unsafe.Pointer, box func(scalar) any) unsafe.Pointer {
	value := *(*func(*row) (bool, bool))(get)
	return describe(&attr{name, scalarBool, func(r *row) (scalar, bool) {
		v, ok := value(r)
		return boolScalar(v), ok
	}, box}, boolScalar[bool])
}

//go:noinline
func describeNumber(name string, kind scalarKind, get unsafe.Pointer, box func(scalar) any) unsafe.Pointer {
	if kind == scalarInt {
		value := *(*func(*row) (int64, bool))(get)
		return describe(&attr{name, kind, func(r *row) (scalar, bool) {
			v, ok := value(r)
			return numberScalar(v), ok
		}, box}, numberScalar[int64])
	}
	value := *(*func(*row) (float64, bool))(get)
	return describe(&attr{name, kind, func(r *row) (scalar, bool) {
		v, ok := value(r)
		return numberScalar(v), ok
	}, box}, numberScalar[float64])
}

//go:noinline
func describeString(name string, get unsafe.Pointer, box func(scalar) any) unsafe.Pointer {
	value := *(*func(*row) (string, bool))(get)
	return describe(&attr{name, scalarString, func(r *row) (scalar, bool) {
		v, ok := value(r)
		return scalar{s: v}, ok
	}, box}, stringScalar[string])
}

//go:noinline
func describeTime(name string, get unsafe.Pointer) unsafe.Pointer {
	value := *(*func(*row) (time.Time, bool))(get)
	return describe(&attr{name, scalarTime, func(r *row) (scalar, bool) {
		v, ok := value(r)
		return timeScalar(v), ok
	}, boxed[time.Time](scalarTime)}, timeScalar)
}

// describedList is the descriptor of a list of E in records of any type.
type describedList[E any] struct {
	name     string
	contains func(E) pred
	isSet    func() pred
}

//go:noinline
func describeList[E any](name string, get func(*row) []E, equal func(a, b E) bool) *describedList[E] {
	return &describedList[E]{
		name: name,
		contains: func(v E) pred {
			return testPred(opContains, name, v, func(r *row) bool {
				return slices.ContainsFunc(get(r), func(e E) bool { return equal(e, v) })
			})
		},
		isSet: func() pred {
			return testPred(opIsSet, name, nil, func(r *row) bool { return get(r) != nil })
		},
	}
}

// describedObject is the descriptor of an object in records of any type.
type describedObject struct {
	name  string
	isSet func() pred
}

//go:noinline
func describeObject(name string, has unsafe.Pointer) unsafe.Pointer {
	match := *(*func(*row) bool)(has)
	return unsafe.Pointer(&describedObject{name, func() pred { return testPred(opIsSet, name, nil, match) }})
}
