package rules

import (
	"cmp"
	"fmt"
	"math/big"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

var minRule = Rule{
	Name: "min", Doc: "The smallest number allowed.", Example: "0",
	Constrains: true,
	Types:      []string{"number", "integer"}, Places: anywhere, Schema: `{"type":"number"}`,
	SchemaFor: map[string]string{"integer": `{"type":"integer"}`},
	parse:     func(r *reader, arg *source.Node) { r.Min = r.bound("min", arg) },
	check: func(r *reader) {
		if r.Min != nil && r.Max != nil && compare(r.Min, r.Max) > 0 {
			r.diags.Errorf(diag.Contradicts, r.args["min"].Pos, "min %v is above max %v, so no value is allowed", r.Min, r.Max)
		}
	},
	accept: func(s *Set, value any) string {
		if s.Min != nil && compare(value, s.Min) < 0 {
			return fmt.Sprintf("is below min: %v", s.Min)
		}
		return ""
	},
	shape: func(s *Set) string { return showBound(s.Min) },
	narrows: func(old, new *Set) string {
		if new.Min == nil || old.Min != nil && compare(new.Min, old.Min) <= 0 {
			return ""
		}
		return changed(showBound(old.Min), showBound(new.Min))
	},
}

var maxRule = Rule{
	Name: "max", Doc: "The largest number allowed.", Example: "150",
	Constrains: true,
	Types:      []string{"number", "integer"}, Places: anywhere, Schema: `{"type":"number"}`,
	SchemaFor: map[string]string{"integer": `{"type":"integer"}`},
	parse:     func(r *reader, arg *source.Node) { r.Max = r.bound("max", arg) },
	accept: func(s *Set, value any) string {
		if s.Max != nil && compare(value, s.Max) > 0 {
			return fmt.Sprintf("is above max: %v", s.Max)
		}
		return ""
	},
	shape: func(s *Set) string { return showBound(s.Max) },
	narrows: func(old, new *Set) string {
		if new.Max == nil || old.Max != nil && compare(new.Max, old.Max) >= 0 {
			return ""
		}
		return changed(showBound(old.Max), showBound(new.Max))
	},
}

// bound is the argument of min or max in the type of the field's values,
// which depends on `generated`: that rule comes first in the table.
func (r *reader) bound(key string, arg *source.Node) any {
	if r.Whole() {
		if v, ok := arg.AsInt(key+" of an integer", r.diags); ok {
			return v
		}
		return nil
	}
	if v, ok := arg.AsFloat(key, r.diags); ok {
		return v
	}
	return nil
}

// compare orders two numbers exactly, whichever types they have. What is no
// number equals everything: its type is reported elsewhere.
func compare(a, b any) int {
	switch x := a.(type) {
	case int64:
		if y, ok := b.(int64); ok {
			return cmp.Compare(x, y)
		}
	case float64:
		if y, ok := b.(float64); ok {
			return cmp.Compare(x, y)
		}
	default:
		return 0
	}
	return exact(a).Cmp(exact(b))
}

func exact(v any) *big.Float {
	switch x := v.(type) {
	case int64:
		return new(big.Float).SetInt64(x)
	case float64:
		return new(big.Float).SetFloat64(x)
	default:
		return new(big.Float)
	}
}

// changed tells what a limit is now and was before.
func changed(old, new string) string {
	if old == "" {
		return "is now " + new + ", and was not there"
	}
	return "is now " + new + ", and was " + old
}

func showBound(v any) string {
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}
