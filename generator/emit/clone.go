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
				body = append(body, cloneField(b, recv+"."+f.GoName, f)...)
			}
		}
		decls = append(decls, funcDecl(call(name, recv+" *"+typ), body...))
	}
	add(b.record.clone, "r", b.Record, b.Fields)
	for _, s := range b.Structs {
		add(b.structs[s].clone, "s", s.GoName, s.Fields)
	}
	return decls
}

func cloneField(b *bucket, x string, f *model.Field) []jen.Code {
	if !f.Optional {
		return cloneValue(b, f.Type, x, 0)
	}
	if copied := copyOf(f.Type, "v"); copied != "" {
		return []jen.Code{ifSet(x, assign(x, some(copied)))}
	}
	return []jen.Code{ifSet(x, append(cloneValue(b, f.Type, "v", 0), assign(x, some("v")))...)}
}

// copyOf is a copy that shares nothing, if one expression makes it, or "".
func copyOf(t *model.Type, x string) string {
	switch {
	case isUntyped(t):
		return call("codec.CloneAny", x) + ".(" + goType(t) + ")"
	case t.Kind == model.Array && !shares(t.Elem):
		return call("slices.Clone", x)
	default:
		return ""
	}
}

// cloneValue replaces what x shares with the value it was copied from.
func cloneValue(b *bucket, t *model.Type, x string, depth int) []jen.Code {
	if copied := copyOf(t, x); copied != "" {
		return []jen.Code{assign(x, copied)}
	}
	if t.Struct != nil {
		return []jen.Code{raw(call(b.structs[t.Struct].clone, "&"+x))}
	}
	i := "i"
	if depth > 0 {
		i += strconv.Itoa(depth + 1)
	}
	return []jen.Code{
		assign(x, call("slices.Clone", x)),
		loop(i+" := range "+x, cloneValue(b, t.Elem, x+"["+i+"]", depth+1)...),
	}
}
