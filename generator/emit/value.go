package emit

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// text is a string literal, raw where that saves escapes.
func text(s string) *jen.Statement {
	if strings.ContainsAny(s, `"\`) && strconv.CanBackquote(s) {
		return jen.Op("`" + s + "`")
	}
	return jen.Lit(s)
}

// number is an untyped constant. jennifer would write a conversion.
func number(v any) *jen.Statement {
	switch v := v.(type) {
	case int64:
		return jen.Op(strconv.FormatInt(v, 10))
	case float64:
		return jen.Op(strconv.FormatFloat(v, 'g', -1, 64))
	default:
		return jen.Lit(v)
	}
}

// value is a default as an expression that makes a fresh value each time.
func value(t *model.Type, v any) *jen.Statement {
	if t.Enum != nil {
		constant, _ := t.Enum.Lookup(v)
		return jen.Id(constant.GoName)
	}
	switch v := v.(type) {
	case string:
		return text(v)
	case int64, float64:
		return number(v)
	case bool:
		return jen.Lit(v)
	case time.Time:
		return date(v)
	case []any:
		if t.Elem == nil {
			return untyped(v)
		}
		elems := make([]jen.Code, len(v))
		for i, e := range v {
			elems[i] = value(t.Elem, e)
		}
		return goType(t).Values(elems...)
	case map[string]any:
		if t.Struct == nil {
			return untyped(v)
		}
		return goType(t).Values(members(t.Struct, v)...)
	default:
		return zero(t)
	}
}

// members are the fields of a nested object that a default gives.
func members(s *model.Struct, v map[string]any) []jen.Code {
	var elems []jen.Code
	for _, f := range s.Fields {
		x, given := v[f.Name]
		if !given || x == nil {
			continue
		}
		elem := value(f.Type, x)
		if f.Optional {
			elem = noex("Some").Types(goType(f.Type)).Call(elem)
		}
		elems = append(elems, keyed(f.GoName, elem))
	}
	return elems
}

// untyped is a value of type any. Constants get the type that the store would
// give them.
func untyped(v any) *jen.Statement {
	switch v := v.(type) {
	case int64:
		return jen.Int64().Call(number(v))
	case float64:
		return jen.Float64().Call(number(v))
	case string:
		return text(v)
	case bool:
		return jen.Lit(v)
	case []any:
		elems := make([]jen.Code, len(v))
		for i, e := range v {
			elems[i] = untyped(e)
		}
		return jen.Index().Any().Values(elems...)
	case map[string]any:
		var elems []jen.Code
		for _, k := range slices.Sorted(maps.Keys(v)) {
			elems = append(elems, text(k).Op(":").Add(untyped(v[k])))
		}
		return jen.Map(jen.String()).Any().Values(elems...)
	default:
		return jen.Nil()
	}
}

func date(t time.Time) *jen.Statement {
	t = t.UTC()
	return jen.Qual("time", "Date").Call(
		jen.Lit(t.Year()), jen.Qual("time", t.Month().String()), jen.Lit(t.Day()),
		jen.Lit(t.Hour()), jen.Lit(t.Minute()), jen.Lit(t.Second()), jen.Lit(t.Nanosecond()),
		jen.Qual("time", "UTC"))
}

// duration is a time to live as a person would write it.
func duration(d time.Duration) *jen.Statement {
	units := []struct {
		name string
		size time.Duration
	}{{"Hour", time.Hour}, {"Minute", time.Minute}, {"Second", time.Second}, {"Millisecond", time.Millisecond}, {"Nanosecond", 1}}
	const day = 24 * time.Hour
	if d > day && d%day == 0 {
		return jen.Lit(int(d/day)).Op("*").Lit(24).Op("*").Qual("time", "Hour")
	}
	for _, u := range units {
		if d%u.size == 0 {
			return jen.Lit(int(d/u.size)).Op("*").Qual("time", u.name)
		}
	}
	return jen.Lit(0)
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
