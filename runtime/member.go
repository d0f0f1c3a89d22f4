package noex

import (
	"encoding/json"
	"time"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/codec"
)

// JSON is how values of type T are read and written.
type JSON[T any] struct {
	// Decode reads a value. What it finds wrong beside its type goes to the
	// Check, which is nil when stored data is read.
	Decode func(*codec.Decoder, *Check) T
	// Append writes a value.
	Append func([]byte, T, codec.Form) []byte
}

// TextJSON is the JSON of a string.
//
//go:noinline
func TextJSON[T ~string]() JSON[T] {
	return JSON[T]{
		func(d *codec.Decoder, _ *Check) T { return T(d.String()) },
		func(b []byte, v T, _ codec.Form) []byte { return codec.AppendString(b, string(v)) },
	}
}

// IntJSON is the JSON of an integer.
//
//go:noinline
func IntJSON[T ~int64]() JSON[T] {
	return JSON[T]{
		func(d *codec.Decoder, _ *Check) T { return T(d.Int()) },
		func(b []byte, v T, _ codec.Form) []byte { return codec.AppendInt(b, int64(v)) },
	}
}

// FloatJSON is the JSON of a number.
//
//go:noinline
func FloatJSON() JSON[float64] {
	return JSON[float64]{
		func(d *codec.Decoder, _ *Check) float64 { return d.Float() },
		func(b []byte, v float64, _ codec.Form) []byte { return codec.AppendFloat(b, v) },
	}
}

// BoolJSON is the JSON of a boolean.
//
//go:noinline
func BoolJSON() JSON[bool] {
	return JSON[bool]{
		func(d *codec.Decoder, _ *Check) bool { return d.Bool() },
		func(b []byte, v bool, _ codec.Form) []byte { return codec.AppendBool(b, v) },
	}
}

// TimeJSON is the JSON of a date.
//
//go:noinline
func TimeJSON() JSON[time.Time] {
	return JSON[time.Time]{
		func(d *codec.Decoder, _ *Check) time.Time { return d.Time() },
		codec.AppendTime,
	}
}

// ObjectJSON is the JSON of an untyped object.
//
//go:noinline
func ObjectJSON() JSON[map[string]any] {
	return JSON[map[string]any]{
		func(d *codec.Decoder, _ *Check) map[string]any { return DecodeObject(d) },
		func(b []byte, v map[string]any, f codec.Form) []byte { return codec.AppendAny(b, v, f) },
	}
}

// ArrayJSON is the JSON of an untyped list.
//
//go:noinline
func ArrayJSON() JSON[[]any] {
	return JSON[[]any]{
		func(d *codec.Decoder, _ *Check) []any { return DecodeArray(d) },
		func(b []byte, v []any, f codec.Form) []byte { return codec.AppendAny(b, v, f) },
	}
}

// ListJSON is the JSON of a list whose elements are read and written by elem.
//
//go:noinline
func ListJSON[T any](elem JSON[T]) JSON[[]T] {
	return JSON[[]T]{
		func(d *codec.Decoder, c *Check) []T {
			list := []T{}
			for more := d.Array(); more; more = d.NextElement() {
				if c == nil {
					list = append(list, elem.Decode(d, nil))
					continue
				}
				c.Item("", len(list))
				list = append(list, elem.Decode(d, c))
				c.Out()
			}
			return list
		},
		func(b []byte, v []T, f codec.Form) []byte {
			b = append(b, '[')
			for i := range v {
				if i > 0 {
					b = append(b, ',')
				}
				b = elem.Append(b, v[i], f)
			}
			return append(b, ']')
		},
	}
}

// DecodeObject reads an untyped object.
func DecodeObject(d *codec.Decoder) map[string]any {
	if d.Kind() != codec.KindObject {
		d.Object() // reports the type found
		return nil
	}
	switch v := d.Any().(type) {
	case map[string]any:
		return v
	case time.Time: // the tagged object of a date: stored as one, refused in an input
		var m map[string]any
		_ = json.Unmarshal(codec.AppendTime(nil, v, codec.Stored), &m)
		return m
	}
	return nil
}

// DecodeArray reads an untyped list.
func DecodeArray(d *codec.Decoder) []any {
	if d.Kind() != codec.KindArray {
		d.Array() // reports the type found
		return nil
	}
	a, _ := d.Any().([]any)
	return a
}

// DecodeOpt reads a field of a record that may be null, which is the same as
// absent there.
func DecodeOpt[T any](d *codec.Decoder, read func(*codec.Decoder) T) Opt[T] {
	if d.Null() {
		return Opt[T]{}
	}
	return Some(read(d))
}

