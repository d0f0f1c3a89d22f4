package docs

import (
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
)

// page is what the templates show of a package.
type page struct {
	Package string
	Store   string
	Files   []string
	Buckets []bucket
}

type bucket struct {
	Name    string
	Doc     string
	Go      string // how Go code reaches it: s.Users, records of type User
	Record  string
	Key     string
	Facts   []string // what is special about it
	Fields  []row
	Indexes []index
}

// row is a field, or a field of a nested object.
type row struct {
	Path        string // address.street, lines[].sku
	Type        string
	Key         bool
	Ref         string
	Constraints []constraint
	Doc         string
	Deprecated  string
}

type constraint struct{ Key, Value string }

type index struct {
	Method string
	Fields string
	Kind   string
}

func describe(p *model.Package) page {
	out := page{Package: p.Name, Store: p.Store, Files: p.Files}
	for _, b := range p.Buckets {
		out.Buckets = append(out.Buckets, describeBucket(b))
	}
	return out
}

func describeBucket(b *model.Bucket) bucket {
	out := bucket{Name: b.Name, Doc: strings.TrimSpace(b.Doc), Go: "s." + b.GoName, Record: b.Record, Key: b.Key.Name, Facts: facts(b)}
	for _, f := range b.Fields {
		out.Fields = append(out.Fields, rows(f, "")...)
	}
	for _, ix := range b.Indexes {
		names := make([]string, len(ix.Fields))
		for i, f := range ix.Fields {
			names[i] = f.Name
		}
		var kinds []string
		if ix.Unique {
			kinds = append(kinds, "unique")
		}
		if ix.Ordered {
			kinds = append(kinds, "ordered")
		}
		out.Indexes = append(out.Indexes, index{Method: ix.Method, Fields: strings.Join(names, ", "), Kind: strings.Join(kinds, ", ")})
	}
	return out
}

// facts are what is special about a bucket, a sentence each.
func facts(b *model.Bucket) []string {
	var out []string
	if b.Ordered {
		out = append(out, "Records are in the order of their keys.")
	}
	if !b.Persistent {
		out = append(out, "Not saved: empty after a restart.")
	}
	if b.TTL > 0 {
		out = append(out, "A record expires "+model.Period(b.TTL)+" after its insert.")
	}
	if b.MaxSize > 0 {
		out = append(out, "At most "+strconv.Itoa(b.MaxSize)+" records; beyond it the oldest goes.")
	}
	if b.Version > 1 {
		out = append(out, "Version "+strconv.Itoa(b.Version)+" of the stored records.")
	}
	return out
}

// rows are a field and the fields that nest in it.
func rows(f *model.Field, path string) []row {
	path = strings.TrimPrefix(path+"."+f.Name, ".")
	r := row{Path: path, Type: typeName(f.Type), Key: f.Key, Ref: f.Type.Ref, Doc: strings.TrimSpace(f.Doc), Deprecated: f.Deprecated}
	if f.Key {
		r.Constraints = append(r.Constraints, constraint{Key: "key"})
	}
	r.Constraints = append(r.Constraints, constraints(f.Type.Rules)...)
	out := []row{r}
	t := f.Type
	for t.Elem != nil {
		t, path = t.Elem, path+"[]"
		if elem := constraints(t.Rules); len(elem) > 0 {
			out = append(out, row{Path: path, Type: typeName(t), Ref: t.Ref, Constraints: elem, Doc: t.Rules.Doc})
		}
	}
	if t.Struct != nil {
		for _, nested := range t.Struct.Fields {
			out = append(out, rows(nested, path)...)
		}
	}
	return out
}

// constraints are the keys of a field that limit or fill its values.
func constraints(set *rules.Set) []constraint {
	var out []constraint
	for _, rule := range rules.All() {
		arg := set.Arg(rule.Name)
		if arg == nil || !rule.Constrains {
			continue
		}
		text := arg.Text // as it is, without quotes
		if text == "" {
			text = arg.String()
		}
		if rule.Flag() {
			if text == "false" {
				continue
			}
			text = ""
		}
		out = append(out, constraint{rule.Name, text})
	}
	return out
}

// typeName is a type as a definition would name it: [string], object.
func typeName(t *model.Type) string {
	if t.Elem != nil {
		return "[" + typeName(t.Elem) + "]"
	}
	return t.Kind.String()
}
