package noex

import (
	"slices"
	"time"
)

// Kind is the type of a field in the definition.
type Kind uint8

// The kinds of fields.
const (
	KindString Kind = iota + 1
	KindNumber
	KindInteger
	KindBoolean
	KindDate
	KindObject
	KindArray
)

// String returns the name used in a definition.
func (k Kind) String() string {
	switch k {
	case KindString:
		return "string"
	case KindNumber:
		return "number"
	case KindInteger:
		return "integer"
	case KindBoolean:
		return "boolean"
	case KindDate:
		return "date"
	case KindObject:
		return "object"
	case KindArray:
		return "array"
	default:
		return "unknown"
	}
}

// FieldInfo describes a field of a bucket.
type FieldInfo struct {
	// Name is the name in the definition and in JSON.
	Name string
	// Kind is its type.
	Kind Kind
}

// BoolField describes a field of record type R whose values are of type V. It
// is a plain value, safe for concurrent use, and makes the predicates of
// [Reader.Where], as the descriptors of other types do.
type BoolField[R any, V ~bool] struct{ a *attr }

// NewBool describes a field; get returns its value, and false where the record
// has none.
//
//go:noinline
func NewBool[R any, V ~bool](name string, get func(*R) (V, bool)) *BoolField[R, V] {
	return &BoolField[R, V]{&attr{
		name: name, kind: scalarBool, box: boxed[V](scalarBool),
		get: func(r *row) (scalar, bool) {
			v, ok := get(recordOf[R](r))
			return boolScalar(v), ok
		},
	}}
}

// Name returns the name of the field in the definition.
func (f *BoolField[R, V]) Name() string { return f.a.name }

// Part is the field as a part of an index.
func (f *BoolField[R, V]) Part() Part[R] { return Part[R]{f.a} }

// Eq holds for records whose field is v.
func (f *BoolField[R, V]) Eq(v V) Pred[R] { return Pred[R]{f.a.pred(opEq, boolScalar(v))} }

// Ne holds for records whose field is not v, those without a value included.
func (f *BoolField[R, V]) Ne(v V) Pred[R] { return Pred[R]{f.a.pred(opNe, boolScalar(v))} }

// In holds for records whose field is one of vs.
func (f *BoolField[R, V]) In(vs ...V) Pred[R] {
	return Pred[R]{inPred(f.a, scalars(vs, boolScalar[V]))}
}

// IsSet holds for records whose field has a value.
func (f *BoolField[R, V]) IsSet() Pred[R] { return Pred[R]{f.a.pred(opIsSet, scalar{})} }

// NumberField describes a field of record type R whose values are numbers,
// which have an order and can be aggregated.
type NumberField[R any, V ~int64 | ~float64] struct{ a *attr }

// NewNumber describes a field; see [NewBool].
//
//go:noinline
func NewNumber[R any, V ~int64 | ~float64](name string, get func(*R) (V, bool)) *NumberField[R, V] {
	kind := numberKind[V]()
	return &NumberField[R, V]{&attr{
		name: name, kind: kind, box: boxed[V](kind),
		get: func(r *row) (scalar, bool) {
			v, ok := get(recordOf[R](r))
			return numberScalar(v), ok
		},
	}}
}

// Name returns the name of the field in the definition.
func (f *NumberField[R, V]) Name() string { return f.a.name }

// Part is the field as a part of an index.
func (f *NumberField[R, V]) Part() Part[R] { return Part[R]{f.a} }

// Eq holds for records whose field is v.
func (f *NumberField[R, V]) Eq(v V) Pred[R] { return Pred[R]{f.a.pred(opEq, numberScalar(v))} }

// Ne holds for records whose field is not v, those without a value included.
func (f *NumberField[R, V]) Ne(v V) Pred[R] { return Pred[R]{f.a.pred(opNe, numberScalar(v))} }

// In holds for records whose field is one of vs.
func (f *NumberField[R, V]) In(vs ...V) Pred[R] {
	return Pred[R]{inPred(f.a, scalars(vs, numberScalar[V]))}
}

// IsSet holds for records whose field has a value.
func (f *NumberField[R, V]) IsSet() Pred[R] { return Pred[R]{f.a.pred(opIsSet, scalar{})} }

// Lt holds for records whose field is below v.
func (f *NumberField[R, V]) Lt(v V) Pred[R] { return Pred[R]{f.a.pred(opLt, numberScalar(v))} }

