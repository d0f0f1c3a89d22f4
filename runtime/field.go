package noex

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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

// Field describes a field of record type R whose values are of type V. It is a
// plain value, safe for concurrent use, and makes the predicates of
// [Reader.Where].
type Field[R any, V comparable] struct {
	name string
	get  func(*R) (V, bool)
}

// NewField describes a field; get returns its value, and false where the
// record has none.
func NewField[R any, V comparable](name string, get func(*R) (V, bool)) Field[R, V] {
	return Field[R, V]{name, get}
}

// Name returns the name of the field in the definition.
func (f Field[R, V]) Name() string { return f.name }

// Eq holds for records whose field is v.
func (f Field[R, V]) Eq(v V) Pred[R] {
	v = canonical(v)
	return Pred[R]{
		op: opEq, field: f.name, args: []any{v},
		match: func(r *R) bool {
			x, ok := f.get(r)
			return ok && x == v
		},
		value: f.boxed,
	}
}

func (f Field[R, V]) boxed(r *R) (any, bool) {
	x, ok := f.get(r)
	return x, ok
}

// Ne holds for records whose field is not v, those without a value included.
func (f Field[R, V]) Ne(v V) Pred[R] {
	eq := f.Eq(v)
	return Pred[R]{
		op: opNe, field: f.name, args: eq.args, subs: []Pred[R]{eq},
		match: func(r *R) bool { return !eq.match(r) },
	}
}

// In holds for records whose field is one of vs.
func (f Field[R, V]) In(vs ...V) Pred[R] {
	args := make([]any, 0, len(vs))
	set := make(map[V]struct{}, len(vs))
	for _, v := range vs {
		if v = canonical(v); !has(set, v) {
			set[v] = struct{}{}
			args = append(args, v)
		}
	}
	return Pred[R]{
		op: opIn, field: f.name, args: args,
		match: func(r *R) bool {
			x, ok := f.get(r)
			return ok && has(set, x)
		},
		value: f.boxed,
	}
}

// IsSet holds for records whose field has a value.
func (f Field[R, V]) IsSet() Pred[R] {
	return Pred[R]{op: opIsSet, field: f.name, match: func(r *R) bool {
		_, ok := f.get(r)
		return ok
	}}
}

// OrderedField is a [Field] whose values have an order.
type OrderedField[R any, V cmp.Ordered] struct{ Field[R, V] }

// NewOrdered describes a field; see [NewField].
func NewOrdered[R any, V cmp.Ordered](name string, get func(*R) (V, bool)) OrderedField[R, V] {
	return OrderedField[R, V]{NewField(name, get)}
}

// Lt holds for records whose field is below v.
func (f OrderedField[R, V]) Lt(v V) Pred[R] {
	return rangePred(f.Field, cmp.Compare[V], opLt, bound[V]{}, bound[V]{v, true, false})
}

// Le holds for records whose field is at most v.
func (f OrderedField[R, V]) Le(v V) Pred[R] {
	return rangePred(f.Field, cmp.Compare[V], opLe, bound[V]{}, bound[V]{v, true, true})
}

// Gt holds for records whose field is above v.
func (f OrderedField[R, V]) Gt(v V) Pred[R] {
	return rangePred(f.Field, cmp.Compare[V], opGt, bound[V]{v, true, false}, bound[V]{})
}

// Ge holds for records whose field is at least v.
func (f OrderedField[R, V]) Ge(v V) Pred[R] {
	return rangePred(f.Field, cmp.Compare[V], opGe, bound[V]{v, true, true}, bound[V]{})
}

// Between holds for records whose field is at least lo and at most hi.
func (f OrderedField[R, V]) Between(lo, hi V) Pred[R] {
	return rangePred(f.Field, cmp.Compare[V], opBetween, bound[V]{lo, true, true}, bound[V]{hi, true, true})
}

// Asc orders records by the field, smallest first, those without a value last.
func (f OrderedField[R, V]) Asc() Order[R] { return orderOf(f.Field, cmp.Compare[V], false) }

// Desc orders records by the field, largest first, those without a value last.
func (f OrderedField[R, V]) Desc() Order[R] { return orderOf(f.Field, cmp.Compare[V], true) }

// NumberField is an [OrderedField] of numbers, which can be aggregated.
type NumberField[R any, V ~int64 | ~float64] struct{ OrderedField[R, V] }

// NewNumber describes a field; see [NewField].
func NewNumber[R any, V ~int64 | ~float64](name string, get func(*R) (V, bool)) NumberField[R, V] {
	return NumberField[R, V]{NewOrdered(name, get)}
}

// StringField is an [OrderedField] of strings, ordered by their bytes.
type StringField[R any, V ~string] struct{ OrderedField[R, V] }

// NewString describes a field; see [NewField].
func NewString[R any, V ~string](name string, get func(*R) (V, bool)) StringField[R, V] {
	return StringField[R, V]{NewOrdered(name, get)}
}

