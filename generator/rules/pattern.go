package rules

import (
	"errors"
	"regexp"
	"regexp/syntax"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

var patternRule = Rule{
	Name: "pattern", Doc: "A regular expression (RE2) that a text must match somewhere; anchor it with ^ and $.", Example: "'^[A-Z]{3}$'",
	Constrains: true,
	Types:      []string{"string"}, Places: anywhere, Schema: `{"type":"string","minLength":1,"format":"regex"}`,
	parse: parsePattern,
	accept: func(s *Set, value any) string {
		if text, ok := value.(string); ok && s.pattern != nil && !s.pattern.MatchString(text) {
			return "does not match pattern: " + s.Pattern
		}
		return ""
	},
	shape: func(s *Set) string { return s.Pattern },
	narrows: func(old, new *Set) string {
		if new.Pattern == "" || new.Pattern == old.Pattern {
			return ""
		}
		return changed(old.Pattern, new.Pattern)
	},
}

func parsePattern(r *reader, arg *source.Node) {
	text, ok := arg.AsText("pattern", r.diags)
	if !ok {
		return
	}
	if text == "" {
		r.diags.Errorf(diag.BadPattern, arg.Pos, "the pattern is empty and matches everything; leave it out")
		return
	}
	re, err := regexp.Compile(text)
	if err != nil {
		why := err.Error()
		if e := new(syntax.Error); errors.As(err, &e) {
			why = e.Code.String() + ": " + e.Expr
		}
		r.diags.Errorf(diag.BadPattern, arg.Pos, "the pattern does not compile: %s", why)
		if help := patternHelp(text); help != "" {
			r.diags.Help("%s", help)
		}
		return
	}
	r.Pattern, r.pattern = text, re
}

var backreference = regexp.MustCompile(`\\[1-9]|\\k<`)

// patternHelp says what to write for what JavaScript has and RE2 lacks.
func patternHelp(text string) string {
	switch {
	case strings.Contains(text, "(?=") || strings.Contains(text, "(?!") ||
		strings.Contains(text, "(?<=") || strings.Contains(text, "(?<!"):
		return "Go's regular expressions (RE2) have no lookahead or lookbehind; write out what is allowed, or check it before the insert"
	case backreference.MatchString(text):
		return "Go's regular expressions (RE2) have no backreferences; write out what is allowed, or check it before the insert"
	case strings.HasPrefix(text, "/"):
		return "write the expression without the slashes; flags go in front, as in (?i)"
	case strings.Contains(text, `\u`):
		return `write \x{20ac} for \u20ac`
	default:
		return ""
	}
}
