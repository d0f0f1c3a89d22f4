package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

func inputType(b *bucket) jen.Code {
	var fields []row
	for _, f := range b.Fields {
		cells := []string{f.GoName, inputFieldType(f)}
		if filled := filledWith(f); filled != "" {
			cells = append(cells, "// default: "+filled)
		}
		fields = append(fields, row{comments(deprecated(f.Deprecated)), cells})
	}
	if b.TTL > 0 {
		fields = append(fields, row{cells: []string{"ExpiresAt", "noex.Opt[time.Time]", "// default: after the ttl of the bucket"}})
	}
	return documented(typeDecl(b.Input(), fields),
		b.Input()+" is what Insert and Upsert of the bucket "+b.Name+" take.")
}

func inputFieldType(f *model.Field) string {
	if f.OptionalInput {
		return optType(f.Type)
	}
	return goType(f.Type)
}

// filledWith says what an insert puts into a field that is not given.
func filledWith(f *model.Field) string {
	switch f.Generated {
	case model.UUID:
		return "a new UUID"
	case model.CUID:
		return "a new CUID"
	case model.Autoincrement:
		return "the next number"
	case model.Timestamp:
		return "the time of the insert in Unix milliseconds"
	}
	if f.Default != nil {
		return shown(f.Type, f.Default)
	}
	return ""
}

func patchType(b *bucket) jen.Code {
	var fields []row
	for _, f := range b.Fields {
		if f.Patchable {
			fields = append(fields, row{comments(deprecated(f.Deprecated)), []string{f.GoName, optType(f.Type)}})
		}
	}
	return documented(typeDecl(b.Patch(), fields),
		b.Patch()+" is what Update takes: absent keeps a field, noex.Null clears it.")
}

// newFunc fills a record from an input.
func newFunc(b *bucket) jen.Code {
	body := make([]string, len(b.Fields))
	for i, f := range b.Fields {
		body[i] = "r." + f.GoName + " = " + initial(f)
	}
	return funcDecl(call(b.create, "r *"+b.Record, "in "+b.Input(), "g noex.Gen", "c *noex.Check"), lines(body)...)
}

// initial is the first value of a field.
func initial(f *model.Field) string {
	in := "in." + f.GoName
	filled := func(function, v string) string { return call(function, "c", quote(f.Name), in, v) }
	switch f.Generated {
	case model.UUID:
		return filled("noex.Generated", "g.UUID")
	case model.CUID:
		return filled("noex.Generated", "g.CUID")
	case model.Autoincrement:
		return filled("noex.Default", "g.Next")
	case model.Timestamp:
		return filled("noex.Default", "int64(g.Now)")
	}
	switch {
	case f.Default != nil:
		return filled("noex.Default", value(f.Type, f.Default))
	case f.Optional:
		return call("noex.Given", in)
	default:
		return in
	}
}

// patchFunc applies a patch to a record.
func patchFunc(b *bucket) jen.Code {
	var body []string
	for _, f := range b.Fields {
		field, patch := "&r."+f.GoName, "p."+f.GoName
		switch {
		case !f.Patchable:
		case f.Optional:
			body = append(body, call("noex.MergeOpt", field, patch))
		default:
			body = append(body, call("noex.Merge", "c", quote(f.Name), field, patch))
		}
	}
	return funcDecl(call(b.patch, params(len(body) > 0,
		param{"r", "*" + b.Record}, param{"p", b.Patch()}, param{"c", "*noex.Check"})...), lines(body)...)
}

type param struct{ name, typ string }

// params are parameters, without their names where the body is empty.
func params(used bool, all ...param) []string {
	texts := make([]string, len(all))
	for i, p := range all {
		texts[i] = p.typ
		if used {
			texts[i] = p.name + " " + p.typ
		}
	}
	return texts
}
