package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// vars are the indexes of a bucket, the regular expressions of its patterns
// and how its lists are read and written.
func vars(b *bucket) []jen.Code {
	var defs []jen.Code
	for _, ix := range b.Indexes {
		defs = append(defs, jen.Id(b.indexes[ix]).Op("=").Add(indexDef(b, ix)))
	}
	each(b, func(t *model.Type) {
		if name := b.patterns[t]; name != "" {
			defs = append(defs, jen.Id(name).Op("=").Qual("regexp", "MustCompile").Call(text(t.Pattern)))
		}
		if name := b.lists[t]; name != "" {
			defs = append(defs, jen.Id(name).Op("=").Add(listJSON(b, t)))
		}
	})
	switch len(defs) {
	case 0:
		return nil
	case 1:
		return []jen.Code{jen.Var().Add(defs[0])}
	default:
		return []jen.Code{jen.Var().Defs(defs...)}
	}
}

// each calls do for the types of all fields and of the elements of lists, in
// source order.
func each(b *bucket, do func(*model.Type)) {
	fields := func(fields []*model.Field) {
		for _, f := range fields {
			for t := f.Type; t != nil; t = t.Elem {
				do(t)
			}
		}
	}
	fields(b.Fields)
	for _, s := range b.Structs {
		fields(s.Fields)
	}
}

func indexDef(b *bucket, ix *model.Index) jen.Code {
	constructor := "NewIndex"
	// A boolean alone has no ranges to serve.
	ordered := ix.Ordered && (len(ix.Fields) > 1 || ix.Fields[0].Type.Kind != model.Boolean)
	switch {
	case ordered && ix.Unique:
		constructor = "NewSortedUnique"
	case ordered:
		constructor = "NewSorted"
	case ix.Unique:
		constructor = "NewUnique"
	}
	parts, names := make([]jen.Code, len(ix.Fields)), make([]string, len(ix.Fields))
	for i, f := range ix.Fields {
		parts[i], names[i] = jen.Id(b.FieldsVar()).Dot(f.GoName).Dot("Part").Call(), f.Name
	}
	def := noex(constructor).Call(parts...)
	if ix.Name != strings.Join(names, "_") {
		def.Dot("Named").Call(text(ix.Name))
	}
	return def
}

// valueNames are the functions of the runtime that make values to look for.
var valueNames = map[model.Kind]string{
	model.String: "StringValue", model.Number: "NumberValue", model.Integer: "NumberValue",
	model.Boolean: "BoolValue", model.Date: "TimeValue",
}

// indexMethod reads by an index.
func indexMethod(b *bucket, ix *model.Index) jen.Code {
	args := make([]jen.Code, len(ix.Fields))
	names := make([]string, len(ix.Fields))
	call := []jen.Code{jen.Id("v").Dot("Reader"), jen.Id(b.indexes[ix])}
	for i, f := range ix.Fields {
		names[i] = f.Name
		args[i] = jen.Id(f.Param).Add(goType(f.Type))
		call = append(call, noex(valueNames[f.Type.Kind]).Call(jen.Id(f.Param)))
	}
	given := "the given " + names[0]
	if n := len(names); n > 1 {
		given = "the given " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	find, result, doc := "FindAll", jen.Index().Id(b.Record), " returns the records with "+given+", in bucket order."
	if ix.Unique {
		find, result, doc = "FindOne", jen.Params(jen.Id(b.Record), jen.Bool()), " returns the record with "+given+", and false if there is none."
	}
	return documented(
		jen.Func().Params(jen.Id("v").Op("*").Id(b.ViewAccessor())).Id(ix.Method).Params(args...).Add(result).
			Add(one(noex(find).Call(call...))),
		ix.Method+doc)
}
