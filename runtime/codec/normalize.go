package codec

import (
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// NormalizeAny returns a deep copy of v that has exactly the types reading it
// back would give: nil, bool, string, float64, int64, time.Time, []any and
// map[string]any.
//
// Integers become float64, unless float64 neither holds the value nor writes it
// with the same digits; then they are int64. Dates are in UTC. A map that is the
// tagged object of a date becomes the date. Nil maps, slices and pointers become
// nil; other pointers, what they point to. Named types and maps and slices of
// any element type are taken too.
//
// What cannot be written is a *ValueError that names the path: NaN and
// infinities, strings that ValidString refuses, dates that ValidTime refuses,
// other types (byte slices among them, which JSON has no form for), and nesting
// beyond MaxDepth, as a cycle has.
func NormalizeAny(v any) (any, error) {
	n, err := normalize(v, 0)
	if err != nil {
		return nil, err
	}
	return n, nil
}

func normalize(v any, depth int) (any, *ValueError) {
	switch v := v.(type) {
	case nil:
		return nil, nil
	case bool:
		return v, nil
	case string:
		return normalString(v)
	case float64:
		return normalFloat(v)
	case int:
		return intValue(int64(v)), nil
	case int64:
		return intValue(v), nil
	case time.Time:
		if !ValidTime(v) {
			return nil, &ValueError{Msg: "date out of range: " + v.String()}
		}
		return v.Round(0).UTC(), nil
	case json.Number:
		if n, ok := numberText(string(v)); ok {
			return n, nil
		}
		return nil, &ValueError{Msg: "invalid number " + strconv.Quote(string(v))}
	case []any:
		return normalList(v, depth)
	case []string:
		return normalList(v, depth)
	case []map[string]any:
		return normalList(v, depth)
	case map[string]any:
		return normalMap(v, depth)
	case map[string]string:
		return normalMap(v, depth)
	}
	return normalReflect(reflect.ValueOf(v), depth)
}

func normalString(s string) (any, *ValueError) {
	if !ValidString(s) {
		return nil, &ValueError{Msg: "invalid UTF-8"}
	}
	return s, nil
}

func normalFloat(f float64) (any, *ValueError) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return nil, &ValueError{Msg: fmt.Sprintf("%v is not a JSON number", f)}
	}
	if f == 0 {
		return 0.0, nil // negative zero is written as 0
	}
	return f, nil
}

func normalUint(u uint64) (any, *ValueError) {
	if u <= math.MaxInt64 {
		return intValue(int64(u)), nil
	}
	if f := float64(u); f < 1<<64 && uint64(f) == u {
		return f, nil
	}
	return nil, &ValueError{Msg: fmt.Sprintf("%d fits neither int64 nor float64", u)}
}

func normalList[T any](list []T, depth int) (any, *ValueError) {
	if list == nil {
		return nil, nil
	}
	if depth == MaxDepth {
		return nil, errDeep()
	}
	out := make([]any, len(list))
	for i, v := range list {
		n, err := normalize(v, depth+1)
		if err != nil {
			return nil, err.inIndex(i)
		}
		out[i] = n
	}
	return out, nil
}

func normalMap[T any](m map[string]T, depth int) (any, *ValueError) {
	if m == nil {
		return nil, nil
	}
	if depth == MaxDepth {
		return nil, errDeep()
	}
	out := make(map[string]any, len(m))
	for k, v := range m {
		if err := addMember(out, k, v, depth); err != nil {
			return nil, err
		}
	}
	return taggedOrMap(out), nil
}

// addMember adds the member k of an object at depth to out.
func addMember(out map[string]any, k string, v any, depth int) *ValueError {
	if !ValidString(k) {
		return &ValueError{Msg: "invalid UTF-8 in the name " + strconv.Quote(k)}
	}
	n, err := normalize(v, depth+1)
	if err != nil {
		return err.inMember(k)
	}
	out[k] = n
	return nil
}

// taggedOrMap is what reading m back gives.
func taggedOrMap(m map[string]any) any {
	if t, ok := tagDate(m); ok {
		return t
	}
	return m
}

