package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// decodeFuncs read the record and its nested objects.
func decodeFuncs(b *bucket) []jen.Code {
	decls := []jen.Code{decodeRecord(b)}
	for _, s := range b.Structs {
		decls = append(decls, decodeStruct(b, s))
	}
	return decls
}

func decodeRecord(b *bucket) jen.Code {
	body := notes(b.Fields)
	for _, f := range b.Fields {
		if f.Default != nil && f.Generated == "" {
			body = append(body, jen.Id("r").Dot(f.GoName).Op("=").Add(value(f.Type, f.Default)))
		}
	}
	cases := make([]jen.Code, 0, len(b.Fields)+1)
	for i, f := range b.Fields {
		tolerant := !f.Required && !f.Key
		cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(decodeField(b, f, "r", i, jen.Nil(), tolerant)))
	}
	cases = append(cases, jen.Default().Block(
		noex("DecodeMeta").Call(jen.Id("d"), jen.Id("key"), jen.Op("&").Id("r").Dot("Meta"), jen.Op("&").Id("extra"))))
	body = append(body, decodeLoop(cases), jen.Return(jen.Id("extra")))
	return jen.Func().Id(b.record.decode).
		Params(decoderParam(), jen.Id("r").Op("*").Id(b.Record)).
		Params(jen.Id("extra").Index().Byte()).Block(body...)
}

// decodeStruct reads a nested object: one of an input if there is a Check, and
// a stored one if that is nil.
func decodeStruct(b *bucket, s *model.Struct) jen.Code {
	body := append([]jen.Code{jen.Var().Id("s").Id(s.GoName)}, notes(s.Fields)...)
	var cases, required []jen.Code
	for i, f := range s.Fields {
		read := []jen.Code{decodeField(b, f, "s", i, jen.Id("c"), false)}
		if hasStruct(f.Type) {
			read = below(f, read)
		}
		cases = append(cases, jen.Case(jen.Lit(f.Name)).Block(read...))
		if !f.Optional {
			required = append(required, method("Required", f.Name, hasCome(s.Fields, i)))
		}
	}
	cases = append(cases, jen.Default().Block(
		jen.Id("c").Dot("Unknown").Call(jen.Id("d"), jen.String().Call(jen.Id("key")))))
	body = append(body, decodeLoop(cases))
	if len(required) > 0 {
		body = append(body, jen.If(jen.Id("c").Op("!=").Nil().Op("&&").Id("d").Dot("Err").Call().Op("==").Nil()).Block(required...))
	}
	return jen.Func().Id(b.structs[s].decode).
		Params(decoderParam(), jen.Id("c").Op("*").Add(noex("Check"))).
		Id(s.GoName).Block(append(body, jen.Return(jen.Id("s")))...)
}

// below makes a field the path of what is read in it. Stored data has no
// Check.
func below(f *model.Field, read []jen.Code) []jen.Code {
	guarded := func(call jen.Code) jen.Code { return jen.If(jen.Id("c").Op("!=").Nil()).Block(call) }
	read = append([]jen.Code{guarded(jen.Id("c").Dot("In").Call(jen.Lit(f.Name)))}, read...)
	return append(read, guarded(jen.Id("c").Dot("Out").Call()))
}

func hasStruct(t *model.Type) bool { return t != nil && (t.Struct != nil || hasStruct(t.Elem)) }

func decoderParam() jen.Code { return jen.Id("d").Op("*").Add(codec("Decoder")) }

// maskBits is the number of fields that one mask notes.
const maskBits = 64

