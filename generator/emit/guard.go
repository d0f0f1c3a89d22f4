package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// guards are the checks of the fields that no update may change.
func guards(b *bucket) []jen.Code {
	var rules []jen.Code
	for _, f := range b.Fields {
		if fixed(f) {
			rules = append(rules, method("Immutable", f.Name, equalField(b, f, jen.Id("r").Dot(f.GoName), jen.Id("old").Dot(f.GoName))))
		}
	}
	return rules
}

func fixed(f *model.Field) bool { return f.Key || f.Generated != "" || f.Immutable }

func guardParams(b *bucket) *jen.Statement {
	return jen.Params(jen.List(jen.Id("old"), jen.Id("r")).Op("*").Id(b.Record), jen.Id("c").Op("*").Add(noex("Check")))
}

// guardValue is the guard in the schema: the function itself where only the key
// is guarded.
func guardValue(b *bucket) jen.Code {
	if rules := guards(b); len(rules) == 1 {
		return jen.Func().Add(guardParams(b)).Custom(jen.Options{Open: "{ ", Close: " }"}, rules...)
	}
	return jen.Id(b.guard)
}

func guardFunc(b *bucket) jen.Code {
	rules := guards(b)
	if len(rules) == 1 {
		return nil
	}
	return jen.Func().Id(b.guard).Add(guardParams(b)).Block(rules...)
}

// equalField compares a field of two records or objects.
func equalField(b *bucket, f *model.Field, x, y *jen.Statement) jen.Code {
	if !f.Optional {
		return equal(b, f.Type, x, y)
	}
	if isComparable(f.Type) {
		return noex("Given").Call(x).Op("==").Add(noex("Given").Call(y)) // null and absent are the same
	}
	value := func(o jen.Code) *jen.Statement { return jen.Add(o).Dot("Or").Call(zero(f.Type)) }
	return jen.Add(x).Dot("IsSet").Call().Op("==").Add(y).Dot("IsSet").Call().
		Op("&&").Add(equal(b, f.Type, value(x), value(y)))
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
func equal(b *bucket, t *model.Type, x, y jen.Code) *jen.Statement {
	switch {
	case isComparable(t):
		return jen.Add(x).Op("==").Add(y)
	case t.Kind == model.Date:
		return jen.Add(x).Dot("Equal").Call(y)
	case t.Struct != nil:
		return jen.Id(b.structs[t.Struct].equal).Call(x, y)
	case isUntyped(t):
		return codec("EqualAny").Call(x, y)
	case isComparable(t.Elem):
		return jen.Qual("slices", "Equal").Call(x, y)
	default:
		return jen.Qual("slices", "EqualFunc").Call(x, y, equalFunc(b, t.Elem))
	}
}

// equalFunc is a function that compares two values of a type, or of any type
// if that is nil.
func equalFunc(b *bucket, t *model.Type) jen.Code {
	switch {
	case t == nil:
		return codec("EqualAny")
	case t.Kind == model.Date:
		return jen.Qual("time", "Time").Dot("Equal")
	case t.Struct != nil && !isComparable(t):
		return jen.Id(b.structs[t.Struct].equal)
	}
	return jen.Func().Params(jen.List(jen.Id("a"), jen.Id("b")).Add(goType(t))).Bool().
		Add(one(equal(b, t, jen.Id("a"), jen.Id("b"))))
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
		all := new(jen.Statement)
		for i, f := range s.Fields {
			if i > 0 {
				all.Op("&&").Line()
			}
			all.Add(equalField(b, f, jen.Id("a").Dot(f.GoName), jen.Id("b").Dot(f.GoName)))
		}
		decls = append(decls, jen.Func().Id(b.structs[s].equal).
			Params(jen.List(jen.Id("a"), jen.Id("b")).Id(s.GoName)).Bool().Block(jen.Return(all)))
	}
	return decls
}
