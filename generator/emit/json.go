package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// The methods of encoding/json. They are for people and other programs: stored
// data goes through the functions of the schema.

func marshal(recv, typ, ret, doc string) jen.Code {
	return documented(shortDecl("("+recv+" "+typ+") MarshalJSON() ([]byte, error)", ret), doc)
}

func unmarshalSignature(recv, typ string) string {
	return "(" + recv + " *" + typ + ") UnmarshalJSON(data []byte) error"
}

func unmarshal(recv, typ, ret, doc string) jen.Code {
	return documented(shortDecl(unmarshalSignature(recv, typ), ret), doc)
}

func recordJSON(b *bucket) []jen.Code {
	written := call("append", call(b.record.append, "nil", "&r", "codec.Plain"), "'}'")
	return []jen.Code{
		marshal("r", b.Record, written+", nil", "MarshalJSON writes the record under the names of the definition."),
		unmarshal("r", b.Record, call("noex.UnmarshalRecord", "data", "r", b.record.decode),
			"UnmarshalJSON reads what MarshalJSON writes."),
	}
}

func structJSON(b *bucket, s *model.Struct) []jen.Code {
	names := b.structs[s]
	return []jen.Code{
		marshal("s", s.GoName, call(names.append, "nil", "s", "codec.Plain")+", nil",
			"MarshalJSON writes the object under the names of the definition."),
		documented(
			funcDecl(unmarshalSignature("s", s.GoName),
				define("d", call("codec.NewDecoder", "data")),
				define("v", call(names.decode, "d", "nil")),
				when("err := d.End(); err != nil", returns("err")),
				assign("*s", "v"),
				returns("nil")),
			"UnmarshalJSON reads what MarshalJSON writes."),
	}
}

func inputJSON(b *bucket) []jen.Code {
	var binds []string
	for _, f := range b.Fields {
		binds = append(binds, bind(b, "in", f, f.OptionalInput))
	}
	if b.TTL > 0 {
		binds = append(binds, bound("_expiresAt", "&in.ExpiresAt"))
	}
	return memberJSON(b, "in", b.Input(), binds,
		"MarshalJSON writes the input under the names of the definition.",
		"UnmarshalJSON reads an input. Its *noex.ValidationError has every issue.")
}

func patchJSON(b *bucket) []jen.Code {
	var binds []string
	for _, f := range b.Fields {
		switch {
		case f.Generated != "":
			binds = append(binds, bound(f.Name, "noex.Ignored"))
		case f.Patchable:
			binds = append(binds, bind(b, "p", f, true))
		default:
			binds = append(binds, bound(f.Name, "noex.Fixed"))
		}
	}
	return memberJSON(b, "p", b.Patch(), binds,
		"MarshalJSON writes the patch as a JSON merge patch (RFC 7396).",
		"UnmarshalJSON reads a JSON merge patch (RFC 7396).")
}

func memberJSON(b *bucket, recv, typ string, binds []string, marshalDoc, unmarshalDoc string) []jen.Code {
	members := recv + ".members()"
	return []jen.Code{
		funcDecl("("+recv+" *"+typ+") members() []noex.Member", returns(packedLiteral("[]noex.Member", binds))),
		marshal(recv, typ, call("noex.MarshalMembers", members), marshalDoc),
		unmarshal(recv, typ, call("noex.UnmarshalMembers", quote(b.Name), "data", members), unmarshalDoc),
	}
}

func bind(b *bucket, recv string, f *model.Field, optional bool) string {
	field := "&" + recv + "." + f.GoName
	switch {
	case f.Type.Enum == nil && f.Type.Struct == nil && !isList(f.Type): // the runtime knows how
	case optional:
		field = call("noex.BindOpt", field, valueJSON(b, f.Type))
	default:
		field = call("noex.Bind", field, valueJSON(b, f.Type))
	}
	return bound(f.Name, field)
}

func bound(name, field string) string { return "{Name: " + quote(name) + ", Field: " + field + "}" }

// valueJSON is how a value is read and written, as the runtime takes it.
func valueJSON(b *bucket, t *model.Type) string {
	if isList(t) {
		return b.lists[t]
	}
	return elemJSON(b, t)
}

// listJSON is how a list is read and written.
func listJSON(b *bucket, t *model.Type) string { return call("noex.ListJSON", elemJSON(b, t.Elem)) }

func elemJSON(b *bucket, t *model.Type) string {
	switch {
	case isList(t):
		return listJSON(b, t)
	case t.Struct != nil:
		names := b.structs[t.Struct]
		return composite(generic("noex.JSON", goType(t)), []string{"Decode: " + names.decode, "Append: " + names.append})
	}
	switch t.Kind {
	case model.String:
		return call(generic("noex.TextJSON", goType(t)))
	case model.Integer:
		return call(generic("noex.IntJSON", goType(t)))
	case model.Number:
		return "noex.FloatJSON()"
	case model.Boolean:
		return "noex.BoolJSON()"
	case model.Date:
		return "noex.TimeJSON()"
	case model.Object:
		return "noex.ObjectJSON()"
	default:
		return "noex.ArrayJSON()"
	}
}
