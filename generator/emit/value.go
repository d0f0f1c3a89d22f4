package emit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/noexgen/noexgen/generator/model"
)

// text is a string literal, raw where that saves escapes.
func text(s string) string {
	if strings.ContainsAny(s, `"\`) && strconv.CanBackquote(s) {
		return "`" + s + "`"
	}
	return quote(s)
}

// number is a number as an untyped constant.
func number(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	return strconv.FormatInt(v.(int64), 10)
}

// constant is a text or a number.
func constant(v any) string {
	if s, ok := v.(string); ok {
		return text(s)
	}
	return number(v)
}

// value is a default as an expression that makes a fresh value each time.
func value(t *model.Type, v any) string {
	if t.Enum != nil {
		constant, _ := t.Enum.Lookup(v)
		return constant.GoName
	}
	switch v := v.(type) {
	case string:
		return text(v)
	case int64, float64:
		return number(v)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return date(v)
	case []any:
		if t.Elem == nil {
			return untyped(v)
		}
		elems := make([]string, len(v))
		for i, e := range v {
			elems[i] = value(t.Elem, e)
		}
		return composite(goType(t), elems)
	case map[string]any:
		if t.Struct == nil {
			return untyped(v)
		}
		return composite(goType(t), members(t.Struct, v))
	default:
		return zero(t)
	}
}

// members are the fields of a nested object that a default gives.
func members(s *model.Struct, v map[string]any) []string {
	var elems []string
	for _, f := range s.Fields {
		x, given := v[f.Name]
		if !given || x == nil {
			continue
		}
		elem := value(f.Type, x)
		if f.Optional {
			elem = call(generic("noex.Some", goType(f.Type)), elem)
		}
		elems = append(elems, f.GoName+": "+elem)
	}
	return elems
}

// untyped is a value of type any. Constants get the type that the store would
// give them.
func untyped(v any) string {
	switch v := v.(type) {
	case int64:
		return call("int64", number(v))
	case float64:
		return call("float64", number(v))
	case string:
		return text(v)
	case bool:
		return strconv.FormatBool(v)
	case []any:
		elems := make([]string, len(v))
		for i, e := range v {
			elems[i] = untyped(e)
		}
		return composite("[]any", elems)
	case map[string]any:
		var elems []string
		for _, k := range slices.Sorted(maps.Keys(v)) {
			elems = append(elems, text(k)+": "+untyped(v[k]))
		}
		return composite("map[string]any", elems)
	default:
		return "nil"
	}
}

func date(t time.Time) string {
	t = t.UTC()
	return fmt.Sprintf("time.Date(%d, time.%s, %d, %d, %d, %d, %d, time.UTC)",
		t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond())
}

// duration is a time to live as a person would write it.
func duration(d time.Duration) string {
	units := []struct {
		name string
		size time.Duration
	}{{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second}, {"Millisecond", time.Millisecond}, {"Nanosecond", 1}}
	const day = 24 * time.Hour
	if d > day && d%day == 0 {
		return fmt.Sprintf("%d * 24 * time.Hour", d/day)
	}
	for _, u := range units {
		if d%u.size == 0 {
			return fmt.Sprintf("%d * time.%s", d/u.size, u.name)
		}
	}
	return "0"
}

// shown is a default as a comment names it.
func shown(t *model.Type, v any) string {
	switch v := v.(type) {
	case string:
		if t.Enum != nil {
			constant, _ := t.Enum.Lookup(v)
			return constant.GoName
		}
		const longest = 40
		if quoted := strconv.Quote(v); len(quoted) <= longest {
			return oneLine(quoted)
		}
		return "a text"
	case int64:
		if t.Enum != nil {
			constant, _ := t.Enum.Lookup(v)
			return constant.GoName
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.UTC().Format(time.RFC3339Nano)
	case []any:
		if len(v) == 0 {
			return "an empty list"
		}
		return "a list"
	default:
		return "an object"
	}
}
