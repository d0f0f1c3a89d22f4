package emit

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// schemaVar is what the runtime is told about a bucket.
func schemaVar(b *bucket) jen.Code {
	var elems []keyed
	add := func(name, v string) { elems = append(elems, keyed{name, v}) }
	add("Name", quote(b.Name))
	if b.Version != 1 {
		add("Version", strconv.Itoa(b.Version))
	}
	add("Fingerprint", quote(b.Fingerprint))
	if b.Ordered {
		add("Ordered", "true")
	}
	if !b.Persistent {
		add("Volatile", "true")
	}
	if b.TTL > 0 {
		add("TTL", duration(b.TTL))
	}
	if b.MaxSize > 0 {
		add("MaxSize", strconv.Itoa(b.MaxSize))
	}
	add("Fields", fieldInfos(b))
	if len(b.Indexes) > 0 {
		var names []string
		for _, ix := range b.Indexes {
			names = append(names, b.indexes[ix])
		}
		add("Indexes", list("[]*noex.Index", names))
	}
	add("Key", part(b, b.Key))
	add("Meta", getter(b, true, "*noex.Meta", "&r.Meta"))
	for _, f := range b.Fields {
		if f.Generated == model.Autoincrement {
			add("Number", getter(b, true, "int64", "r."+f.GoName))
			break
		}
	}
	fromInput := "func(in " + b.Input() + ") "
	if b.Key.Generated == model.Autoincrement {
		add("SetKey", function("func(r *"+b.Record+", n int64)", "r."+b.Key.GoName+" = n"))
		add("HasKey", function(fromInput+"bool", "return in."+b.Key.GoName+".IsSet()"))
	}
	if b.TTL > 0 {
		add("InputExpiry", function(fromInput+"noex.Opt[time.Time]", "return in.ExpiresAt"))
	}
	add("New", b.create)
	add("Patch", b.patch)
	add("Check", b.record.check)
	add("Guard", guardValue(b))
	if sharesFields(b.Fields) {
		add("Clone", b.record.clone)
	}
	add("Append", b.record.append)
	add("Decode", b.record.decode)
	return jen.Var().Id(b.schema + " =").Id(literal("&"+generic("noex.Schema", bucketTypes(b)...), elems...))
}

// fieldInfos are name and kind of every field.
func fieldInfos(b *bucket) string {
	infos := make([]string, len(b.Fields))
	for i, f := range b.Fields {
		infos[i] = "{Name: " + quote(f.Name) + ", Kind: noex.Kind" + kindNames[f.Type.Kind] + "}"
	}
	return packedLiteral("[]noex.FieldInfo", infos)
}

var kindNames = map[model.Kind]string{
	model.String: "String", model.Number: "Number", model.Integer: "Integer", model.Boolean: "Boolean",
	model.Date: "Date", model.Object: "Object", model.Array: "Array",
}
