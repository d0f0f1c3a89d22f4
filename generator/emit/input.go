package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

func inputType(b *bucket) jen.Code {
	var fields []jen.Code
	for _, f := range b.Fields {
		field := jen.Id(f.GoName).Add(inputFieldType(f))
		if filled := filledWith(f); filled != "" {
			field.Comment("// default: " + filled)
		}
		fields = append(fields, documented(field, deprecated(f.Deprecated)))
	}
	if b.TTL > 0 {
		fields = append(fields, jen.Id("ExpiresAt").Add(noex("Opt").Types(jen.Qual("time", "Time"))).
			Comment("// default: after the ttl of the bucket"))
	}
	return documented(jen.Type().Id(b.Input()).Struct(fields...),
		b.Input()+" is what Insert and Upsert of the bucket "+b.Name+" take.")
}

func inputFieldType(f *model.Field) *jen.Statement {
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
	var fields []jen.Code
	for _, f := range b.Fields {
		if f.Patchable {
			fields = append(fields, documented(jen.Id(f.GoName).Add(optType(f.Type)), deprecated(f.Deprecated)))
		}
	}
	return documented(jen.Type().Id(b.Patch()).Struct(fields...),
		b.Patch()+" is what Update takes: absent keeps a field, noex.Null clears it.")
}

// newFunc fills a record from an input.
func newFunc(b *bucket) jen.Code {
	var body []jen.Code
	for _, f := range b.Fields {
		body = append(body, jen.Id("r").Dot(f.GoName).Op("=").Add(initial(f)))
	}
	return jen.Func().Id(b.create).Params(
		jen.Id("r").Op("*").Id(b.Record), jen.Id("in").Id(b.Input()),
		jen.Id("g").Add(noex("Gen")), jen.Id("c").Op("*").Add(noex("Check")),
	).Block(body...)
}

// initial is the first value of a field.
func initial(f *model.Field) jen.Code {
	in := jen.Id("in").Dot(f.GoName)
	filled := func(function string, v jen.Code) jen.Code {
		return noex(function).Call(jen.Id("c"), jen.Lit(f.Name), in, v)
	}
	switch f.Generated {
	case model.UUID:
		return filled("Generated", noex("UUID"))
	case model.CUID:
		return filled("Generated", noex("CUID"))
	case model.Autoincrement:
		return filled("Default", jen.Id("g").Dot("Next"))
	case model.Timestamp:
		return filled("Default", jen.Int64().Call(jen.Id("g").Dot("Now")))
	}
	switch {
	case f.Default != nil:
		return filled("Default", value(f.Type, f.Default))
	case f.Optional:
		return noex("Given").Call(in)
	default:
		return in
	}
}

// patchFunc applies a patch to a record.
func patchFunc(b *bucket) jen.Code {
	var body []jen.Code
	for _, f := range b.Fields {
		dst, patch := jen.Op("&").Id("r").Dot(f.GoName), jen.Id("p").Dot(f.GoName)
		switch {
		case !f.Patchable:
		case f.Optional:
			body = append(body, noex("MergeOpt").Call(dst, patch))
		default:
			body = append(body, noex("Merge").Call(jen.Id("c"), jen.Lit(f.Name), dst, patch))
		}
	}
	return jen.Func().Id(b.patch).Params(params(len(body) > 0,
		param{"r", jen.Op("*").Id(b.Record)}, param{"p", jen.Id(b.Patch())}, param{"c", jen.Op("*").Add(noex("Check"))},
	)...).Block(body...)
}

type param struct {
	name string
	typ  jen.Code
}

// params are parameters, without their names where the body is empty.
func params(used bool, all ...param) []jen.Code {
	codes := make([]jen.Code, len(all))
	for i, p := range all {
		codes[i] = p.typ
		if used {
			codes[i] = jen.Id(p.name).Add(p.typ)
		}
	}
	return codes
}
