package noex

import (
	"slices"
	"time"
	"unsafe"
)

// NewBool describes a field; field returns where it lies in a record.
func NewBool[R any, V ~bool](name string, field func(*R) *V) *BoolField[R, V] {
	return newBool[R, V](name, placeIn[R](unsafe.Pointer(&field), 0))
}

// NewBoolOpt is [NewBool] for an optional field.
func NewBoolOpt[R any, V ~bool](name string, field func(*R) *Opt[V]) *BoolField[R, V] {
	return newBool[R, V](name, placeIn[R](unsafe.Pointer(&field), unsafe.Offsetof(Opt[V]{}.state)))
}

func newBool[R any, V ~bool](name string, p place) *BoolField[R, V] {
	return (*BoolField[R, V])(describeBool(name, p, boxed[V](scalarBool)))
}

// NewNumber describes a field; see [NewBool].
func NewNumber[R any, V ~int64 | ~float64](name string, field func(*R) *V) *NumberField[R, V] {
	return newNumber[R, V](name, placeIn[R](unsafe.Pointer(&field), 0))
}

// NewNumberOpt is [NewNumber] for an optional field.
func NewNumberOpt[R any, V ~int64 | ~float64](name string, field func(*R) *Opt[V]) *NumberField[R, V] {
	return newNumber[R, V](name, placeIn[R](unsafe.Pointer(&field), unsafe.Offsetof(Opt[V]{}.state)))
}

func newNumber[R any, V ~int64 | ~float64](name string, p place) *NumberField[R, V] {
	kind := numberKind[V]()
	return (*NumberField[R, V])(describeNumber(name, kind, p, boxed[V](kind)))
}

// NewString describes a field; see [NewBool].
func NewString[R any, V ~string](name string, field func(*R) *V) *StringField[R, V] {
	return newString[R, V](name, placeIn[R](unsafe.Pointer(&field), 0))
}

// NewStringOpt is [NewString] for an optional field.
func NewStringOpt[R any, V ~string](name string, field func(*R) *Opt[V]) *StringField[R, V] {
	return newString[R, V](name, placeIn[R](unsafe.Pointer(&field), unsafe.Offsetof(Opt[V]{}.state)))
}

func newString[R any, V ~string](name string, p place) *StringField[R, V] {
	return (*StringField[R, V])(describeString(name, p, boxed[V](scalarString)))
}

// NewTime describes a field; see [NewBool].
func NewTime[R any](name string, field func(*R) *time.Time) *TimeField[R] {
	return (*TimeField[R])(describeTime(name, placeIn[R](unsafe.Pointer(&field), 0)))
}

// NewTimeOpt is [NewTime] for an optional field.
func NewTimeOpt[R any](name string, field func(*R) *Opt[time.Time]) *TimeField[R] {
	return (*TimeField[R])(describeTime(name, placeIn[R](unsafe.Pointer(&field), unsafe.Offsetof(Opt[time.Time]{}.state))))
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

// place is where a field lies in a record.
type place struct {
	// size is that of the record.
	size uintptr
	// field points to the function that returns the place, of a record whose type
	// is known no more.
	field unsafe.Pointer
	// state is where an optional field tells whether it has a value, else 0.
	state uintptr
}

func placeIn[R any](field unsafe.Pointer, state uintptr) place {
	return place{unsafe.Sizeof(*new(R)), field, state}
}

// attr asks once where the field lies, which is the same in all records.
func (p place) attr(name string, kind scalarKind, box func(scalar) any) *attr {
	words := make([]uint64, (p.size+7)/8)
	sample := (*row)(unsafe.Pointer(unsafe.SliceData(words)))
	at := (*(*func(*row) unsafe.Pointer)(p.field))(sample)
	return &attr{name: name, kind: kind, at: uintptr(at) - uintptr(unsafe.Pointer(sample)), state: p.state, box: box}
}

//go:noinline
func describeBool(name string, p place, box func(scalar) any) unsafe.Pointer {
	return describe(p.attr(name, scalarBool, box), boolScalar[bool])
}

//go:noinline
func describeNumber(name string, kind scalarKind, p place, box func(scalar) any) unsafe.Pointer {
	if kind == scalarInt {
		return describe(p.attr(name, kind, box), numberScalar[int64])
	}
	return describe(p.attr(name, kind, box), numberScalar[float64])
}

//go:noinline
func describeString(name string, p place, box func(scalar) any) unsafe.Pointer {
	return describe(p.attr(name, scalarString, box), stringScalar[string])
}

//go:noinline
func describeTime(name string, p place) unsafe.Pointer {
	return describe(p.attr(name, scalarTime, boxed[time.Time](scalarTime)), timeScalar)
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
