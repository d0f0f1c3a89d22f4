package rules

import "github.com/noexgen/noexgen/generator/source"

var refRule = Rule{
	Name: "ref", Doc: "The bucket whose key the value is. It documents a relation and is not enforced.", Example: "users",
	Constrains: true,
	Types:      []string{"string", "number", "integer"}, Places: anywhere, Schema: `{"type":"string"}`,
	parse: func(r *reader, arg *source.Node) { r.Ref, _ = arg.AsText("ref", r.diags) },
}

var uniqueRule = Rule{
	Name: "unique", Doc: "No two records have the same value; it makes a unique index.", Example: "true",
	Constrains: true,
	Types:      scalars, Places: InBucket, Schema: flagSchema,
	parse: func(r *reader, arg *source.Node) { r.Unique = r.flag("unique", arg) },
	narrows: func(old, new *Set) string {
		if !new.Unique || old.Unique {
			return ""
		}
		return "is new, and values may be stored twice"
	},
}
