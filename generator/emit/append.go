package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// appendFuncs write the record and its nested objects as JSON.
func appendFuncs(b *bucket) []jen.Code {
	body := appendFields(b, "r", b.Fields, false)
	body = append(body, jen.Return(noex("AppendMeta").Call(jen.Id("b"), jen.Op("&").Id("r").Dot("Meta"))))
	decls := []jen.Code{appendFunc(b.record.append, jen.Id("r").Op("*").Id(b.Record), body)}
	for _, s := range b.Structs {
		decls = append(decls, appendFunc(b.structs[s].append, jen.Id("s").Id(s.GoName), appendFields(b, "s", s.Fields, true)))
	}
	return decls
}

func appendFunc(name string, of jen.Code, body []jen.Code) jen.Code {
	bytes := func() *jen.Statement { return jen.Index().Byte() }
	return jen.Func().Id(name).Params(jen.Id("b").Add(bytes()), of, jen.Id("f").Add(codec("Form"))).Add(bytes()).Block(body...)
}

// appendFields writes the members of an object, each with the comma that
// follows it. Of a nested object the last has the closing brace instead; a
// record stays open for its Meta.
func appendFields(b *bucket, recv string, fields []*model.Field, closed bool) []jen.Code {
	var body []jen.Code
	open := "{"
	if fields[0].Optional {
		body = append(body, jen.Id("b").Op("=").Append(jen.Id("b"), jen.LitRune('{')))
		open = ""
	}
	for i, f := range fields {
		name := open + `"` + f.Name + `":`
		open = ""
		x := jen.Id(recv).Dot(f.GoName)
		last := closed && i == len(fields)-1
		switch {
		case f.Optional:
			body = append(body, appendOptional(b, f.Type, name, x))
			if last {
				body = append(body, jen.Return(jen.Append(
					jen.Qual("bytes", "TrimSuffix").Call(jen.Id("b"), jen.Index().Byte().Call(jen.Lit(","))), jen.LitRune('}'))))
			}
		case last:
			body = append(body, jen.Return(member(b, f.Type, name, x, '}')))
		default:
			body = append(body, jen.Id("b").Op("=").Add(member(b, f.Type, name, x, ',')))
		}
	}
	return body
}

// appendOptional writes a member that has a value.
func appendOptional(b *bucket, t *model.Type, name string, x jen.Code) jen.Code {
	to := jen.Id("b")
	if function := simpleAppend(t); function != "" {
		return to.Op("=").Id(b.appendSet).Call(jen.Id("b"), text(name), x, codec(function))
	}
	return ifSet(x, to.Op("=").Add(member(b, t, name, jen.Id("v"), ',')))
}

// simpleAppend is the function that appends values of a type of Go's own, or "".
func simpleAppend(t *model.Type) string {
	if t.Enum != nil {
		return ""
	}
	return map[model.Kind]string{
		model.String: "AppendString", model.Number: "AppendFloat", model.Integer: "AppendInt", model.Boolean: "AppendBool",
	}[t.Kind]
}

// usesAppendSet reports whether a field is optional and of a type of Go's own.
func usesAppendSet(p *model.Package) bool {
	uses := func(fields []*model.Field) bool {
		return slices.ContainsFunc(fields, func(f *model.Field) bool { return f.Optional && simpleAppend(f.Type) != "" })
	}
	return slices.ContainsFunc(p.Buckets, func(b *model.Bucket) bool {
		return uses(b.Fields) || slices.ContainsFunc(b.Structs, func(s *model.Struct) bool { return uses(s.Fields) })
	})
}

func appendSetFunc(name string) jen.Code {
	bytes := func() *jen.Statement { return jen.Index().Byte() }
	return documented(
		jen.Func().Id(name).Types(jen.Id("T").Any()).Params(
			jen.Id("b").Add(bytes()), jen.Id("name").String(), jen.Id("o").Add(noex("Opt").Types(jen.Id("T"))),
			jen.Id("value").Func().Params(bytes(), jen.Id("T")).Add(bytes()),
		).Add(bytes()).Block(
			ifSet(jen.Id("o"), jen.Id("b").Op("=").Append(
				jen.Id("value").Call(jen.Append(jen.Id("b"), jen.Id("name").Op("...")), jen.Id("v")), jen.LitRune(','))),
			jen.Return(jen.Id("b"))),
		name+" appends a member of an object, and a comma, if o has a value.")
}

// member appends a name, a value and what follows it.
func member(b *bucket, t *model.Type, name string, x jen.Code, end rune) jen.Code {
	named := jen.Append(jen.Id("b"), text(name).Op("..."))
	return jen.Append(appendValue(b, t, named, x), jen.LitRune(end))
}

// appendValue appends a value to what to is.
func appendValue(b *bucket, t *model.Type, to, x jen.Code) jen.Code {
	form := jen.Id("f")
	switch {
	case t.Struct != nil:
		return jen.Id(b.structs[t.Struct].append).Call(to, x, form)
	case isList(t):
		return jen.Id(b.lists[t]).Dot("Append").Call(to, x, form)
	}
	switch t.Kind {
	case model.String:
		return codec("AppendString").Call(to, base(t, x))
	case model.Number:
		return codec("AppendFloat").Call(to, x)
	case model.Integer:
		return codec("AppendInt").Call(to, base(t, x))
	case model.Boolean:
		return codec("AppendBool").Call(to, x)
	case model.Date:
		return codec("AppendTime").Call(to, x, form)
	default:
		return codec("AppendAny").Call(to, x, form)
	}
}