// notes declare what remembers the members that have come. Reading one goes
// through once, which refuses it if it has come before:
//
//	once := func(i uint) *codec.Decoder { d.Seen(&seen, i); return d }
func notes(fields []*model.Field) []jen.Code {
	seen, mask, bit := jen.Var().Id("seen").Uint64(), jen.Id("seen"), jen.Id("i")
	if n := len(fields); n > maskBits {
		seen = jen.Var().Id("seen").Index(jen.Lit((n + maskBits - 1) / maskBits)).Uint64()
		mask = jen.Id("seen").Index(jen.Id("i").Op("/").Lit(maskBits))
		bit = jen.Id("i").Op("%").Lit(maskBits)
	}
	return []jen.Code{seen, jen.Id("once").Op(":=").Func().Params(jen.Id("i").Uint()).Op("*").Add(codec("Decoder")).
		Custom(jen.Options{Open: "{ ", Close: " }", Separator: "; "},
			jen.Id("d").Dot("Seen").Call(jen.Op("&").Add(mask), bit), jen.Return(jen.Id("d")))}
}

// hasCome is the condition that member i has come.
func hasCome(fields []*model.Field, i int) jen.Code {
	seen := jen.Id("seen")
	if len(fields) > maskBits {
		seen = seen.Index(jen.Lit(i / maskBits))
	}
	return seen.Op("&").Parens(jen.Lit(1).Op("<<").Lit(i % maskBits)).Op("!=").Lit(0)
}

func decodeLoop(cases []jen.Code) jen.Code {
	return jen.For(
		jen.Id("more").Op(":=").Id("d").Dot("Object").Call(), jen.Id("more"),
		jen.Id("more").Op("=").Id("d").Dot("NextMember").Call(),
	).Block(jen.Switch(
		jen.Id("key").Op(":=").Id("d").Dot("Key").Call(), jen.String().Call(jen.Id("key")),
	).Block(cases...))
}

// decodeField reads member i into its field; a tolerant field stays as it is
// where the value is null.
func decodeField(b *bucket, f *model.Field, recv string, i int, c jen.Code, tolerant bool) jen.Code {
	x := func() *jen.Statement { return jen.Id(recv).Dot(f.GoName) }
	once := jen.Id("once").Call(jen.Lit(i))
	if !f.Optional && !tolerant {
		return x().Op("=").Add(decodeValue(b, f.Type, once, c))
	}
	if function := decoderOf(f.Type); function != nil {
		read := noex("DecodeOpt").Call(once, function)
		if tolerant && !f.Optional {
			read = read.Dot("Or").Call(x())
		}
		return x().Op("=").Add(read)
	}
	read := decodeValue(b, f.Type, jen.Id("d"), c)
	if f.Optional {
		read = noex("Some").Call(read)
	}
	return jen.If(jen.Op("!").Add(once).Dot("Null").Call()).Block(x().Op("=").Add(read))
}

// methods are the methods of the Decoder that read values.
var methods = map[model.Kind]string{
	model.String: "String", model.Number: "Float", model.Integer: "Int", model.Boolean: "Bool", model.Date: "Time",
}

// decoderOf is a function that reads a value, or nil where there is none.
func decoderOf(t *model.Type) jen.Code {
	switch {
	case t.Enum != nil, t.Struct != nil, isList(t):
		return nil
	case t.Kind == model.Object:
		return noex("DecodeObject")
	case t.Kind == model.Array:
		return noex("DecodeArray")
	default:
		return jen.Parens(jen.Op("*").Add(codec("Decoder"))).Dot(methods[t.Kind])
	}
}

// decodeValue reads a value that has to be there from the decoder d.
func decodeValue(b *bucket, t *model.Type, d, c jen.Code) *jen.Statement {
	switch {
	case t.Struct != nil:
		return jen.Id(b.structs[t.Struct].decode).Call(d, c)
	case isList(t):
		return jen.Id(b.lists[t]).Dot("Decode").Call(d, c)
	case t.Kind == model.Object:
		return noex("DecodeObject").Call(d)
	case t.Kind == model.Array:
		return noex("DecodeArray").Call(d)
	}
	read := jen.Add(d).Dot(methods[t.Kind]).Call()
	if t.Enum != nil {
		return jen.Id(t.Enum.GoName).Call(read)
	}
	return read
}
