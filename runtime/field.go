package noex

import "time"

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

// Is returns its argument and true: the getter result of a field that always
// has a value.
func Is[V any](v V) (V, bool) { return v, true }

func canonicalTime(t time.Time) time.Time { return t.Round(0).UTC() }
