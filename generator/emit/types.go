package emit

import (
	"strings"

	"github.com/noexgen/noexgen/generator/model"
)

// isList reports whether values are lists of a known type.
func isList(t *model.Type) bool { return t.Kind == model.Array && t.Elem != nil }

// isUntyped reports whether values are maps or lists of anything.
func isUntyped(t *model.Type) bool {
	return t.Kind == model.Object && t.Struct == nil || t.Kind == model.Array && t.Elem == nil
}

// goType is the Go type of a value.
func goType(t *model.Type) string {
	switch {
	case t.Enum != nil:
		return t.Enum.GoName
	case t.Struct != nil:
		return t.Struct.GoName
	case isList(t):
		return "[]" + goType(t.Elem)
	}
	switch t.Kind {
	case model.String:
		return "string"
	case model.Number:
		return "float64"
	case model.Integer:
		return "int64"
	case model.Boolean:
		return "bool"
	case model.Date:
		return "time.Time"
	case model.Object:
		return "map[string]any"
	default:
		return "[]any"
	}
}

// optType is noex.Opt of the Go type.
func optType(t *model.Type) string { return generic("noex.Opt", goType(t)) }

// fieldType is the type of a field of a record or a nested object.
func fieldType(f *model.Field) string {
	if f.Optional {
		return optType(f.Type)
	}
	return goType(f.Type)
}

// zero is Go's zero value of a type.
func zero(t *model.Type) string {
	switch {
	case t.Struct != nil, t.Kind == model.Date:
		return goType(t) + "{}"
	case t.Kind == model.Object, t.Kind == model.Array:
		return "nil"
	case t.Kind == model.String:
		return `""`
	case t.Kind == model.Boolean:
		return "false"
	default:
		return "0"
	}
}

// base is a value of an enum in the type it is made of, and any other as it is.
func base(t *model.Type, x string) string {
	switch {
	case t.Enum == nil:
		return x
	case t.Kind == model.String:
		return call("string", x)
	default:
		return call("int64", x)
	}
}

// some is a noex.Opt that is set.
func some(x string) string { return call("noex.Some", x) }

// where says where a type stands: "the field address.kind of User".
func where(b *bucket, path string) string {
	if inner, ok := strings.CutSuffix(path, "[]"); ok {
		return "the elements of " + where(b, inner)
	}
	return "the field " + path + " of " + b.Record
}

func (b *bucket) keyType() string { return goType(b.Key.Type) }
