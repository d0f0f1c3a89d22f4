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
	body := []jen.Code{seenMask(b.Fields)}
	for _, f := range b.Fields {
		if f.Default != nil && f.Generated == "" {
			body = append(body, jen.Id("r").Dot(f.GoName).Op("=").Add(value(f.Type, f.Default)))
		}
	}
	cases := make([]jen.Code, 0, len(b.Fields)+1)
	for i, f := range b.Fields {
		tolerant := !f.Required && !f.Key
		cases = append(cases, decodeCase(b.Fields, i, decodeField(b, f, "r", jen.Nil(), tolerant)))
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
	body := []jen.Code{jen.Var().Id("s").Id(s.GoName), seenMask(s.Fields)}
	var cases, required []jen.Code
	for i, f := range s.Fields {
		read := decodeField(b, f, "s", jen.Id("c"), false)
		if hasStruct(f.Type) {
			read = below(f, read)
		}
		cases = append(cases, decodeCase(s.Fields, i, read))
		if !f.Optional {
			bit := maskOf(s.Fields, i, jen.Id("seen")).Op("&").Parens(jen.Lit(1).Op("<<").Lit(i % maskBits)).Op("!=").Lit(0)
			required = append(required, method("Required", f.Name, bit))
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

// seenMask declares what notes the members that have come.
func seenMask(fields []*model.Field) jen.Code {
	if len(fields) <= maskBits {
		return jen.Var().Id("seen").Uint64()
	}
	return jen.Var().Id("seen").Index(jen.Lit((len(fields) + maskBits - 1) / maskBits)).Uint64()
}

func maskOf(fields []*model.Field, i int, seen *jen.Statement) *jen.Statement {
	if len(fields) <= maskBits {
		return seen
	}
	return seen.Index(jen.Lit(i / maskBits))
}

func decodeLoop(cases []jen.Code) jen.Code {
	return jen.For(
		jen.Id("more").Op(":=").Id("d").Dot("Object").Call(), jen.Id("more"),
		jen.Id("more").Op("=").Id("d").Dot("NextMember").Call(),
	).Block(jen.Switch(
		jen.Id("key").Op(":=").Id("d").Dot("Key").Call(), jen.String().Call(jen.Id("key")),
	).Block(cases...))
}

func decodeCase(fields []*model.Field, i int, read []jen.Code) jen.Code {
	seen := jen.Id("d").Dot("Seen").Call(jen.Op("&").Add(maskOf(fields, i, jen.Id("seen"))), jen.Lit(i%maskBits))
	return jen.Case(jen.Lit(fields[i].Name)).Block(append([]jen.Code{seen}, read...)...)
}

// decodeField reads a value into a field; a tolerant one stays as it is where
// the value is null.
func decodeField(b *bucket, f *model.Field, recv string, c jen.Code, tolerant bool) []jen.Code {
	x := jen.Id(recv).Dot(f.GoName)
	read := decodeValue(b, f.Type, c)
	switch function := decoderOf(f.Type); {
	case f.Optional && function != nil:
		return []jen.Code{x.Op("=").Add(noex("DecodeOpt")).Call(jen.Id("d"), function)}
	case f.Optional:
		read = noex("Some").Call(read)
	case !tolerant:
		return []jen.Code{x.Op("=").Add(read)}
	}
	return []jen.Code{jen.If(jen.Op("!").Id("d").Dot("Null").Call()).Block(x.Op("=").Add(read))}
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

// decodeValue reads a value that has to be there.
func decodeValue(b *bucket, t *model.Type, c jen.Code) *jen.Statement {
	d := jen.Id("d")
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
	read := d.Dot(methods[t.Kind]).Call()
	if t.Enum != nil {
		return jen.Id(t.Enum.GoName).Call(read)
	}
	return read
}
