package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

func noex(name string) *jen.Statement { return jen.Qual(noexPath, name) }

func codec(name string) *jen.Statement { return jen.Qual(codecPath, name) }

// isList reports whether values are lists of a known type.
func isList(t *model.Type) bool { return t.Kind == model.Array && t.Elem != nil }

// isUntyped reports whether values are maps or lists of anything.
func isUntyped(t *model.Type) bool {
	return t.Kind == model.Object && t.Struct == nil || t.Kind == model.Array && t.Elem == nil
}

// goType is the Go type of a value.
func goType(t *model.Type) *jen.Statement {
	switch {
	case t.Enum != nil:
		return jen.Id(t.Enum.GoName)
	case t.Struct != nil:
		return jen.Id(t.Struct.GoName)
	case isList(t):
		return jen.Index().Add(goType(t.Elem))
	}
	switch t.Kind {
	case model.String:
		return jen.String()
	case model.Number:
		return jen.Float64()
	case model.Integer:
		return jen.Int64()
	case model.Boolean:
		return jen.Bool()
	case model.Date:
		return jen.Qual("time", "Time")
	case model.Object:
		return jen.Map(jen.String()).Any()
	default:
		return jen.Index().Any()
	}
}

// optType is noex.Opt of the Go type.
func optType(t *model.Type) *jen.Statement { return noex("Opt").Types(goType(t)) }

// fieldType is the type of a field of a record or a nested object.
func fieldType(f *model.Field) *jen.Statement {
	if f.Optional {
		return optType(f.Type)
	}
	return goType(f.Type)
}

// zero is Go's zero value of a type.
func zero(t *model.Type) *jen.Statement {
	switch {
	case t.Struct != nil, t.Kind == model.Date:
		return goType(t).Values()
	case t.Kind == model.Object, t.Kind == model.Array:
		return jen.Nil()
	case t.Kind == model.String:
		return jen.Lit("")
	case t.Kind == model.Boolean:
		return jen.False()
	default:
		return jen.Lit(0)
	}
}

// base is a value of an enum in the type it is made of, and any other as it is.
func base(t *model.Type, x jen.Code) jen.Code {
	switch {
	case t.Enum == nil:
		return x
	case t.Kind == model.String:
		return jen.String().Call(x)
	default:
		return jen.Int64().Call(x)
	}
}

// where says where a type stands: "the field address.kind of User".
func where(b *bucket, path string) string {
	if inner, ok := strings.CutSuffix(path, "[]"); ok {
		return "the elements of " + where(b, inner)
	}
	return "the field " + path + " of " + b.Record
}

func (b *bucket) keyType() jen.Code { return goType(b.Key.Type) }

// one is a function body that stands on one line, unless gofmt finds it too
// long.
func one(ret jen.Code) *jen.Statement {
	return jen.Custom(jen.Options{Open: "{ ", Close: " }"}, jen.Return(ret))
}

// multi is a composite literal with one element a line, in the order given.
func multi(elems ...jen.Code) *jen.Statement {
	if len(elems) == 0 {
		return jen.Values()
	}
	return jen.Custom(jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}, elems...)
}

// keyed is an element of a composite literal.
func keyed(name string, value jen.Code) jen.Code { return jen.Id(name).Op(":").Add(value) }
