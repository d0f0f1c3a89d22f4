package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// vars are the indexes of a bucket, the regular expressions of its patterns
// and how its lists are read and written.
func vars(b *bucket) []jen.Code {
	var defs []row
	add := func(name, value string) { defs = append(defs, row{cells: []string{name, "= " + value}}) }
	for _, ix := range b.Indexes {
		add(b.indexes[ix], indexDef(b, ix))
	}
	each(b, func(t *model.Type) {
		if name := b.patterns[t]; name != "" {
			add(name, call("regexp.MustCompile", text(t.Pattern)))
		}
		if name := b.lists[t]; name != "" {
			add(name, listJSON(b, t))
		}
	})
	switch len(defs) {
	case 0:
		return nil
	case 1:
		return []jen.Code{jen.Var().Id(columns(defs))}
	default:
		return []jen.Code{jen.Var().Defs(raw(columns(defs)))}
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

func indexDef(b *bucket, ix *model.Index) string {
	constructor := "noex.NewIndex"
	// A boolean alone has no ranges to serve.
	ordered := ix.Ordered && (len(ix.Fields) > 1 || ix.Fields[0].Type.Kind != model.Boolean)
	switch {
	case ordered && ix.Unique:
		constructor = "noex.NewSortedUnique"
	case ordered:
		constructor = "noex.NewSorted"
	case ix.Unique:
		constructor = "noex.NewUnique"
	}
	parts, names := make([]string, len(ix.Fields)), make([]string, len(ix.Fields))
	for i, f := range ix.Fields {
		parts[i], names[i] = part(b, f), f.Name
	}
	def := call(constructor, parts...)
	if ix.Name != strings.Join(names, "_") {
		def += call(".Named", text(ix.Name))
	}
	return def
}

// part is a field as a part of an index.
func part(b *bucket, f *model.Field) string { return b.FieldsVar() + "." + f.GoName + ".Part" }

// valueNames are the functions of the runtime that make values to look for.
var valueNames = map[model.Kind]string{
	model.String: "noex.StringValue", model.Number: "noex.NumberValue", model.Integer: "noex.NumberValue",
	model.Boolean: "noex.BoolValue", model.Date: "noex.TimeValue",
}

// indexMethods read by an index.
func indexMethods(b *bucket, ix *model.Index) []jen.Code {
	args := make([]string, len(ix.Fields))
	names := make([]string, len(ix.Fields))
	values := make([]string, len(ix.Fields))
	for i, f := range ix.Fields {
		names[i] = f.Name
		args[i] = f.Param + " " + goType(f.Type)
		values[i] = call(valueNames[f.Type.Kind], f.Param)
	}
	given := "the given " + names[0]
	if n := len(names); n > 1 {
		given = "the given " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	method := func(name string) string { return call("(v *"+b.ViewAccessor()+") "+name, args...) }
	if ix.Unique {
		find, by := "noex.FindOne", values
		if f := ix.Fields[0]; len(ix.Fields) == 1 && f.Type.Kind == model.String {
			find, by = "noex.FindText", []string{base(f.Type, f.Param)}
		}
		return []jen.Code{documented(
			funcDecl(method(ix.Method)+" ("+b.Record+", bool)",
				define("r, ok", call(find, append([]string{"&v.Reader", b.indexes[ix]}, by...)...)),
				returns("*r", "ok")),
			ix.Method+" returns the record with "+given+", and false if there is none.")}
	}
	by := append([]string{"v.Reader", b.indexes[ix]}, values...)
	count := "Count" + ix.Method
	return []jen.Code{
		documented(
			shortDecl(method(ix.Method)+" []"+b.Record, call("noex.FindAll", by...)),
			ix.Method+" returns the records with "+given+", in bucket order."),
		documented(
			shortDecl(method(count)+" int", call("noex.CountAll", by...)),
			count+" returns the number of records with "+given+"."),
	}
}
