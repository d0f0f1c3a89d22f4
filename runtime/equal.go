package noex

import (
	"math"
	"reflect"
	"time"
)

// equalValues compares two results of a live query: deeply, as
// reflect.DeepEqual does, but times as instants, NaN as equal to itself, and
// nil slices and maps as equal to empty ones.
func equalValues[T any](a, b T) bool {
	return equalDeep(reflect.ValueOf(&a).Elem(), reflect.ValueOf(&b).Elem(), 0)
}

var timeType = reflect.TypeFor[time.Time]()

const maxEqualDepth = 1000 // deeper values count as different

func equalDeep(a, b reflect.Value, depth int) bool {
	if a.IsValid() != b.IsValid() || depth > maxEqualDepth {
		return false
	}
	if !a.IsValid() {
		return true
	}
	if a.Type() != b.Type() {
		return false
	}
	if a.Type() == timeType && a.CanInterface() {
		return a.Interface().(time.Time).Equal(b.Interface().(time.Time))
	}
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		x, y := a.Float(), b.Float()
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	case reflect.Pointer:
		return a.Pointer() == b.Pointer() || !a.IsNil() && !b.IsNil() && equalDeep(a.Elem(), b.Elem(), depth+1)
	case reflect.Interface:
		return equalDeep(a.Elem(), b.Elem(), depth+1)
	case reflect.Struct:
		for i := range a.NumField() {
			if !equalDeep(a.Field(i), b.Field(i), depth+1) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !equalDeep(a.Index(i), b.Index(i), depth+1) {
				return false
			}
		}
		return true
	case reflect.Map:
		if a.Len() != b.Len() {
			return false
		}
		for it := a.MapRange(); it.Next(); {
			if other := b.MapIndex(it.Key()); !other.IsValid() || !equalDeep(it.Value(), other, depth+1) {
				return false
			}
		}
		return true
	case reflect.Func:
		return a.IsNil() && b.IsNil()
	default:
		return a.Equal(b)
	}
}