// Le holds for records whose field is at most v.
func (f *NumberField[R, V]) Le(v V) Pred[R] { return Pred[R]{f.a.pred(opLe, numberScalar(v))} }

// Gt holds for records whose field is above v.
func (f *NumberField[R, V]) Gt(v V) Pred[R] { return Pred[R]{f.a.pred(opGt, numberScalar(v))} }

// Ge holds for records whose field is at least v.
func (f *NumberField[R, V]) Ge(v V) Pred[R] { return Pred[R]{f.a.pred(opGe, numberScalar(v))} }

// Between holds for records whose field is at least lo and at most hi.
func (f *NumberField[R, V]) Between(lo, hi V) Pred[R] {
	return Pred[R]{f.a.between(numberScalar(lo), numberScalar(hi))}
}

// Asc orders records by the field, smallest first, those without a value last.
func (f *NumberField[R, V]) Asc() Order[R] { return Order[R]{ordering{f.a, false}} }

// Desc orders records by the field, largest first, those without a value last.
func (f *NumberField[R, V]) Desc() Order[R] { return Order[R]{ordering{f.a, true}} }

// StringField describes a field of record type R whose values are strings,
// ordered by their bytes.
type StringField[R any, V ~string] struct{ a *attr }

// NewString describes a field; see [NewBool].
//
//go:noinline
func NewString[R any, V ~string](name string, get func(*R) (V, bool)) *StringField[R, V] {
	return &StringField[R, V]{&attr{
		name: name, kind: scalarString, box: boxed[V](scalarString),
		get: func(r *row) (scalar, bool) {
			v, ok := get(recordOf[R](r))
			return scalar{s: string(v)}, ok
		},
	}}
}

// Name returns the name of the field in the definition.
func (f *StringField[R, V]) Name() string { return f.a.name }

// Part is the field as a part of an index.
func (f *StringField[R, V]) Part() Part[R] { return Part[R]{f.a} }

// Eq holds for records whose field is v.
func (f *StringField[R, V]) Eq(v V) Pred[R] { return Pred[R]{f.a.pred(opEq, stringScalar(v))} }

// Ne holds for records whose field is not v, those without a value included.
func (f *StringField[R, V]) Ne(v V) Pred[R] { return Pred[R]{f.a.pred(opNe, stringScalar(v))} }

// In holds for records whose field is one of vs.
func (f *StringField[R, V]) In(vs ...V) Pred[R] {
	return Pred[R]{inPred(f.a, scalars(vs, stringScalar[V]))}
}

// IsSet holds for records whose field has a value.
func (f *StringField[R, V]) IsSet() Pred[R] { return Pred[R]{f.a.pred(opIsSet, scalar{})} }

// Lt holds for records whose field is below v.
func (f *StringField[R, V]) Lt(v V) Pred[R] { return Pred[R]{f.a.pred(opLt, stringScalar(v))} }

// Le holds for records whose field is at most v.
func (f *StringField[R, V]) Le(v V) Pred[R] { return Pred[R]{f.a.pred(opLe, stringScalar(v))} }

// Gt holds for records whose field is above v.
func (f *StringField[R, V]) Gt(v V) Pred[R] { return Pred[R]{f.a.pred(opGt, stringScalar(v))} }

// Ge holds for records whose field is at least v.
func (f *StringField[R, V]) Ge(v V) Pred[R] { return Pred[R]{f.a.pred(opGe, stringScalar(v))} }

// Between holds for records whose field is at least lo and at most hi.
func (f *StringField[R, V]) Between(lo, hi V) Pred[R] {
	return Pred[R]{f.a.between(stringScalar(lo), stringScalar(hi))}
}

// Asc orders records by the field, smallest first, those without a value last.
func (f *StringField[R, V]) Asc() Order[R] { return Order[R]{ordering{f.a, false}} }

// Desc orders records by the field, largest first, those without a value last.
func (f *StringField[R, V]) Desc() Order[R] { return Order[R]{ordering{f.a, true}} }

// HasPrefix holds for records whose field begins with prefix.
func (f *StringField[R, V]) HasPrefix(prefix V) Pred[R] {
	return Pred[R]{f.a.pred(opPrefix, stringScalar(prefix))}
}

// TimeField describes a field of record type R whose values are dates, compared
// as instants.
type TimeField[R any] struct{ a *attr }

