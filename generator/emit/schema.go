package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// schemaVar is what the runtime is told about a bucket.
func schemaVar(b *bucket) jen.Code {
	var elems []jen.Code
	add := func(name string, v jen.Code) { elems = append(elems, keyed(name, v)) }
	add("Name", jen.Lit(b.Name))
	if b.Version != 1 {
		add("Version", jen.Lit(b.Version))
	}
	add("Fingerprint", jen.Lit(b.Fingerprint))
	if b.Ordered {
		add("Ordered", jen.True())
	}
	if !b.Persistent {
		add("Volatile", jen.True())
	}
	if b.TTL > 0 {
		add("TTL", duration(b.TTL))
	}
	if b.MaxSize > 0 {
		add("MaxSize", jen.Lit(b.MaxSize))
	}
	add("Fields", jen.Index().Add(noex("FieldInfo")).Add(fieldInfos(b)))
	if len(b.Indexes) > 0 {
		var names []string
		for _, ix := range b.Indexes {
			names = append(names, b.indexes[ix])
		}
		add("Indexes", jen.Index().Op("*").Add(noex("Index").Types(jen.Id(b.Record))).Add(list(names)))
	}
	add("Key", jen.Id(b.FieldsVar()).Dot(b.Key.GoName).Dot("Part").Call())
	add("Meta", getter(b, true, jen.Op("*").Add(noex("Meta")), jen.Op("&").Id("r").Dot("Meta")))
	for _, f := range b.Fields {
		if f.Generated == model.Autoincrement {
			add("Number", getter(b, true, jen.Int64(), jen.Id("r").Dot(f.GoName)))
			break
		}
	}
	input := func() jen.Code { return jen.Id("in").Id(b.Input()) }
	if b.Key.Generated == model.Autoincrement {
		add("SetKey", jen.Func().Params(jen.Id("r").Op("*").Id(b.Record), jen.Id("n").Int64()).
			Custom(jen.Options{Open: "{ ", Close: " }"}, jen.Id("r").Dot(b.Key.GoName).Op("=").Id("n")))
		add("HasKey", jen.Func().Params(input()).Bool().Add(one(jen.Id("in").Dot(b.Key.GoName).Dot("IsSet").Call())))
	}
	if b.TTL > 0 {
		add("InputExpiry", jen.Func().Params(input()).Add(noex("Opt").Types(jen.Qual("time", "Time"))).
			Add(one(jen.Id("in").Dot("ExpiresAt"))))
	}
	add("New", jen.Id(b.create))
	add("Patch", jen.Id(b.patch))
	add("Check", jen.Id(b.record.check))
	add("Guard", guardValue(b))
	if sharesFields(b.Fields) {
		add("Clone", jen.Id(b.record.clone))
	}
	add("Append", jen.Id(b.record.append))
	add("Decode", jen.Id(b.record.decode))
	return jen.Var().Id(b.schema).Op("=").Op("&").
		Add(noex("Schema").Types(bucketTypes(b)...)).Add(multi(elems...))
}

// fieldInfos are name and kind of every field, as many on a line as fit.
func fieldInfos(b *bucket) *jen.Statement {
	rows := jen.Options{Open: "{", Close: "}", Separator: ",", Multi: true}
	var lines []jen.Code
	var line *jen.Statement
	length := 0
	for _, f := range b.Fields {
		kind := "Kind" + kindNames[f.Type.Kind]
		info := jen.Values(keyed("Name", jen.Lit(f.Name)), keyed("Kind", noex(kind)))
		n := len(`{Name: "", Kind: noex.}, `) + len(f.Name) + len(kind)
		if line == nil || length+n > maxLine+10 {
			line, length = info, n
			lines = append(lines, line)
			continue
		}
		line.Op(",").Add(info)
		length += n
	}
	return jen.Custom(rows, lines...)
}

var kindNames = map[model.Kind]string{
	model.String: "String", model.Number: "Number", model.Integer: "Integer", model.Boolean: "Boolean",
	model.Date: "Date", model.Object: "Object", model.Array: "Array",
}