// normalReflect takes the types that are not met often enough for a case.
func normalReflect(v reflect.Value, depth int) (any, *ValueError) {
	switch v.Kind() {
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.String:
		return normalString(v.String())
	case reflect.Float32, reflect.Float64:
		return normalFloat(v.Float())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return intValue(v.Int()), nil
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return normalUint(v.Uint())
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		if depth == MaxDepth {
			return nil, errDeep()
		}
		return normalize(v.Elem().Interface(), depth+1)
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return reflectList(v, depth)
		}
	case reflect.Map:
		if v.Type().Key().Kind() == reflect.String {
			return reflectMap(v, depth)
		}
	}
	return nil, &ValueError{Msg: "unsupported type " + v.Type().String()}
}

func reflectList(v reflect.Value, depth int) (any, *ValueError) {
	if v.Kind() == reflect.Slice && v.IsNil() {
		return nil, nil
	}
	list := make([]any, v.Len())
	for i := range list {
		list[i] = v.Index(i).Interface()
	}
	return normalList(list, depth)
}

func reflectMap(v reflect.Value, depth int) (any, *ValueError) {
	if v.IsNil() {
		return nil, nil
	}
	m := make(map[string]any, v.Len())
	for it := v.MapRange(); it.Next(); {
		m[it.Key().String()] = it.Value().Interface()
	}
	return normalMap(m, depth)
}

// numberText is the free-form value of a number's text; false: it is none, or
// out of range.
func numberText(text string) (any, bool) {
	token := []byte(text)
	if numberEnd(token, 0) != len(token) {
		return nil, false
	}
	n, ok := numberValue(token)
	if n == 0.0 {
		n = 0.0 // not negative zero
	}
	return n, ok
}

func errDeep() *ValueError {
	return &ValueError{Msg: fmt.Sprintf("nested deeper than %d, or in a cycle", MaxDepth)}
}

func (e *ValueError) inIndex(i int) *ValueError {
	return e.in("[" + strconv.Itoa(i) + "]")
}

func (e *ValueError) inMember(k string) *ValueError { return e.in(k) }

// in puts a step before the path.
func (e *ValueError) in(step string) *ValueError {
	if e.Path != "" && e.Path[0] != '[' {
		step += "."
	}
	e.Path = step + e.Path
	return e
}

// CloneAny returns a deep copy of a value that NormalizeAny or a Decoder made.
func CloneAny(v any) any { return cloneAny(v, 0) }

// cloneAny does not go deeper than a value may nest, since one that was not
// normalised yet may contain itself.
func cloneAny(v any, depth int) any {
	if depth > MaxDepth {
		return v
	}
	switch v := v.(type) {
	case []any:
		if v == nil {
			return v
		}
		out := make([]any, len(v))
		for i, e := range v {
			out[i] = cloneAny(e, depth+1)
		}
		return out
	case map[string]any:
		if v == nil {
			return v
		}
		out := make(map[string]any, len(v))
		for k, e := range v {
			out[k] = cloneAny(e, depth+1)
		}
		return out
	}
	return v
}

// EqualAny reports whether two values that NormalizeAny or a Decoder made are
// equal: numbers by value, dates by instant, maps and lists by content. Values
// of other types are equal to nothing.
func EqualAny(a, b any) bool {
	switch a := a.(type) {
	case nil:
		return b == nil
	case bool:
		b, ok := b.(bool)
		return ok && a == b
	case string:
		b, ok := b.(string)
		return ok && a == b
	case float64:
		switch b := b.(type) {
		case float64:
			return a == b
		case int64:
			return equalInt(b, a)
		}
	case int64:
		switch b := b.(type) {
		case int64:
			return a == b
		case float64:
			return equalInt(a, b)
		}
	case time.Time:
		b, ok := b.(time.Time)
		return ok && a.Equal(b)
	case []any:
		b, ok := b.([]any)
		return ok && equalList(a, b)
	case map[string]any:
		b, ok := b.(map[string]any)
		return ok && equalMap(a, b)
	}
	return false
}

// equalInt reports whether i and f are the same number.
func equalInt(i int64, f float64) bool {
	return f >= -1<<63 && f < 1<<63 && int64(f) == i && float64(int64(f)) == f
}

func equalList(a, b []any) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for i := range a {
		if !EqualAny(a[i], b[i]) {
			return false
		}
	}
	return true
}

func equalMap(a, b map[string]any) bool {
	if len(a) != len(b) || (a == nil) != (b == nil) {
		return false
	}
	for k, v := range a {
		w, ok := b[k]
		if !ok || !EqualAny(v, w) {
			return false
		}
	}
	return true
}