// NewTime describes a field; see [NewBool].
//
//go:noinline
func NewTime[R any](name string, get func(*R) (time.Time, bool)) *TimeField[R] {
	return &TimeField[R]{&attr{
		name: name, kind: scalarTime, box: boxed[time.Time](scalarTime),
		get: func(r *row) (scalar, bool) {
			t, ok := get(recordOf[R](r))
			return timeScalar(t), ok
		},
	}}
}

// Name returns the name of the field in the definition.
func (f *TimeField[R]) Name() string { return f.a.name }

// Part is the field as a part of an index.
func (f *TimeField[R]) Part() Part[R] { return Part[R]{f.a} }

// Eq holds for records whose field is t.
func (f *TimeField[R]) Eq(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opEq, timeScalar(t))} }

// Ne holds for records whose field is not t, those without a value included.
func (f *TimeField[R]) Ne(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opNe, timeScalar(t))} }

// In holds for records whose field is one of ts.
func (f *TimeField[R]) In(ts ...time.Time) Pred[R] {
	return Pred[R]{inPred(f.a, scalars(ts, timeScalar))}
}

// IsSet holds for records whose field has a value.
func (f *TimeField[R]) IsSet() Pred[R] { return Pred[R]{f.a.pred(opIsSet, scalar{})} }

// Lt holds for records whose field is before t.
func (f *TimeField[R]) Lt(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opLt, timeScalar(t))} }

// Le holds for records whose field is not after t.
func (f *TimeField[R]) Le(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opLe, timeScalar(t))} }

// Gt holds for records whose field is after t.
func (f *TimeField[R]) Gt(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opGt, timeScalar(t))} }

// Ge holds for records whose field is not before t.
func (f *TimeField[R]) Ge(t time.Time) Pred[R] { return Pred[R]{f.a.pred(opGe, timeScalar(t))} }

// Between holds for records whose field is at least lo and at most hi.
func (f *TimeField[R]) Between(lo, hi time.Time) Pred[R] {
	return Pred[R]{f.a.between(timeScalar(lo), timeScalar(hi))}
}

// Asc orders records by the field, earliest first, those without a value last.
func (f *TimeField[R]) Asc() Order[R] { return Order[R]{ordering{f.a, false}} }

// Desc orders records by the field, latest first, those without a value last.
func (f *TimeField[R]) Desc() Order[R] { return Order[R]{ordering{f.a, true}} }

// ListField describes a field of record type R that is a list of E.
type ListField[R, E any] struct {
	name  string
	get   func(*R) []E
	equal func(a, b E) bool
}

// NewList describes a field; get returns its elements, nil for none, and equal
// compares two of them.
func NewList[R, E any](name string, get func(*R) []E, equal func(a, b E) bool) *ListField[R, E] {
	return &ListField[R, E]{name, get, equal}
}

// Name returns the name of the field in the definition.
func (f *ListField[R, E]) Name() string { return f.name }

// Contains holds for records whose field has an element equal to v.
func (f *ListField[R, E]) Contains(v E) Pred[R] {
	return Pred[R]{testPred(opContains, f.name, v, func(r *row) bool {
		return slices.ContainsFunc(f.get(recordOf[R](r)), func(e E) bool { return f.equal(e, v) })
	})}
}

// IsSet holds for records whose field is not absent; an empty list is set.
func (f *ListField[R, E]) IsSet() Pred[R] {
	return Pred[R]{testPred(opIsSet, f.name, nil, func(r *row) bool { return f.get(recordOf[R](r)) != nil })}
}

// ObjectField describes a field of record type R that is an object.
type ObjectField[R any] struct {
	name string
	has  func(*R) bool
}

// NewObject describes a field; has reports whether a record has a value.
func NewObject[R any](name string, has func(*R) bool) *ObjectField[R] {
	return &ObjectField[R]{name, has}
}

// Name returns the name of the field in the definition.
func (f *ObjectField[R]) Name() string { return f.name }

// IsSet holds for records whose field is not absent.
func (f *ObjectField[R]) IsSet() Pred[R] {
	return Pred[R]{testPred(opIsSet, f.name, nil, rowFunc(f.has))}
}

// Is returns its argument and true: the getter result of a field that always
// has a value.
func Is[V any](v V) (V, bool) { return v, true }

func canonicalTime(t time.Time) time.Time { return t.Round(0).UTC() }
