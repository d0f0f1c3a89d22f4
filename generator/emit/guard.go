package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// guards are the checks of the fields that no update may change.
func guards(b *bucket) []string {
	var rules []string
	for _, f := range b.Fields {
		if fixed(f) {
			rules = append(rules, method("Immutable", f.Name, equalField(b, f, "r."+f.GoName, "old."+f.GoName)))
		}
	}
	return rules
}

func fixed(f *model.Field) bool { return f.Key || f.Generated != "" || f.Immutable }

func guardSignature(b *bucket, name string) string {
	return call(name, "old, r *"+b.Record, "c *noex.Check")
}

// guardValue is the guard in the schema: the function itself where only the key
// is guarded.
func guardValue(b *bucket) string {
	if rules := guards(b); len(rules) == 1 {
		return function(guardSignature(b, "func"), rules...)
	}
	return b.guard
}

func guardFunc(b *bucket) jen.Code {
	rules := guards(b)
	if len(rules) == 1 {
		return nil
	}
	return funcDecl(guardSignature(b, b.guard), lines(rules)...)
}

// equalField compares a field of two records or objects.
func equalField(b *bucket, f *model.Field, x, y string) string {
	if !f.Optional {
		return equal(b, f.Type, x, y)
	}
	if isComparable(f.Type) {
		return call("noex.Given", x) + " == " + call("noex.Given", y) // null and absent are the same
	}
	value := func(o string) string { return call(o+".Or", zero(f.Type)) }
	return x + ".IsSet() == " + y + ".IsSet() && " + equal(b, f.Type, value(x), value(y))
}

// isComparable reports whether == compares values as a user means it.
func isComparable(t *model.Type) bool {
	switch t.Kind {
	case model.Date, model.Array:
		return false
	case model.Object:
		if t.Struct == nil {
			return false
		}
		for _, f := range t.Struct.Fields {
			if f.Optional || !isComparable(f.Type) {
				return false
			}
		}
	}
	return true
}

// equal is the condition that two values of a type are equal.
func equal(b *bucket, t *model.Type, x, y string) string {
	switch {
	case isComparable(t):
		return x + " == " + y
	case t.Kind == model.Date:
		return call(x+".Equal", y)
	case t.Struct != nil:
		return call(b.structs[t.Struct].equal, x, y)
	case isUntyped(t):
		return call("codec.EqualAny", x, y)
	case isComparable(t.Elem):
		return call("slices.Equal", x, y)
	default:
		return call("slices.EqualFunc", x, y, equalFunc(b, t.Elem))
	}
}

// equalFunc is a function that compares two values of a type, or of any type
// if that is nil.
func equalFunc(b *bucket, t *model.Type) string {
	switch {
	case t == nil:
		return "codec.EqualAny"
	case t.Kind == model.Date:
		return "time.Time.Equal"
	case t.Struct != nil && !isComparable(t):
		return b.structs[t.Struct].equal
	}
	return function("func(a, b "+goType(t)+") bool", "return "+equal(b, t, "a", "b"))
}

// equalFuncs compare the nested objects that are elements of lists, or belong
// to fields that no update may change, where == does not.
func equalFuncs(b *bucket) []jen.Code {
	needed := make(map[*model.Struct]bool)
	var need func(t *model.Type)
	need = func(t *model.Type) {
		switch {
		case t == nil:
		case t.Struct != nil && !isComparable(t):
			needed[t.Struct] = true
			for _, f := range t.Struct.Fields {
				need(f.Type)
			}
		default:
			need(t.Elem)
		}
	}
	for _, f := range b.Fields {
		if fixed(f) || f.Type.Kind == model.Array {
			need(f.Type)
		}
	}
	var decls []jen.Code
	for _, s := range b.Structs {
		if !needed[s] {
			continue
		}
		all := make([]string, len(s.Fields))
		for i, f := range s.Fields {
			all[i] = equalField(b, f, "a."+f.GoName, "b."+f.GoName)
		}
		decls = append(decls, funcDecl(call(b.structs[s].equal, "a, b "+s.GoName)+" bool",
			returns(strings.Join(all, " &&\n\t"))))
	}
	return decls
}
