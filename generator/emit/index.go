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
	if len(ix.Fields) > 1 {
		return compoundIndex(b, ix)
	}
	f := ix.Fields[0]
	constructor := "NewIndex"
	ordered := ix.Ordered && f.Type.Kind != model.Boolean // a boolean has no ranges to serve
	switch {
	case ordered && ix.Unique:
		constructor = "NewSortedUnique"
	case ordered:
		constructor = "NewSorted"
	case ix.Unique:
		constructor = "NewUnique"
	}
	return noex(constructor).Call(jen.Id(b.FieldsVar()).Dot(f.GoName))
}

// compoundIndex is an index by a struct with one value a field.
func compoundIndex(b *bucket, ix *model.Index) jen.Code {
	key := b.keys[ix]
	names := make([]jen.Code, len(ix.Fields))
	for i, f := range ix.Fields {
		names[i] = jen.Lit(f.Name)
	}
	elems := []jen.Code{
		keyed("Name", jen.Lit(ix.Name)),
		keyed("Fields", jen.Index().String().Values(names...)),
	}
	if ix.Unique {
		elems = append(elems, keyed("Unique", jen.True()))
	}
	elems = append(elems, keyed("Get", indexGet(b, ix)))
	if ix.Ordered {
		elems = append(elems, keyed("Compare", indexCompare(b, ix)))
	}
	from := make([]jen.Code, len(ix.Fields))
	for i, f := range ix.Fields {
		from[i] = jen.Id("v").Index(jen.Lit(i)).Assert(goType(f.Type))
	}
	elems = append(elems, keyed("FromFields",
		jen.Func().Params(jen.Id("v").Index().Any()).Id(key).Block(jen.Return(jen.Id(key).Values(from...)))))
	return jen.Op("&").Add(noex("Index").Types(jen.Id(b.Record), jen.Id(key))).Add(multi(elems...))
}

// indexGet is the value of a record, if it has one of every field.
func indexGet(b *bucket, ix *model.Index) jen.Code {
	var body []jen.Code
	values := make([]jen.Code, len(ix.Fields))
	var present *jen.Statement
	for i, f := range ix.Fields {
		x := jen.Id("r").Dot(f.GoName)
		values[i] = x
		if !f.Optional {
			continue
		}
		has := jen.Id("r").Dot(f.GoName).Dot("IsSet").Call()
		if present == nil {
			present = has
		} else {
			present = present.Op("&&").Add(has)
		}
		values[i] = jen.Id("r").Dot(f.GoName).Dot("Or").Call(zero(f.Type))
	}
	if present == nil {
		present = jen.True()
	}
	body = append(body, jen.Return(jen.Id(b.keys[ix]).Values(values...), present))
	return jen.Func().Params(jen.Id("r").Op("*").Id(b.Record)).Params(jen.Id(b.keys[ix]), jen.Bool()).Block(body...)
}

// indexCompare orders two values by their first n fields.
func indexCompare(b *bucket, ix *model.Index) jen.Code {
	body := []jen.Code{jen.Id("order").Op(":=").Add(compare(b, ix.Fields[0]))}
	for i, f := range ix.Fields[1:] {
		body = append(body, jen.If(jen.Id("order").Op("==").Lit(0).Op("&&").Id("n").Op(">").Lit(i+1)).Block(
			jen.Id("order").Op("=").Add(compare(b, f))))
	}
	body = append(body, jen.Return(jen.Id("order")))
	return jen.Func().Params(jen.List(jen.Id("a"), jen.Id("b")).Id(b.keys[ix]), jen.Id("n").Int()).Int().Block(body...)
}

func compare(b *bucket, f *model.Field) jen.Code {
	x, y := jen.Id("a").Dot(f.GoName), jen.Id("b").Dot(f.GoName)
	switch f.Type.Kind {
	case model.Date:
		return x.Dot("Compare").Call(y)
	case model.Boolean:
		return jen.Id(b.compareBool).Call(x, y)
	default:
		return jen.Qual("cmp", "Compare").Call(x, y)
	}
}

// usesCompareBool reports whether an ordered index needs an order of booleans.
func usesCompareBool(p *model.Package) bool {
	for _, b := range p.Buckets {
		for _, ix := range b.Indexes {
			for _, f := range ix.Fields {
				if ix.Ordered && len(ix.Fields) > 1 && f.Type.Kind == model.Boolean {
					return true
				}
			}
		}
	}
	return false
}

// keyTypes are the types of the values of compound indexes.
func keyTypes(b *bucket) []jen.Code {
	var decls []jen.Code
	for _, ix := range b.Indexes {
		if len(ix.Fields) == 1 {
			continue
		}
		fields := make([]jen.Code, len(ix.Fields))
		for i, f := range ix.Fields {
			fields[i] = jen.Id(f.GoName).Add(goType(f.Type))
		}
		decls = append(decls, documented(jen.Type().Id(b.keys[ix]).Struct(fields...),
			b.keys[ix]+" is a value of the index "+ix.Name+"."))
	}
	return decls
}

// indexMethod reads by an index.
func indexMethod(b *bucket, ix *model.Index) jen.Code {
	args := make([]jen.Code, len(ix.Fields))
	names := make([]string, len(ix.Fields))
	values := make([]jen.Code, len(ix.Fields))
	for i, f := range ix.Fields {
		names[i] = f.Name
		args[i] = jen.Id(f.Param).Add(goType(f.Type))
		values[i] = jen.Id(f.Param)
		if len(ix.Fields) > 1 && f.Type.Kind == model.Date {
			values[i] = jen.Id(f.Param).Dot("Round").Call(jen.Lit(0)).Dot("UTC").Call() // as records hold it
		}
	}
	v := values[0]
	given := "the given " + names[0]
	if n := len(names); n > 1 {
		v = jen.Id(b.keys[ix]).Values(values...)
		given = "the given " + strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	find, result, doc := "FindAll", jen.Index().Id(b.Record), " returns the records with "+given+", in bucket order."
	if ix.Unique {
		find, result, doc = "FindOne", jen.Params(jen.Id(b.Record), jen.Bool()), " returns the record with "+given+", and false if there is none."
	}
	return documented(
		jen.Func().Params(jen.Id("v").Id(b.ViewAccessor())).Id(ix.Method).Params(args...).Add(result).
			Add(one(noex(find).Call(jen.Id("v").Dot("Reader"), jen.Id(b.indexes[ix]), v))),
		ix.Method+doc)
}
