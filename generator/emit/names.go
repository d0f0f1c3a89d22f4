package emit

import (
	"strconv"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/naming"
)

// scope hands out the unexported names at the level of the package. The model
// keeps exported names apart and reports what collides; nobody sees these, so
// a number keeps them apart: the records APIKey and ApiKey have the schemas
// apiKeySchema and apiKeySchema2.
type scope struct{ taken map[string]bool }

// newScope returns a scope without the names of imports, which no declaration
// may have, and without those of parameters, which would hide it.
func newScope(p *model.Package) *scope {
	s := &scope{taken: map[string]bool{"init": true, "main": true}}
	for _, i := range imports {
		s.taken[i.name] = true
	}
	for _, b := range p.Buckets {
		for _, f := range b.Fields {
			s.taken[f.Param] = true
		}
	}
	return s
}

func (s *scope) take(name string) string {
	free := name
	for n := 2; s.taken[free] || naming.IsKeyword(free) || naming.IsPredeclared(free); n++ {
		free = name + strconv.Itoa(n)
	}
	s.taken[free] = true
	return free
}

// bucket is a bucket with the unexported names of its declarations.
type bucket struct {
	*model.Bucket
	helpers
	schema, open         string
	create, patch, guard string
	record               functions
	structs              map[*model.Struct]functions
	indexes              map[*model.Index]string
	patterns, lists      map[*model.Type]string
}

// helpers are functions that the buckets of a package share. They stand in the
// store's file, and only if one needs them.
type helpers struct{ appendSet string }

// functions are the functions of a record or a nested object.
type functions struct{ check, clone, equal, append, decode string }

func newBucket(m *model.Bucket, s *scope, help helpers) *bucket {
	b := &bucket{
		Bucket:   m,
		schema:   s.take(lower(m.Record + "Schema")),
		open:     s.take("new" + m.Accessor()),
		create:   s.take("new" + m.Record),
		patch:    s.take("patch" + m.Record),
		guard:    s.take("guard" + m.Record),
		record:   s.functions(m.Record),
		structs:  make(map[*model.Struct]functions),
		indexes:  make(map[*model.Index]string),
		patterns: make(map[*model.Type]string),
		lists:    make(map[*model.Type]string),
		helpers:  help,
	}
	for _, ix := range m.Indexes {
		b.indexes[ix] = s.take(lower(m.Record + ix.Method))
	}
	b.fieldNames(s, m.Record, m.Fields)
	for _, st := range m.Structs {
		b.structs[st] = s.functions(st.GoName)
		b.fieldNames(s, st.GoName, st.Fields)
	}
	return b
}

func (s *scope) functions(goName string) functions {
	return functions{
		check:  s.take("check" + goName),
		clone:  s.take("clone" + goName),
		equal:  s.take("equal" + goName),
		append: s.take("append" + goName),
		decode: s.take("decode" + goName),
	}
}

// fieldNames names the variables that fields need: the regular expressions of
// their patterns, and how their lists are read and written.
func (b *bucket) fieldNames(s *scope, owner string, fields []*model.Field) {
	for _, f := range fields {
		if isList(f.Type) {
			b.lists[f.Type] = s.take(lower(owner + f.GoName + "JSON"))
		}
		for t := f.Type; t != nil; t = t.Elem {
			if t.Pattern != "" && t.Enum == nil {
				b.patterns[t] = s.take(lower(owner + f.GoName + "Pattern"))
			}
		}
	}
}

// lower is an exported name of several words as an unexported one.
func lower(goName string) string { return naming.Param(goName) }
