package jsonschema

import (
	"bytes"
	"encoding/json"
	"go/token"
	"go/types"
	"slices"

	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// FileName is what the schema is called beside a definition.
const FileName = "noex.schema.json"

// EditorLine is the comment that makes editors with yaml-language-server use
// the schema of the same directory.
const EditorLine = "# yaml-language-server: $schema=" + FileName

// Definition returns the schema, with line breaks and indentation.
func Definition() ([]byte, error) {
	root := object{
		{"$schema", "https://json-schema.org/draft/2020-12/schema"},
		{"title", "A definition of noexgen"},
		{"description", "The buckets of a store, from which noexgen generates a Go package."},
	}
	root = append(root, keys(source.TopKeys())...)
	root = append(root, member{"$defs", object{
		{"bucket", append(object{{"description", "A bucket of records."}}, keys(source.BucketKeys())...)},
		{"index", append(object{{"description", "An index over one or more fields."}}, keys(source.IndexKeys())...)},
		{"field", field("A field of a record.", rules.InBucket)},
		{"objectField", field("A field of a nested object.", rules.InObject)},
		{"element", field("The elements of an array.", rules.InItems)},
		{"type", json.RawMessage(rules.Lookup("type").Schema)},
		{"name", json.RawMessage(`{"type":"string","pattern":"^[A-Za-z][A-Za-z0-9_-]*$","maxLength":100,"not":{"const":"__proto__"}}`)},
		{"goName", json.RawMessage(`{"type":"string","pattern":"^\\p{Lu}[\\p{L}\\p{Nd}_]*$"}`)},
		{"packageName", packageName()},
	}})
	text, err := root.MarshalJSON()
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	if err := json.Indent(&buf, text, "", "  "); err != nil {
		return nil, err
	}
	buf.WriteByte('\n')
	return buf.Bytes(), nil
}

// keys is an object that has these keys and no others.
func keys(list []source.Key) object {
	var properties object
	required := []string{}
	for _, k := range list {
		properties = append(properties, member{k.Name, documented(k.Schema, k.Doc, k.Example)})
		if k.Required {
			required = append(required, k.Name)
		}
	}
	o := object{{"type", "object"}, {"properties", properties}, {"additionalProperties", false}}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	return o
}

// documented is a schema with what an editor shows.
func documented(schema, doc, example string) object {
	return object{
		{"description", doc + "\n\nExample: " + example},
		{"allOf", []json.RawMessage{json.RawMessage(schema)}},
	}
}

// field is a field definition in a place: the keys that may stand there, and
// for each type those that do not apply to it or take less.
func field(doc string, place rules.Place) object {
	var properties object
	for _, rule := range rules.All() {
		if rule.Places&place != 0 {
			properties = append(properties, member{rule.Name, documented(rule.Schema, rule.Doc, rule.Example)})
		}
	}
	var perType []object
	for _, typ := range rules.Types {
		if narrower := narrowed(typ, place); len(narrower) > 0 {
			perType = append(perType, object{
				{"if", object{{"properties", object{{"type", object{{"const", typ}}}}}, {"required", []string{"type"}}}},
				{"then", object{{"properties", narrower}}},
			})
		}
	}
	return object{
		{"description", doc}, {"type", "object"}, {"properties", properties},
		{"additionalProperties", false}, {"required", []string{"type"}}, {"allOf", perType},
	}
}

// narrowed is what is special about the keys of a type.
func narrowed(typ string, place rules.Place) object {
	var properties object
	for _, rule := range rules.All() {
		switch {
		case rule.Places&place == 0:
		case rule.Types != nil && !slices.Contains(rule.Types, typ):
			properties = append(properties, member{rule.Name, false})
		case rule.SchemaFor[typ] != "":
			properties = append(properties, member{rule.Name, json.RawMessage(rule.SchemaFor[typ])})
		}
	}
	return properties
}

// packageName is a Go identifier that can name a package.
func packageName() object {
	var never []string
	for t := token.Token(0); t < 256; t++ {
		if t.IsKeyword() {
			never = append(never, t.String())
		}
	}
	never = append(never, types.Universe.Names()...)
	for _, name := range []string{"_", "documentation"} {
		if naming.PackageProblem(name) != "" {
			never = append(never, name)
		}
	}
	slices.Sort(never)
	return object{
		{"type", "string"}, {"pattern", `^[\p{L}_][\p{L}\p{Nd}_]*$`},
		{"not", object{{"anyOf", []any{object{{"enum", never}}, object{{"pattern", "_test$"}}}}}},
	}
}