// Unknown deals with a member of a nested object that is not in the
// definition: an issue in an input, kept in stored data.
func (c *Check) Unknown(d *codec.Decoder, name string) {
	if c == nil {
		d.KeepNested()
		return
	}
	c.Add(name, CodeUnknown, "is not a field of the definition")
	d.SkipMember()
}

// UnmarshalMembers reads a JSON object into the members of an input or a patch
// of a bucket. Its error is a *codec.SyntaxError, or a *ValidationError with
// every issue. The names of Meta are ignored.
func UnmarshalMembers(bucket string, data []byte, members []Member) error {
	d := codec.NewDecoder(data)
	c := newCheck()
	if d.Kind() != codec.KindObject && d.Kind() != codec.KindInvalid {
		d.Skip()
		c.Add("", CodeType, "must be an object")
	} else {
		unmarshalMembers(d, c, members)
	}
	issues := c.done(bucket)
	if err := d.End(); err != nil {
		return err
	}
	return issues
}

func unmarshalMembers(d *codec.Decoder, c *Check, members []Member) {
	seen, fields := make([]bool, len(members)), bindings(members)
	for more := d.Object(); more; more = d.NextMember() {
		name := string(d.Key())
		at := -1
		for i := range members {
			if members[i].Name == name {
				at = i
				break
			}
		}
		switch {
		case at < 0 && isMetaName(name):
			d.SkipMember()
		case at < 0:
			c.Add(name, CodeUnknown, "is not a field of the definition")
			d.SkipMember()
		case seen[at]:
			c.Add(name, CodeUnknown, "stands twice")
			d.Skip()
		default:
			seen[at] = true
			fields[at].read(d, c, name)
		}
	}
	for i := range members {
		if fields[i].required {
			c.Required(members[i].Name, seen[i])
		}
	}
}

func (f *Binding) read(d *codec.Decoder, c *Check, name string) {
	switch f.use {
	case useIgnored:
		d.Skip()
	case useFixed:
		c.Immutable(name, false)
		d.Skip()
	default:
		mark := d.Mark()
		c.In(name)
		f.decode(d, c)
		c.Out()
		if err := d.Recover(mark); err != nil {
			c.Add(name, CodeType, "must be %s, not %s", err.Want, err.Got)
		}
	}
}

func isMetaName(name string) bool {
	switch name {
	case "_version", "_createdAt", "_updatedAt", "_expiresAt":
		return true
	}
	return false
}

// MarshalMembers writes the members of an input or a patch as a JSON object,
// absent ones left out.
func MarshalMembers(members []Member) ([]byte, error) {
	b := []byte{'{'}
	for i, f := range bindings(members) {
		if f.append == nil {
			continue
		}
		start := len(b)
		if start > 1 {
			b = append(b, ',')
		}
		b = append(codec.AppendString(b, members[i].Name), ':')
		if value := f.append(b); value != nil {
			b = value
		} else {
			b = b[:start]
		}
	}
	return append(b, '}'), nil
}

// AppendMeta appends the members of m, the last of a record. It leaves the
// object open, so that unknown members can follow.
func AppendMeta(b []byte, m *Meta) []byte {
	b = codec.AppendInt(append(b, `"_version":`...), int64(m.Version))
	b = codec.AppendInt(append(b, `,"_createdAt":`...), int64(m.CreatedAt))
	b = codec.AppendInt(append(b, `,"_updatedAt":`...), int64(m.UpdatedAt))
	if m.ExpiresAt != 0 {
		b = codec.AppendInt(append(b, `,"_expiresAt":`...), int64(m.ExpiresAt))
	}
	return b
}

// DecodeMeta reads a member of m, or keeps one that no field has: the default
// case of reading a record.
func DecodeMeta(d *codec.Decoder, name []byte, m *Meta, extra *[]byte) {
	switch string(name) {
	case "_version":
		m.Version = uint64(d.Int())
	case "_createdAt":
		m.CreatedAt = Millis(d.Int())
	case "_updatedAt":
		m.UpdatedAt = Millis(d.Int())
	case "_expiresAt":
		if !d.Null() {
			m.ExpiresAt = Millis(d.Int())
		}
	default:
		d.Keep(extra)
	}
}

// UnmarshalRecord reads the JSON of one record with the decode function of its
// schema. Members that the definition does not know are dropped.
//
//go:noinline
func UnmarshalRecord[R any](data []byte, r *R, decode func(*codec.Decoder, *R) []byte) error {
	fresh := new(R)
	err := unmarshalRow(data, rowOf(fresh), *(*func(*codec.Decoder, *row) []byte)(unsafe.Pointer(&decode)))
	if err == nil {
		*r = *fresh
	}
	return err
}

func unmarshalRow(data []byte, r *row, decode func(*codec.Decoder, *row) []byte) error {
	d := codec.NewDecoder(data)
	decode(d, r)
	return d.End()
}
