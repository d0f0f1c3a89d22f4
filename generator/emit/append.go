package emit

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// appendFuncs write the record and its nested objects as JSON.
func appendFuncs(b *bucket) []jen.Code {
	body := append(appendFields(b, "r", b.Fields, false), returns(call("noex.AppendMeta", "b", "&r.Meta")))
	decls := []jen.Code{appendFunc(b.record.append, "r *"+b.Record, body)}
	for _, s := range b.Structs {
		decls = append(decls, appendFunc(b.structs[s].append, "s "+s.GoName, appendFields(b, "s", s.Fields, true)))
	}
	return decls
}

func appendFunc(name, of string, body []jen.Code) jen.Code {
	return funcDecl(call(name, "b []byte", of, "f codec.Form")+" []byte", body...)
}

// appendFields writes the members of an object, each with the comma that
// follows it. Of a nested object the last has the closing brace instead; a
// record stays open for its Meta.
func appendFields(b *bucket, recv string, fields []*model.Field, closed bool) []jen.Code {
	var body []jen.Code
	open := "{"
	if fields[0].Optional {
		body = append(body, assign("b", "append(b, '{')"))
		open = ""
	}
	for i, f := range fields {
		name := open + `"` + f.Name + `":`
		open = ""
		x := recv + "." + f.GoName
		last := closed && i == len(fields)-1
		switch {
		case f.Optional:
			body = append(body, appendOptional(b, f.Type, name, x))
			if last {
				body = append(body, returns(`append(bytes.TrimSuffix(b, []byte(",")), '}')`))
			}
		case last:
			body = append(body, returns(member(b, f.Type, name, x, "'}'")))
		default:
			body = append(body, assign("b", member(b, f.Type, name, x, "','")))
		}
	}
	return body
}

// appendOptional writes a member that has a value.
func appendOptional(b *bucket, t *model.Type, name, x string) jen.Code {
	if function := simpleAppend(t); function != "" {
		return assign("b", call(b.appendSet, "b", text(name), x, function))
	}
	return ifSet(x, assign("b", member(b, t, name, "v", "','")))
}

// simpleAppend is the function that appends values of a type of Go's own, or "".
func simpleAppend(t *model.Type) string {
	if t.Enum != nil {
		return ""
	}
	switch t.Kind {
	case model.String:
		return "codec.AppendString"
	case model.Number:
		return "codec.AppendFloat"
	case model.Integer:
		return "codec.AppendInt"
	case model.Boolean:
		return "codec.AppendBool"
	default:
		return ""
	}
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
	return documented(
		funcDecl(name+"[T any](b []byte, name string, o noex.Opt[T], value func([]byte, T) []byte) []byte",
			ifSet("o", assign("b", "append(value(append(b, name...), v), ',')")),
			returns("b")),
		name+" appends a member of an object, and a comma, if o has a value.")
}

// member appends a name, a value and what follows it.
func member(b *bucket, t *model.Type, name, x, end string) string {
	return call("append", appendValue(b, t, call("append", "b", text(name)+"..."), x), end)
}

// appendValue appends a value to what to is.
func appendValue(b *bucket, t *model.Type, to, x string) string {
	switch {
	case t.Struct != nil:
		return call(b.structs[t.Struct].append, to, x, "f")
	case isList(t):
		return call(b.lists[t]+".Append", to, x, "f")
	}
	switch t.Kind {
	case model.String:
		return call("codec.AppendString", to, base(t, x))
	case model.Number:
		return call("codec.AppendFloat", to, x)
	case model.Integer:
		return call("codec.AppendInt", to, base(t, x))
	case model.Boolean:
		return call("codec.AppendBool", to, x)
	case model.Date:
		return call("codec.AppendTime", to, x, "f")
	default:
		return call("codec.AppendAny", to, x, "f")
	}
}
