package rules

import (
	"slices"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

// Types are the field types, in the order the documentation lists them.
var Types = [...]string{"string", "number", "integer", "boolean", "date", "object", "array"}

// scalars are the types whose values can be compared, and so indexed.
var scalars = []string{"string", "number", "integer", "boolean", "date"}

var typeRule = Rule{
	Name: "type", Doc: "What the values are.", Example: "string", Places: anywhere,
	Schema: `{"enum":["string","number","integer","boolean","date","object","array"]}`,
	shape: func(s *Set) string {
		if s.Whole() {
			return "integer"
		}
		return s.Type
	},
	narrows: func(old, new *Set) string {
		was, is := old.Type, new.Type
		switch {
		case old.Whole() && new.Whole(), was == is && old.Whole() == new.Whole(), old.Whole() && is == "number":
			return "" // a whole number is a number, too
		case was == is:
			return "takes whole numbers only now"
		}
		return changed(was, is)
	},
}

var itemsRule = Rule{
	Name: "items", Doc: "What the elements of an array are: a type name or a field definition.", Example: "string",
	Types: []string{"array"}, Places: anywhere,
	Schema: `{"anyOf":[{"$ref":"#/$defs/type"},{"$ref":"#/$defs/element"}]}`,
}

var fieldsRule = Rule{
	Name: "fields", Doc: "The fields of a nested object, which becomes a Go struct.", Example: "{ street: { type: string } }",
	Types: []string{"object"}, Places: anywhere,
	Schema: `{"type":"object","minProperties":1,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"$ref":"#/$defs/objectField"}}`,
	parse: func(r *reader, arg *source.Node) {
		if arg.Kind == source.Map && len(arg.Entries) == 0 {
			r.diags.Errorf(diag.Missing, arg.Pos, "fields is empty; name a field, or leave it out for an object with any keys")
		}
	},
}

var docRule = Rule{
	Name: "doc", Doc: "The doc comment of the Go field.", Example: "The name shown to others.", Places: anywhere,
	Schema: `{"type":"string"}`,
	parse:  func(r *reader, arg *source.Node) { r.Doc, _ = arg.AsText("doc", r.diags) },
}

var goNameRule = Rule{
	Name: "goName", Doc: "The Go name, where the one made from the field's name is taken or unwanted.", Example: "HomePage", Places: anywhere,
	Schema: `{"$ref":"#/$defs/goName"}`,
}

// readType finds the field's type first: what the other keys mean depends on it.
func (r *reader) readType(f *source.Field) {
	if f.Type == nil {
		switch {
		case f.Broken:
		case f.Name == nil:
			r.diags.Errorf(diag.Missing, f.Pos, "the elements have no type; write type: and one of %s", diag.Words(Types[:], "or"))
		default:
			r.diags.Errorf(diag.Missing, f.Pos, "field %q has no type; write type: and one of %s", f.Name.Text, diag.Words(Types[:], "or"))
		}
		return
	}
	text, ok := f.Type.AsText("type", r.diags)
	switch {
	case !ok:
	case slices.Contains(Types[:], text):
		r.Type = text
	default:
		r.diags.Errorf(diag.UnknownType, f.Type.Pos, "unknown field type %q%s", text, suggestType(text))
		r.diags.Help("the types are %s", diag.Words(Types[:], "and"))
	}
}

// suggestType is the suggestion for an unknown type: what other systems call
// it, or one spelled alike.
func suggestType(word string) string {
	for _, s := range [...][2]string{
		{"int", "integer"}, {"int32", "integer"}, {"int64", "integer"}, {"long", "integer"}, {"bigint", "integer"},
		{"float", "number"}, {"float64", "number"}, {"double", "number"}, {"decimal", "number"},
		{"text", "string"}, {"uuid", "string"}, {"email", "string"}, {"url", "string"}, {"enum", "string"},
		{"bool", "boolean"}, {"datetime", "date"}, {"timestamp", "date"}, {"time", "date"},
		{"map", "object"}, {"json", "object"}, {"struct", "object"}, {"list", "array"}, {"set", "array"}, {"slice", "array"},
	} {
		if s[0] == word {
			return diag.Suggestion(s[1])
		}
	}
	return diag.DidYouMean(word, Types[:])
}