// HasPrefix holds for records whose field begins with prefix.
func (f StringField[R, V]) HasPrefix(prefix V) Pred[R] {
	return Pred[R]{
		op: opPrefix, field: f.name, args: []any{prefix},
		span: span{bound[any]{prefix, true, true}, erase(prefixEnd(prefix))},
		match: func(r *R) bool {
			x, ok := f.get(r)
			return ok && strings.HasPrefix(string(x), string(prefix))
		},
		value: f.boxed,
	}
}

// prefixEnd is the least string above all that begin with prefix; there is
// none if prefix has no byte that can be raised.
func prefixEnd[V ~string](prefix V) bound[V] {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			return bound[V]{prefix[:i] + V([]byte{prefix[i] + 1}), true, false}
		}
	}
	return bound[V]{}
}

// TimeField is a [Field] of dates, compared as instants.
type TimeField[R any] struct{ Field[R, time.Time] }

// NewTime describes a field; see [NewField].
func NewTime[R any](name string, get func(*R) (time.Time, bool)) TimeField[R] {
	return TimeField[R]{NewField(name, get)}
}

// Lt holds for records whose field is before t.
func (f TimeField[R]) Lt(t time.Time) Pred[R] {
	return rangePred(f.Field, time.Time.Compare, opLt, bound[time.Time]{}, bound[time.Time]{canonical(t), true, false})
}

// Le holds for records whose field is not after t.
func (f TimeField[R]) Le(t time.Time) Pred[R] {
	return rangePred(f.Field, time.Time.Compare, opLe, bound[time.Time]{}, bound[time.Time]{canonical(t), true, true})
}

// Gt holds for records whose field is after t.
func (f TimeField[R]) Gt(t time.Time) Pred[R] {
	return rangePred(f.Field, time.Time.Compare, opGt, bound[time.Time]{canonical(t), true, false}, bound[time.Time]{})
}

// Ge holds for records whose field is not before t.
func (f TimeField[R]) Ge(t time.Time) Pred[R] {
	return rangePred(f.Field, time.Time.Compare, opGe, bound[time.Time]{canonical(t), true, true}, bound[time.Time]{})
}

// Between holds for records whose field is at least lo and at most hi.
func (f TimeField[R]) Between(lo, hi time.Time) Pred[R] {
	return rangePred(f.Field, time.Time.Compare, opBetween,
		bound[time.Time]{canonical(lo), true, true}, bound[time.Time]{canonical(hi), true, true})
}

// Asc orders records by the field, earliest first, those without a value last.
func (f TimeField[R]) Asc() Order[R] { return orderOf(f.Field, time.Time.Compare, false) }

// Desc orders records by the field, latest first, those without a value last.
func (f TimeField[R]) Desc() Order[R] { return orderOf(f.Field, time.Time.Compare, true) }

// ListField describes a field of record type R that is a list of E.
type ListField[R, E any] struct {
	name  string
	get   func(*R) []E
	equal func(a, b E) bool
}

// NewList describes a field; get returns its elements, nil for none, and equal
// compares two of them.
func NewList[R, E any](name string, get func(*R) []E, equal func(a, b E) bool) ListField[R, E] {
	return ListField[R, E]{name, get, equal}
}

// Name returns the name of the field in the definition.
func (f ListField[R, E]) Name() string { return f.name }

// Contains holds for records whose field has an element equal to v.
func (f ListField[R, E]) Contains(v E) Pred[R] {
	return Pred[R]{op: opContains, field: f.name, args: []any{v}, match: func(r *R) bool {
		return slices.ContainsFunc(f.get(r), func(e E) bool { return f.equal(e, v) })
	}}
}

// IsSet holds for records whose field is not absent; an empty list is set.
func (f ListField[R, E]) IsSet() Pred[R] {
	return Pred[R]{op: opIsSet, field: f.name, match: func(r *R) bool { return f.get(r) != nil }}
}

// ObjectField describes a field of record type R that is an object.
type ObjectField[R any] struct {
	name string
	has  func(*R) bool
}

// NewObject describes a field; has reports whether a record has a value.
func NewObject[R any](name string, has func(*R) bool) ObjectField[R] {
	return ObjectField[R]{name, has}
}

// Name returns the name of the field in the definition.
func (f ObjectField[R]) Name() string { return f.name }

// IsSet holds for records whose field is not absent.
func (f ObjectField[R]) IsSet() Pred[R] {
	return Pred[R]{op: opIsSet, field: f.name, match: f.has}
}

// Is returns its argument and true: the getter result of a field that always
// has a value.
func Is[V any](v V) (V, bool) { return v, true }

// canonical returns the form of v in which equal values are ==: a time in UTC
// without a monotonic reading.
func canonical[V any](v V) V {
	if t, ok := any(v).(time.Time); ok {
		return any(canonicalTime(t)).(V)
	}
	return v
}

func canonicalTime(t time.Time) time.Time { return t.Round(0).UTC() }

func formatArg(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprintf("%#v", v)
	}
}
