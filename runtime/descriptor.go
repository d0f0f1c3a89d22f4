package noex

import "time"

// The types of this file are the descriptors of fields. What reads as their
// methods are functions in fields: the compiler would make every method anew
// for every type of record, called or not, which was a third of what building a
// generated package cost, while functions can be made once, for rows, and be
// given the types of a bucket; see [describe]. They are not to be assigned to.

// BoolField describes a field of record type R whose values are of type V. It
// is a plain value, safe for concurrent use, and makes the predicates of
// [Reader.Where], as the descriptors of other types do.
type BoolField[R any, V ~bool] struct {
	// Name is the name of the field in the definition.
	Name string
	// Part is the field as a part of an index.
	Part Part
	// Eq holds for records whose field is v.
	Eq func(v V) Pred[R]
	// Ne holds for records whose field is not v, those without a value
	// included.
	Ne func(v V) Pred[R]
	// In holds for records whose field is one of vs.
	In func(vs ...V) Pred[R]
	// IsSet holds for records whose field has a value.
	IsSet func() Pred[R]
}

// NumberField describes a field of record type R whose values are numbers,
// which have an order and can be aggregated.
type NumberField[R any, V ~int64 | ~float64] struct {
	// Name is the name of the field in the definition.
	Name string
	// Part is the field as a part of an index.
	Part Part
	// Eq holds for records whose field is v.
	Eq func(v V) Pred[R]
	// Ne holds for records whose field is not v, those without a value
	// included.
	Ne func(v V) Pred[R]
	// In holds for records whose field is one of vs.
	In func(vs ...V) Pred[R]
	// IsSet holds for records whose field has a value.
	IsSet func() Pred[R]
	// Lt holds for records whose field is below v.
	Lt func(v V) Pred[R]
	// Le holds for records whose field is at most v.
	Le func(v V) Pred[R]
	// Gt holds for records whose field is above v.
	Gt func(v V) Pred[R]
	// Ge holds for records whose field is at least v.
	Ge func(v V) Pred[R]
	// Between holds for records whose field is at least lo and at most hi.
	Between func(lo, hi V) Pred[R]
	// Asc orders records by the field, smallest first, those without a value
	// last.
	Asc func() Order[R]
	// Desc orders records by the field, largest first, those without a value
	// last.
	Desc func() Order[R]
}

// StringField describes a field of record type R whose values are strings,
// ordered by their bytes.
type StringField[R any, V ~string] struct {
	// Name is the name of the field in the definition.
	Name string
	// Part is the field as a part of an index.
	Part Part
	// Eq holds for records whose field is v.
	Eq func(v V) Pred[R]
	// Ne holds for records whose field is not v, those without a value
	// included.
	Ne func(v V) Pred[R]
	// In holds for records whose field is one of vs.
	In func(vs ...V) Pred[R]
	// IsSet holds for records whose field has a value.
	IsSet func() Pred[R]
	// Lt holds for records whose field is below v.
	Lt func(v V) Pred[R]
	// Le holds for records whose field is at most v.
	Le func(v V) Pred[R]
	// Gt holds for records whose field is above v.
	Gt func(v V) Pred[R]
	// Ge holds for records whose field is at least v.
	Ge func(v V) Pred[R]
	// Between holds for records whose field is at least lo and at most hi.
	Between func(lo, hi V) Pred[R]
	// Asc orders records by the field, smallest first, those without a value
	// last.
	Asc func() Order[R]
	// Desc orders records by the field, largest first, those without a value
	// last.
	Desc func() Order[R]
	// HasPrefix holds for records whose field begins with prefix.
	HasPrefix func(prefix V) Pred[R]
}

// TimeField describes a field of record type R whose values are dates, compared
// as instants.
type TimeField[R any] struct {
	// Name is the name of the field in the definition.
	Name string
	// Part is the field as a part of an index.
	Part Part
	// Eq holds for records whose field is t.
	Eq func(t time.Time) Pred[R]
	// Ne holds for records whose field is not t, those without a value
	// included.
	Ne func(t time.Time) Pred[R]
	// In holds for records whose field is one of ts.
	In func(ts ...time.Time) Pred[R]
	// IsSet holds for records whose field has a value.
	IsSet func() Pred[R]
	// Lt holds for records whose field is before t.
	Lt func(t time.Time) Pred[R]
	// Le holds for records whose field is not after t.
	Le func(t time.Time) Pred[R]
	// Gt holds for records whose field is after t.
	Gt func(t time.Time) Pred[R]
	// Ge holds for records whose field is not before t.
	Ge func(t time.Time) Pred[R]
	// Between holds for records whose field is at least lo and at most hi.
	Between func(lo, hi time.Time) Pred[R]
	// Asc orders records by the field, earliest first, those without a value
	// last.
	Asc func() Order[R]
	// Desc orders records by the field, latest first, those without a value
	// last.
	Desc func() Order[R]
}

// ListField describes a field of record type R that is a list of E.
type ListField[R, E any] struct {
	// Name is the name of the field in the definition.
	Name string
	// Contains holds for records whose field has an element equal to v.
	Contains func(v E) Pred[R]
	// IsSet holds for records whose field is not absent; an empty list is set.
	IsSet func() Pred[R]
}

// ObjectField describes a field of record type R that is an object.
type ObjectField[R any] struct {
	// Name is the name of the field in the definition.
	Name string
	// IsSet holds for records whose field is not absent.
	IsSet func() Pred[R]
}
