package rules

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

var enumRule = Rule{
	Name: "enum", Doc: "The only values allowed; they become constants of a Go type of their own.", Example: "[user, admin]",
	Constrains: true,
	Types:      []string{"string", "integer"}, Places: anywhere,
	Schema:    `{"type":"array","minItems":1,"items":{"anyOf":[{"type":["string","integer"]},{"type":"object","required":["value"],"properties":{"value":{"type":["string","integer"]},"goName":{"$ref":"#/$defs/goName"},"doc":{"type":"string"}},"additionalProperties":false}]}}`,
	SchemaFor: map[string]string{"string": enumOf("string"), "integer": enumOf("integer")},
	parse:     parseEnum,
	check:     checkEnum,
	accept: func(s *Set, value any) string {
		if len(s.Enum) == 0 || slices.ContainsFunc(s.Enum, func(e EnumValue) bool { return e.Value == value }) {
			return ""
		}
		why := "is not in enum"
		if text, ok := value.(string); ok {
			var known []string
			for _, e := range s.Enum {
				known = append(known, e.Value.(string))
			}
			why += diag.DidYouMean(text, known)
		}
		return why
	},
	shape: func(s *Set) string {
		values := make([]string, len(s.Enum))
		for i, e := range s.Enum {
			values[i] = Show(e.Value)
		}
		slices.Sort(values) // the order of constants concerns Go only
		return strings.Join(values, ",")
	},
	narrows: func(old, new *Set) string {
		if len(new.Enum) == 0 {
			return ""
		}
		if len(old.Enum) == 0 {
			return "is new, and other values may be stored"
		}
		var gone []string
		for _, e := range old.Enum {
			if !slices.ContainsFunc(new.Enum, func(n EnumValue) bool { return n.Value == e.Value }) {
				gone = append(gone, Show(e.Value))
			}
		}
		if len(gone) == 0 {
			return ""
		}
		return "has no " + diag.Words(gone, "and") + " any more"
	},
}

// enumOf is the schema of an enum whose values are of a JSON type.
func enumOf(typ string) string {
	value := `{"type":"` + typ + `"}`
	named := value // what gives a Go name
	if typ == "string" {
		named = `{"type":"string","pattern":"[\\p{L}\\p{Nd}]"}`
	}
	return `{"uniqueItems":true,"items":{"anyOf":[` + named + `,{"type":"object","properties":{"value":` + named + `}},{"type":"object","required":["goName"],"properties":{"value":` + value + `}}]}}`
}

func parseEnum(r *reader, arg *source.Node) {
	items, ok := arg.AsList("enum", r.diags)
	if ok && len(items) == 0 {
		r.diags.Errorf(diag.BadArgument, arg.Pos, "enum is empty; list the values that are allowed")
	}
	seen := make(map[any]bool, len(items))
	for _, item := range items {
		entry := EnumValue{Pos: item.Pos}
		node := item
		if item.Kind == source.Map {
			if node = r.enumEntry(item, &entry); node == nil {
				continue
			}
		}
		switch r.Type {
		case "string":
			entry.Value, ok = asAny(node.AsText("an enum value of a string", r.diags))
		case "integer":
			entry.Value, ok = asAny(node.AsInt("an enum value of an integer", r.diags))
		default:
			ok = false
		}
		if !ok {
			continue
		}
		if seen[entry.Value] {
			r.diags.Errorf(diag.BadArgument, entry.Pos, "the enum value %s stands twice", Show(entry.Value))
			continue
		}
		seen[entry.Value] = true
		r.Enum = append(r.Enum, entry)
	}
}

// enumEntry reads { value: x, goName: Y, doc: … } and returns the value.
func (r *reader) enumEntry(n *source.Node, entry *EnumValue) *source.Node {
	known := []string{"value", "goName", "doc"}
	for _, e := range n.Entries {
		if !slices.Contains(known, e.Key.Text) {
			r.diags.Errorf(diag.UnknownKey, e.Key.Pos, "unknown key %q in an enum value%s", e.Key.Text, diag.DidYouMean(e.Key.Text, known))
		}
	}
	entry.GoName = n.Get("goName")
	if doc := n.Get("doc"); doc != nil {
		entry.Doc, _ = doc.AsText("doc", r.diags)
	}
	value := n.Get("value")
	if value == nil {
		r.diags.Errorf(diag.Missing, n.Pos, "the enum value has no value; write { value: x, goName: X }")
		return nil
	}
	entry.Pos = value.Pos
	return value
}

// checkEnum finds values that the field's other rules exclude.
func checkEnum(r *reader) {
	for _, e := range r.Enum {
		for _, why := range r.violations(e.Value, Lookup("enum")) {
			r.diags.Errorf(diag.Contradicts, e.Pos, "the enum value %s %s", Show(e.Value), why)
		}
	}
}

// Show is a value as a message names it.
func Show(value any) string {
	switch v := value.(type) {
	case string:
		return fmt.Sprintf("%q", v)
	case []any:
		return "list"
	case map[string]any:
		return "object"
	default:
		return fmt.Sprint(cmp.Or(value, any("null")))
	}
}

func asAny[T any](v T, ok bool) (any, bool) { return v, ok }
