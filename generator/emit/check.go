package emit

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// place is where a value stands in a validator: x makes the expression anew
// each time, name is what issues call it below the path that holds already,
// and depth is the number of loops around it.
type place struct {
	x     func() *jen.Statement
	name  string
	depth int
	least int // the length that is known already
}

// checkFuncs are the validator of the record and those of its nested objects
// that have anything to check.
func checkFuncs(b *bucket) []jen.Code {
	decls := []jen.Code{checkFunc(b.record.check, "r", b.Record, checks(b, "r", b.Fields))}
	for _, s := range b.Structs {
		if body := checks(b, "s", s.Fields); len(body) > 0 {
			decls = append(decls, checkFunc(b.structs[s].check, "s", s.GoName, body))
		}
	}
	return decls
}

func checkFunc(name, recv, typ string, body []jen.Code) jen.Code {
	return jen.Func().Id(name).Params(params(len(body) > 0,
		param{recv, jen.Op("*").Id(typ)}, param{"c", jen.Op("*").Add(noex("Check"))})...).Block(body...)
}

func checks(b *bucket, recv string, fields []*model.Field) []jen.Code {
	var body []jen.Code
	for _, f := range fields {
		body = append(body, checkField(b, recv, f)...)
	}
	return body
}

func checkField(b *bucket, recv string, f *model.Field) []jen.Code {
	x := func() *jen.Statement { return jen.Id(recv).Dot(f.GoName) }
	if f.Optional {
		return checkOptional(b, f, x)
	}
	if !mustHave(f) {
		return append(fillNil(f.Type, x), checkValue(b, f.Type, place{x: x, name: f.Name})...)
	}
	at := place{x: x, name: f.Name}
	if f.Type.Kind == model.String {
		at.least = 1
	}
	rules := checkValue(b, f.Type, at)
	given := method("Required", f.Name, present(f.Type, x()))
	if len(rules) == 0 || onlyText(f.Type) {
		return append([]jen.Code{given}, rules...)
	}
	return []jen.Code{jen.If(given).Block(rules...)}
}

// mustHave reports whether Go's zero value of a field means that it has none.
// A key has to have a value even where an insert fills it, and a map that has a
// default cannot be absent.
func mustHave(f *model.Field) bool {
	t := f.Type
	switch {
	case f.ZeroIsMissing:
		return true
	case f.Key && t.Kind == model.String && t.Enum == nil:
		return t.MinLength == nil || *t.MinLength > 0
	default:
		return isUntyped(t) && t.Kind == model.Object
	}
}

// present is the condition that a value is not Go's zero value.
func present(t *model.Type, x *jen.Statement) jen.Code {
	switch t.Kind {
	case model.String:
		return x.Op("!=").Lit("")
	case model.Date:
		return jen.Op("!").Add(x).Dot("IsZero").Call()
	default:
		return x.Op("!=").Nil()
	}
}

// fillNil makes a list of anything that may be empty a list, since nil would
// be stored as null.
func fillNil(t *model.Type, x func() *jen.Statement) []jen.Code {
	if t.Kind != model.Array || t.Elem != nil {
		return nil
	}
	return []jen.Code{jen.If(x().Op("==").Nil()).Block(x().Op("=").Index().Any().Values())}
}

func checkOptional(b *bucket, f *model.Field, x func() *jen.Statement) []jen.Code {
	t := f.Type
	v := func() *jen.Statement { return jen.Id("v") }
	rules := checkValue(b, t, place{x: v, name: f.Name})
	switch {
	case len(rules) == 0:
		return nil
	case len(rules) <= 2 && zeroIsValid(t):
		return checkValue(b, t, place{x: func() *jen.Statement { return x().Dot("Or").Call(zero(t)) }, name: f.Name})
	case normalises(t):
		rules = append(rules, x().Op("=").Add(noex("Some")).Call(v()))
	}
	return []jen.Code{ifSet(x(), rules...)}
}

// ifSet is a block with the value of an optional field as v.
func ifSet(x jen.Code, body ...jen.Code) jen.Code {
	return jen.If(jen.List(jen.Id("v"), jen.Id("ok")).Op(":=").Add(x).Dot("Get").Call(), jen.Id("ok")).Block(body...)
}

// onlyText reports whether all there is to check of a string is that it is
// text, which the empty one is.
func onlyText(t *model.Type) bool {
	return t.Kind == model.String && t.Enum == nil && t.MinLength == nil && t.MaxLength == nil && t.Pattern == "" && t.Format == ""
}

// zeroIsValid reports whether Go's zero value passes every rule, so that an
// absent value may be checked as if it were that.
func zeroIsValid(t *model.Type) bool {
	switch t.Kind {
	case model.String:
		return t.Enum == nil && (t.MinLength == nil || *t.MinLength == 0) && t.Pattern == "" && t.Format == ""
	case model.Integer:
		return t.Enum == nil && (t.Min == nil || t.Min.(int64) <= 0) && (t.Max == nil || t.Max.(int64) >= 0)
	case model.Number:
		return (t.Min == nil || t.Min.(float64) <= 0) && (t.Max == nil || t.Max.(float64) >= 0)
	case model.Array:
		return isList(t) && !replaces(t.Elem) && (t.MinLength == nil || *t.MinLength == 0)
	default:
		return false
	}
}

// normalises reports whether checking a value may replace it. Elements of a
// list are replaced within the list.
func normalises(t *model.Type) bool {
	if t.Struct == nil {
		return t.Kind == model.Date || isUntyped(t)
	}
	for _, f := range t.Struct.Fields {
		if normalises(f.Type) {
			return true
		}
	}
	return false
}

