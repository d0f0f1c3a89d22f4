package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// The methods of encoding/json. They are for people and other programs: stored
// data goes through the functions of the schema.

func marshal(recv, typ string, ret jen.Code, doc string) jen.Code {
	return documented(jen.Func().Params(jen.Id(recv).Id(typ)).Id("MarshalJSON").Params().
		Params(jen.Index().Byte(), jen.Error()).Add(one(ret)), doc)
}

func unmarshal(recv, typ string, body *jen.Statement, doc string) jen.Code {
	return documented(jen.Func().Params(jen.Id(recv).Op("*").Id(typ)).Id("UnmarshalJSON").
		Params(jen.Id("data").Index().Byte()).Error().Add(body), doc)
}

func recordJSON(b *bucket) []jen.Code {
	written := jen.Append(jen.Id(b.record.append).Call(jen.Nil(), jen.Op("&").Id("r"), codec("Plain")), jen.LitRune('}'))
	return []jen.Code{
		marshal("r", b.Record, jen.List(written, jen.Nil()), "MarshalJSON writes the record under the names of the definition."),
		unmarshal("r", b.Record, one(noex("UnmarshalRecord").Call(jen.Id("data"), jen.Id("r"), jen.Id(b.record.decode))),
			"UnmarshalJSON reads what MarshalJSON writes."),
	}
}

func structJSON(b *bucket, s *model.Struct) []jen.Code {
	names := b.structs[s]
	written := jen.Id(names.append).Call(jen.Nil(), jen.Id("s"), codec("Plain"))
	return []jen.Code{
		marshal("s", s.GoName, jen.List(written, jen.Nil()), "MarshalJSON writes the object under the names of the definition."),
		unmarshal("s", s.GoName, jen.Block(
			jen.Id("d").Op(":=").Add(codec("NewDecoder")).Call(jen.Id("data")),
			jen.Id("v").Op(":=").Id(names.decode).Call(jen.Id("d"), jen.Nil()),
			jen.If(jen.Err().Op(":=").Id("d").Dot("End").Call(), jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
			jen.Op("*").Id("s").Op("=").Id("v"),
			jen.Return(jen.Nil()),
		), "UnmarshalJSON reads what MarshalJSON writes."),
	}
}

func inputJSON(b *bucket) []jen.Code {
	var binds []jen.Code
	for _, f := range b.Fields {
		binds = append(binds, bind(b, "in", f, f.OptionalInput))
	}
	if b.TTL > 0 {
		binds = append(binds, noex("BindOpt").Call(jen.Lit("_expiresAt"), jen.Op("&").Id("in").Dot("ExpiresAt"), noex("TimeJSON").Call()))
	}
	return memberJSON(b, "in", b.Input(), binds,
		"MarshalJSON writes the input under the names of the definition.",
		"UnmarshalJSON reads an input. Its *noex.ValidationError has every issue.")
}

func patchJSON(b *bucket) []jen.Code {
	var binds []jen.Code
	for _, f := range b.Fields {
		switch {
		case f.Generated != "":
			binds = append(binds, noex("Ignored").Call(jen.Lit(f.Name)))
		case f.Patchable:
			binds = append(binds, bind(b, "p", f, true))
		default:
			binds = append(binds, noex("Fixed").Call(jen.Lit(f.Name)))
		}
	}
	return memberJSON(b, "p", b.Patch(), binds,
		"MarshalJSON writes the patch as a JSON merge patch (RFC 7396).",
		"UnmarshalJSON reads a JSON merge patch (RFC 7396).")
}

func memberJSON(b *bucket, recv, typ string, binds []jen.Code, marshalDoc, unmarshalDoc string) []jen.Code {
	members := func() *jen.Statement { return jen.Id(recv).Dot("members").Call() }
	list := func() *jen.Statement { return jen.Index().Add(noex("Member")) }
	return []jen.Code{
		jen.Func().Params(jen.Id(recv).Op("*").Id(typ)).Id("members").Params().Add(list()).Block(jen.Return(list().Add(multi(binds...)))),
		marshal(recv, typ, noex("MarshalMembers").Call(members()), marshalDoc),
		unmarshal(recv, typ, one(noex("UnmarshalMembers").Call(jen.Lit(b.Name), jen.Id("data"), members())), unmarshalDoc),
	}
}

func bind(b *bucket, recv string, f *model.Field, optional bool) jen.Code {
	function := "Bind"
	if optional {
		function = "BindOpt"
	}
	return noex(function).Call(jen.Lit(f.Name), jen.Op("&").Id(recv).Dot(f.GoName), valueJSON(b, f.Type))
}

// valueJSON is how a value is read and written, as the runtime takes it.
func valueJSON(b *bucket, t *model.Type) jen.Code {
	if isList(t) {
		return jen.Id(b.lists[t])
	}
	return elemJSON(b, t)
}

// listJSON is how a list is read and written.
func listJSON(b *bucket, t *model.Type) jen.Code { return noex("ListJSON").Call(elemJSON(b, t.Elem)) }

func elemJSON(b *bucket, t *model.Type) jen.Code {
	switch {
	case isList(t):
		return listJSON(b, t)
	case t.Struct != nil:
		names := b.structs[t.Struct]
		return noex("JSON").Types(goType(t)).Values(
			keyed("Decode", jen.Id(names.decode)), keyed("Append", jen.Id(names.append)))
	}
	switch t.Kind {
	case model.String:
		return noex("TextJSON").Types(goType(t)).Call()
	case model.Integer:
		return noex("IntJSON").Types(goType(t)).Call()
	case model.Number:
		return noex("FloatJSON").Call()
	case model.Boolean:
		return noex("BoolJSON").Call()
	case model.Date:
		return noex("TimeJSON").Call()
	case model.Object:
		return noex("ObjectJSON").Call()
	default:
		return noex("ArrayJSON").Call()
	}
}
