package rules

import (
	"regexp"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

var requiredRule = Rule{
	Name: "required", Doc: "A record must have a value.", Example: "true",
	Constrains: true,
	Places:     InBucket | InObject, Schema: flagSchema,
	parse: func(r *reader, arg *source.Node) { r.Required = r.flag("required", arg) },
	narrows: func(old, new *Set) string {
		if !new.Required || old.Required {
			return ""
		}
		return "is new, and there may be records without a value"
	},
}

var defaultRule = Rule{
	Name: "default", Doc: "The value of a field that is not given.", Example: "user",
	Constrains: true,
	Places:     InBucket, Schema: `{"not":{"type":"null"}}`,
	SchemaFor: map[string]string{
		"string": `{"type":"string"}`, "number": `{"type":"number"}`, "integer": `{"type":"integer"}`, "boolean": `{"type":"boolean"}`,
		"date":   `{"anyOf":[{"type":"integer"},{"type":"string","pattern":"^\\d{4}-\\d{2}-\\d{2}([Tt]|$)"}]}`,
		"object": `{"type":"object"}`, "array": `{"type":"array"}`,
	},
	parse: func(r *reader, arg *source.Node) {
		switch {
		case arg.Kind == source.Null:
			r.diags.Errorf(diag.BadDefault, arg.Pos, "null is no default: a field without one is absent anyway; leave default out")
		case arg.Kind == source.Tagged && strings.Contains(arg.Tag, "function"),
			arg.Kind == source.Text && function.MatchString(arg.Text):
			r.diags.Errorf(diag.NoEquivalent, arg.Pos, "a default cannot be a function here; write a value, or generated: uuid, cuid, autoincrement or timestamp")
		default:
			r.Default = arg
		}
	},
}

// function matches what a JavaScript function begins with: the original took
// one as a default.
var function = regexp.MustCompile(`^\s*(async\s+)?(function\b\s*[\w$]*\s*\(|(\([^)]*\)|[\w$]+)\s*=>)`)

var immutableRule = Rule{
	Name: "immutable", Doc: "The value is set at insert and never changes.", Example: "true",
	Constrains: true,
	Places:     InBucket, Schema: flagSchema,
	parse: func(r *reader, arg *source.Node) { r.Immutable = r.flag("immutable", arg) },
}

var deprecatedRule = Rule{
	Name: "deprecated", Doc: "Why the field should no longer be used, for its Go doc comment.", Example: "use email",
	Places: InBucket | InObject, Schema: `{"type":"string","minLength":1}`,
	parse: func(r *reader, arg *source.Node) {
		if arg.Kind == source.Bool || arg.Kind == source.Text && arg.Text == "" {
			r.diags.Errorf(diag.BadArgument, arg.Pos, `deprecated must say why, as in deprecated: "use email"`)
			return
		}
		r.Deprecated, _ = arg.AsText("deprecated", r.diags)
	},
}
