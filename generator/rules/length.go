package rules

import (
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

var minLengthRule = Rule{
	Name: "minLength", Doc: "The fewest characters of a text or elements of an array; 0 lets a required one be empty.", Example: "1",
	Constrains: true,
	Types:      []string{"string", "array"}, Places: anywhere, Schema: `{"type":"integer","minimum":0,"maximum":2147483647}`,
	parse: func(r *reader, arg *source.Node) { r.MinLength = r.length("minLength", arg) },
	check: func(r *reader) {
		if r.MinLength != nil && r.MaxLength != nil && *r.MinLength > *r.MaxLength {
			r.diags.Errorf(diag.Contradicts, r.args["minLength"].Pos, "minLength %d is above maxLength %d, so no value is allowed", *r.MinLength, *r.MaxLength)
		}
	},
	accept: func(s *Set, value any) string {
		if n, ok := length(value); ok && s.MinLength != nil && n < *s.MinLength {
			return fmt.Sprintf("is shorter than minLength: %d", *s.MinLength)
		}
		return ""
	},
	shape: func(s *Set) string { return showLength(s.MinLength) },
	narrows: func(old, new *Set) string {
		if new.MinLength == nil || *new.MinLength == 0 || old.MinLength != nil && *new.MinLength <= *old.MinLength {
			return ""
		}
		return changed(showLength(old.MinLength), showLength(new.MinLength))
	},
}

var maxLengthRule = Rule{
	Name: "maxLength", Doc: "The most characters of a text or elements of an array.", Example: "80",
	Constrains: true,
	Types:      []string{"string", "array"}, Places: anywhere, Schema: `{"type":"integer","minimum":0,"maximum":2147483647}`,
	parse: func(r *reader, arg *source.Node) { r.MaxLength = r.length("maxLength", arg) },
	accept: func(s *Set, value any) string {
		if n, ok := length(value); ok && s.MaxLength != nil && n > *s.MaxLength {
			return fmt.Sprintf("is longer than maxLength: %d", *s.MaxLength)
		}
		return ""
	},
	shape: func(s *Set) string { return showLength(s.MaxLength) },
	narrows: func(old, new *Set) string {
		if new.MaxLength == nil || old.MaxLength != nil && *new.MaxLength >= *old.MaxLength {
			return ""
		}
		return changed(showLength(old.MaxLength), showLength(new.MaxLength))
	},
}

func (r *reader) length(key string, arg *source.Node) *int {
	v, ok := arg.AsInt(key, r.diags)
	switch {
	case !ok:
		return nil
	case v < 0:
		r.diags.Errorf(diag.BadArgument, arg.Pos, "%s must not be negative", key)
		return nil
	case v > math.MaxInt32:
		r.diags.Errorf(diag.BadArgument, arg.Pos, "%s must be at most %d", key, math.MaxInt32)
		return nil
	}
	n := int(v)
	return &n
}

func length(value any) (int, bool) {
	switch v := value.(type) {
	case string:
		return utf8.RuneCountInString(v), true
	case []any:
		return len(v), true
	default:
		return 0, false
	}
}

func showLength(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}
