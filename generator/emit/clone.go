package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// shares reports whether a plain copy of a value has parts in common with it.
func shares(t *model.Type) bool {
	switch {
	case t.Struct != nil:
		return sharesFields(t.Struct.Fields)
	default:
		return t.Kind == model.Object || t.Kind == model.Array
	}
}

func sharesFields(fields []*model.Field) bool {
	for _, f := range fields {
		if shares(f.Type) {
			return true
		}
	}
	return false
}

// cloneFuncs replace what copies would share.
func cloneFuncs(b *bucket) []jen.Code {
	var decls []jen.Code
	add := func(name, recv, typ string, fields []*model.Field) {
		if !sharesFields(fields) {
			return
		}
		var body []jen.Code
		for _, f := range fields {
			if shares(f.Type) {
				body = append(body, cloneField(b, recv, f)...)
			}
		}
		decls = append(decls, jen.Func().Id(name).Params(jen.Id(recv).Op("*").Id(typ)).Block(body...))
	}
	add(b.record.clone, "r", b.Record, b.Fields)
	for _, s := range b.Structs {
		add(b.structs[s].clone, "s", s.GoName, s.Fields)
	}
	return decls
}

func cloneField(b *bucket, recv string, f *model.Field) []jen.Code {
	x := func() *jen.Statement { return jen.Id(recv).Dot(f.GoName) }
	if !f.Optional {
		return cloneValue(b, f.Type, x, 0)
	}
	if copied := copyOf(f.Type, jen.Id("v")); copied != nil {
		return []jen.Code{ifSet(x(), x().Op("=").Add(noex("Some")).Call(copied))}
	}
	body := cloneValue(b, f.Type, func() *jen.Statement { return jen.Id("v") }, 0)
	return []jen.Code{ifSet(x(), append(body, x().Op("=").Add(noex("Some")).Call(jen.Id("v")))...)}
}

// copyOf is a copy that shares nothing, if one expression makes it, or nil.
func copyOf(t *model.Type, x jen.Code) *jen.Statement {
	switch {
	case isUntyped(t):
		return codec("CloneAny").Call(x).Assert(goType(t))
	case t.Kind == model.Array && !shares(t.Elem):
		return jen.Qual("slices", "Clone").Call(x)
	default:
		return nil
	}
}

// cloneValue replaces what x shares with the value it was copied from.
func cloneValue(b *bucket, t *model.Type, x func() *jen.Statement, depth int) []jen.Code {
	if copied := copyOf(t, x()); copied != nil {
		return []jen.Code{x().Op("=").Add(copied)}
	}
	if t.Struct != nil {
		return []jen.Code{jen.Id(b.structs[t.Struct].clone).Call(jen.Op("&").Add(x()))}
	}
	i := "i"
	if depth > 0 {
		i += strconv.Itoa(depth + 1)
	}
	elem := func() *jen.Statement { return x().Index(jen.Id(i)) }
	return []jen.Code{
		x().Op("=").Qual("slices", "Clone").Call(x()),
		jen.For(jen.Id(i).Op(":=").Range().Add(x())).Block(cloneValue(b, t.Elem, elem, depth+1)...),
	}
}
