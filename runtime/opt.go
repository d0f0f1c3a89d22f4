package noex

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Opt is an optional value of type T with three states: absent (the zero
// value), null and set. In an input or a patch absent means "not given": an
// insert fills in the generated or default value, an update keeps the old one.
// Null clears. In a record null and absent are the same.
//
// An Opt is a plain value: copying it copies T, and it may be compared with ==
// when T may. Its JSON form is null or that of T; with the struct tag
// `omitzero` an absent one is left out.
type Opt[T any] struct {
	value T
	state optState
}

type optState uint8

const (
	optAbsent optState = iota
	optNull
	optSet
)

// Some returns a set Opt that holds v.
func Some[T any](v T) Opt[T] { return Opt[T]{value: v, state: optSet} }

// Null returns an Opt that stands for an explicit null.
func Null[T any]() Opt[T] { return Opt[T]{state: optNull} }

// Get returns the value and true when o is set, else the zero value and false.
func (o Opt[T]) Get() (T, bool) { return o.value, o.state == optSet }

// Or returns the value when o is set, else v.
func (o Opt[T]) Or(v T) T {
	if o.state == optSet {
		return o.value
	}
	return v
}

// IsSet reports whether o holds a value.
func (o Opt[T]) IsSet() bool { return o.state == optSet }

// IsNull reports whether o is an explicit null.
func (o Opt[T]) IsNull() bool { return o.state == optNull }

// IsZero reports whether o is absent. It is what the `omitzero` option of
// encoding/json asks.
func (o Opt[T]) IsZero() bool { return o.state == optAbsent }

// String formats the value, or "null" or "absent".
func (o Opt[T]) String() string {
	switch o.state {
	case optSet:
		return fmt.Sprint(o.value)
	case optNull:
		return "null"
	default:
		return "absent"
	}
}

// MarshalJSON writes the value, or null when there is none.
func (o Opt[T]) MarshalJSON() ([]byte, error) {
	if o.state != optSet {
		return []byte("null"), nil
	}
	return json.Marshal(o.value)
}

// UnmarshalJSON reads null as Null and anything else as a set value.
func (o *Opt[T]) UnmarshalJSON(data []byte) error {
	if bytes.Equal(bytes.TrimSpace(data), []byte("null")) {
		*o = Null[T]()
		return nil
	}
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	*o = Some(v)
	return nil
}