// checkValue checks a value that is there.
func checkValue(b *bucket, t *model.Type, p place) []jen.Code {
	switch {
	case t.Enum != nil:
		return []jen.Code{noex("Enum").Call(jen.Id("c"), jen.Lit(p.name), p.x(), p.x().Dot("Valid").Call(), jen.Lit(allowed(t.Enum)))}
	case t.Struct != nil:
		return checkStruct(b, t.Struct, p)
	}
	switch t.Kind {
	case model.String:
		return checkString(b, t, p)
	case model.Number:
		return append([]jen.Code{method("Finite", p.name, p.x())}, bounds(t, p)...)
	case model.Integer:
		return bounds(t, p)
	case model.Date:
		return []jen.Code{method("Date", p.name, jen.Op("&").Add(p.x()))}
	case model.Object:
		return []jen.Code{method("Object", p.name, jen.Op("&").Add(p.x()))}
	case model.Array:
		return checkList(b, t, p)
	default:
		return nil
	}
}

func checkString(b *bucket, t *model.Type, p place) []jen.Code {
	rules := []jen.Code{method("Text", p.name, p.x())}
	rules = append(rules, lengths(t, p, "MinLength", "MaxLength", p.x())...)
	if t.Pattern != "" {
		rules = append(rules, method("Pattern", p.name, p.x(), jen.Id(b.patterns[t])))
	}
	if format := formats[t.Format]; format != "" {
		rules = append(rules, method("Format", p.name, p.x(), noex(format)))
	}
	return rules
}

// formats are the formats of a definition in the runtime.
var formats = map[string]string{
	"email": "FormatEmail", "url": "FormatURL", "iso-date": "FormatISODate", "uuid": "FormatUUID",
	"ipv4": "FormatIPv4", "ipv6": "FormatIPv6", "hostname": "FormatHostname",
}

func lengths(t *model.Type, p place, minimum, maximum string, got jen.Code) []jen.Code {
	var rules []jen.Code
	if t.MinLength != nil && *t.MinLength > p.least {
		rules = append(rules, method(minimum, p.name, got, jen.Lit(*t.MinLength)))
	}
	if t.MaxLength != nil {
		rules = append(rules, method(maximum, p.name, got, jen.Lit(*t.MaxLength)))
	}
	return rules
}

func bounds(t *model.Type, p place) []jen.Code {
	var rules []jen.Code
	if t.Min != nil {
		rules = append(rules, noex("Min").Call(jen.Id("c"), jen.Lit(p.name), p.x(), number(t.Min)))
	}
	if t.Max != nil {
		rules = append(rules, noex("Max").Call(jen.Id("c"), jen.Lit(p.name), p.x(), number(t.Max)))
	}
	return rules
}

func checkStruct(b *bucket, s *model.Struct, p place) []jen.Code {
	if len(checks(b, "s", s.Fields)) == 0 {
		return nil
	}
	call := jen.Id(b.structs[s].check).Call(jen.Op("&").Add(p.x()), jen.Id("c"))
	if p.name == "" { // an element: the loop has set the path
		return []jen.Code{call}
	}
	return []jen.Code{jen.Id("c").Dot("In").Call(jen.Lit(p.name)), call, jen.Id("c").Dot("Out").Call()}
}

func checkList(b *bucket, t *model.Type, p place) []jen.Code {
	var rules []jen.Code
	if t.Elem == nil {
		rules = append(rules, method("Array", p.name, jen.Op("&").Add(p.x())))
	}
	rules = append(rules, lengths(t, p, "MinItems", "MaxItems", jen.Len(p.x()))...)
	if t.Elem == nil {
		return rules
	}
	loop := place{depth: p.depth + 1}
	i, v := "i", "v"
	if p.depth > 0 {
		i, v = "i"+strconv.Itoa(loop.depth), "v"+strconv.Itoa(loop.depth)
	}
	vars := jen.Id(i)
	if replaces(t.Elem) {
		loop.x = func() *jen.Statement { return p.x().Index(jen.Id(i)) }
	} else {
		loop.x = func() *jen.Statement { return jen.Id(v) }
		vars = jen.List(jen.Id(i), jen.Id(v))
	}
	inner := checkElem(b, t.Elem, loop)
	if len(inner) == 0 {
		return rules
	}
	body := append([]jen.Code{jen.Id("c").Dot("Item").Call(jen.Lit(p.name), jen.Id(i))}, inner...)
	body = append(body, jen.Id("c").Dot("Out").Call())
	return append(rules, jen.For(vars.Op(":=").Range().Add(p.x())).Block(body...))
}

// replaces reports whether checking an element may put another in its place,
// or takes its address.
func replaces(t *model.Type) bool {
	return t.Struct != nil || t.Kind == model.Date || isUntyped(t) || isList(t) && replaces(t.Elem)
}

func checkElem(b *bucket, t *model.Type, p place) []jen.Code {
	rules := append(fillNil(t, p.x), checkValue(b, t, p)...)
	if t.Kind == model.Object && t.Struct == nil { // null is no object
		return []jen.Code{jen.If(method("Required", "", p.x().Op("!=").Nil())).Block(rules...)}
	}
	return rules
}

// method is the call of a rule of the Check.
func method(rule, field string, args ...jen.Code) *jen.Statement {
	return jen.Id("c").Dot(rule).Call(append([]jen.Code{jen.Lit(field)}, args...)...)
}

// allowed lists the values of an enum for a message.
func allowed(e *model.Enum) string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = fmt.Sprint(v.Value)
	}
	return strings.Join(values, ", ")
}
