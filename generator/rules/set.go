package rules

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

// Set is what the keys of one field say, typed. What was wrong has been
// reported and is left at its zero value.
type Set struct {
	Type      string // one of Types, or "" if unknown
	Required  bool
	Unique    bool
	Immutable bool
	Generated string // one of Generators, or ""

	Enum                 []EnumValue
	Min, Max             any // int64 or float64, or nil
	MinLength, MaxLength *int
	Pattern              string
	Format               string // one of Formats, or ""
	Ref                  string
	Default              *source.Node // not yet compared with the type
	Doc, Deprecated      string

	pattern *regexp.Regexp
	args    map[string]*source.Node // what is written, by key
}

// EnumValue is one entry of an enum.
type EnumValue struct {
	Value  any          // string or int64
	GoName *source.Node // nil: from the value
	Doc    string
	Pos    diag.Pos
}

// Arg returns the argument of a key as written, or nil.
func (s *Set) Arg(key string) *source.Node { return s.args[key] }

// Whole reports whether values are whole numbers: an integer, or a number
// that is generated.
func (s *Set) Whole() bool {
	return s.Type == "integer" || s.Type == "number" && s.Generated != ""
}

// Violations lists why a value is not allowed, in the order of the table. The value
// is a string, int64, float64, bool, time.Time, []any or map[string]any.
func (s *Set) Violations(value any) []string { return s.violations(value, nil) }

func (s *Set) violations(value any, except *Rule) []string {
	var why []string
	s.each(func(rule *Rule, _ *source.Node) {
		if rule.accept == nil || rule == except {
			return
		}
		if w := rule.accept(s, value); w != "" {
			why = append(why, w)
		}
	})
	return why
}

// Shape is a canonical form of what the rules demand of stored values. Whether
// there must be a value, and only once, is for the field to say.
func (s *Set) Shape() string {
	var parts []string
	for _, rule := range table {
		if rule.shape == nil {
			continue
		}
		if shape := rule.shape(s); shape != "" {
			parts = append(parts, rule.Name+"="+strconv.Quote(shape))
		}
	}
	return strings.Join(parts, " ")
}

// flag parses a key that takes true or false.
func (r *reader) flag(key string, arg *source.Node) bool {
	v, _ := arg.AsBool(key, r.diags)
	return v
}
