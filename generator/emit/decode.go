package emit

import (
	"fmt"
	"strconv"

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
			body = append(body, assign("r."+f.GoName, value(f.Type, f.Default)))
		}
	}
	cases := make([]jen.Code, 0, len(b.Fields)+1)
	for i, f := range b.Fields {
		tolerant := !f.Required && !f.Key
		cases = append(cases, memberCase(f, decodeField(b, f, "r", i, "nil", tolerant)))
	}
	cases = append(cases, jen.Default().Block(raw("noex.DecodeMeta(d, key, &r.Meta, &extra)")))
	body = append(body, decodeLoop(cases), returns("extra"))
	return funcDecl(call(b.record.decode, "d *codec.Decoder", "r *"+b.Record)+" (extra []byte)", body...)
}

// decodeStruct reads a nested object: one of an input if there is a Check, and
// a stored one if that is nil.
func decodeStruct(b *bucket, s *model.Struct) jen.Code {
	body := append([]jen.Code{raw("var s " + s.GoName)}, notes(s.Fields)...)
	var cases, required []jen.Code
	for i, f := range s.Fields {
		read := []jen.Code{decodeField(b, f, "s", i, "c", false)}
		if hasStruct(f.Type) {
			read = below(f, read)
		}
		cases = append(cases, memberCase(f, read...))
		if !f.Optional {
			required = append(required, raw(method("Required", f.Name, hasCome(s.Fields, i))))
		}
	}
	cases = append(cases, jen.Default().Block(raw("c.Unknown(d, string(key))")))
	body = append(body, decodeLoop(cases))
	if len(required) > 0 {
		body = append(body, when("c != nil && d.Err() == nil", required...))
	}
	return funcDecl(call(b.structs[s].decode, "d *codec.Decoder", "c *noex.Check")+" "+s.GoName,
		append(body, returns("s"))...)
}

func memberCase(f *model.Field, read ...jen.Code) jen.Code {
	return jen.Case(raw(quote(f.Name))).Block(read...)
}

// below makes a field the path of what is read in it. Stored data has no
// Check.
func below(f *model.Field, read []jen.Code) []jen.Code {
	read = append([]jen.Code{when("c != nil", raw(method("In", f.Name)))}, read...)
	return append(read, when("c != nil", raw("c.Out()")))
}

func hasStruct(t *model.Type) bool { return t != nil && (t.Struct != nil || hasStruct(t.Elem)) }

// maskBits is the number of fields that one mask notes.
const maskBits = 64

// notes declare what remembers the members that have come. Reading one goes
// through once, which refuses it if it has come before.
func notes(fields []*model.Field) []jen.Code {
	const signature = "once := func(i uint) *codec.Decoder"
	if n := len(fields); n > maskBits {
		return []jen.Code{
			raw(fmt.Sprintf("var seen [%d]uint64", (n+maskBits-1)/maskBits)),
			raw(function(signature, fmt.Sprintf("d.Seen(&seen[i/%d], i%%%[1]d)", maskBits), "return d")),
		}
	}
	return []jen.Code{raw("var seen uint64"), raw(function(signature, "d.Seen(&seen, i)", "return d"))}
}

// hasCome is the condition that member i has come.
func hasCome(fields []*model.Field, i int) string {
	seen := "seen"
	if len(fields) > maskBits {
		seen = fmt.Sprintf("seen[%d]", i/maskBits)
	}
	return fmt.Sprintf("%s&(1<<%d) != 0", seen, i%maskBits)
}

func decodeLoop(cases []jen.Code) jen.Code {
	return loop("more := d.Object(); more; more = d.NextMember()",
		jen.Switch(raw("key := d.Key(); string(key)")).Block(cases...))
}

// decodeField reads member i into its field; a tolerant field stays as it is
// where the value is null.
func decodeField(b *bucket, f *model.Field, recv string, i int, c string, tolerant bool) jen.Code {
	x := recv + "." + f.GoName
	once := call("once", strconv.Itoa(i))
	if !f.Optional && !tolerant {
		return assign(x, decodeValue(b, f.Type, once, c))
	}
	if function := decoderOf(f.Type); function != "" {
		read := call("noex.DecodeOpt", once, function)
		if tolerant && !f.Optional {
			read += call(".Or", x)
		}
		return assign(x, read)
	}
	read := decodeValue(b, f.Type, "d", c)
	if f.Optional {
		read = some(read)
	}
	return when("!"+once+".Null()", assign(x, read))
}

// methods are the methods of the Decoder that read values.
var methods = map[model.Kind]string{
	model.String: ".String", model.Number: ".Float", model.Integer: ".Int", model.Boolean: ".Bool", model.Date: ".Time",
}

// decoderOf is a function that reads a value, or "" where there is none.
func decoderOf(t *model.Type) string {
	switch {
	case t.Enum != nil, t.Struct != nil, isList(t):
		return ""
	case t.Kind == model.Object:
		return "noex.DecodeObject"
	case t.Kind == model.Array:
		return "noex.DecodeArray"
	default:
		return "(*codec.Decoder)" + methods[t.Kind]
	}
}

// decodeValue reads a value that has to be there from the decoder d.
func decodeValue(b *bucket, t *model.Type, d, c string) string {
	switch {
	case t.Struct != nil:
		return call(b.structs[t.Struct].decode, d, c)
	case isList(t):
		return call(b.lists[t]+".Decode", d, c)
	case t.Kind == model.Object:
		return call("noex.DecodeObject", d)
	case t.Kind == model.Array:
		return call("noex.DecodeArray", d)
	}
	read := call(d + methods[t.Kind])
	if t.Enum != nil {
		return call(t.Enum.GoName, read)
	}
	return read
}
