package model

import (
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// fieldBuilder builds the fields of one bucket and collects its types.
type fieldBuilder struct {
	*builder
	bucket *Bucket
}

// place is where a type stands: its Go name, should it need one, is prefix
// and word, and path says where it is in the record.
type place struct {
	prefix, word, path string
	pos                diag.Pos
}

func (p place) goName() string { return p.prefix + p.word }

// field builds a field of the type called prefix, which stands at path.
func (b *fieldBuilder) field(src *source.Field, in rules.Place, prefix, path string) *Field {
	name := src.Name.Text
	b.checkName("field name", name, src.Name.Pos)
	set := rules.Read(src, in, b.diags)
	f := &Field{
		Name:       name,
		GoName:     b.goName("goName", set.Arg("goName"), b.namer.Exported(name)),
		Doc:        set.Doc,
		Deprecated: set.Deprecated,
		Required:   set.Required,
		Generated:  Generated(set.Generated),
		Unique:     set.Unique,
		Immutable:  set.Immutable,
		Pos:        src.Name.Pos,
	}
	at := place{prefix: prefix, word: f.GoName, path: strings.TrimPrefix(path+"."+name, "."), pos: f.Pos}
	f.Type = b.typ(src, set, at)
	f.Param = naming.Param(f.GoName)
	if set.Default != nil && f.Type.Kind != 0 {
		f.Default = b.defaultValue(f, set)
	}
	return f
}

// typ builds a type, and first the named types it needs.
func (b *fieldBuilder) typ(src *source.Field, set *rules.Set, at place) *Type {
	t := &Type{
		Kind: kindOf(set),
		Min:  set.Min, Max: set.Max,
		MinLength: set.MinLength, MaxLength: set.MaxLength,
		Pattern: set.Pattern, Format: set.Format, Ref: set.Ref,
		Rules: set,
	}
	if t.Ref != "" {
		b.refs = append(b.refs, reference{arg: set.Arg("ref"), typ: t})
	}
	if len(set.Enum) > 0 {
		t.Enum = b.enum(set, t.Kind, at)
	}
	if t.Kind == Object && len(src.Fields) > 0 {
		t.Struct = b.structure(src.Fields, set, at)
	}
	if t.Kind == Array && src.Items != nil {
		items := rules.Read(src.Items, rules.InItems, b.diags)
		at.word = b.goName("goName", items.Arg("goName"), naming.Singular(at.word))
		at.path += "[]"
		t.Elem = b.typ(src.Items, items, at)
	}
	return t
}

func kindOf(set *rules.Set) Kind {
	if set.Whole() {
		return Integer
	}
	for k := String; k <= Array; k++ {
		if k.String() == set.Type {
			return k
		}
	}
	return 0 // unknown, and reported
}

func (b *fieldBuilder) structure(fields []*source.Field, set *rules.Set, at place) *Struct {
	s := &Struct{GoName: at.goName(), Doc: set.Doc, Path: at.path, Pos: at.pos}
	b.bucket.Structs = append(b.bucket.Structs, s)
	for _, f := range fields {
		s.Fields = append(s.Fields, b.field(f, rules.InObject, s.GoName, at.path))
	}
	params(s.Fields)
	for _, f := range s.Fields {
		f.resolvePresence()
	}
	return s
}

func (b *fieldBuilder) enum(set *rules.Set, base Kind, at place) *Enum {
	e := &Enum{GoName: at.goName(), Base: base, Doc: set.Doc, Path: at.path, Pos: at.pos}
	b.bucket.Enums = append(b.bucket.Enums, e)
	for _, v := range set.Enum {
		word := b.constant(v)
		if word == "" {
			b.diags.Errorf(diag.BadGoName, v.Pos, "the enum value %s gives no Go name; write { value: %s, goName: … }", rules.Show(v.Value), rules.Show(v.Value))
			continue
		}
		e.Values = append(e.Values, EnumValue{GoName: e.GoName + word, Value: v.Value, Doc: v.Doc, Pos: v.Pos})
	}
	return e
}

// constant is what follows the type's name in the name of a constant.
func (b *fieldBuilder) constant(v rules.EnumValue) string {
	var word string
	switch value := v.Value.(type) {
	case string:
		word = b.namer.Exported(value)
	case int64:
		word = strings.Replace(strconv.FormatInt(value, 10), "-", "Minus", 1)
	}
	return b.goName("goName", v.GoName, word)
}

// resolvePresence says what a field's keys mean for the generated types.
func (f *Field) resolvePresence() {
	filled := f.Generated != "" || f.Default != nil
	f.Optional = !f.Key && !f.Required && !filled
	f.OptionalInput = !f.Required || filled
	f.Patchable = !f.Key && f.Generated == "" && !f.Immutable
	f.ZeroIsMissing = f.Required && f.Type.zeroIsMissing()
}

// zeroIsMissing reports whether Go's zero value cannot be told from a value
// that was not given. A struct is judged by its own required fields, and a
// number or boolean counts as given.
func (t *Type) zeroIsMissing() bool {
	switch t.Kind {
	case String:
		if t.Enum != nil {
			_, empty := t.Enum.Lookup("")
			return !empty
		}
		return t.MinLength == nil || *t.MinLength > 0
	case Date:
		return true
	case Array:
		return t.MinLength == nil || *t.MinLength > 0
	case Object:
		return t.Struct == nil
	default:
		return false
	}
}

// params keeps the parameter names of one struct apart. They are seen by
// nobody, so a number does.
func params(fields []*Field) {
	used := make(map[string]bool, len(fields))
	for _, f := range fields {
		base := f.Param
		for n := 2; used[f.Param]; n++ {
			f.Param = base + strconv.Itoa(n)
		}
		used[f.Param] = true
	}
}
