package emit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// place is where a value stands in a validator: x is the expression of it, name
// is what issues call it below the path that holds already, and depth is the
// number of loops around it.
type place struct {
	x     string
	was   string // the expression of the value it had before, "" for none
	name  string
	depth int
	least int // the length that is known already
}

// checkFuncs are the validator of the record and those of its nested objects
// that have anything to check.
func checkFuncs(b *bucket) []jen.Code {
	typ, c := "*"+b.Record, param{"c", "*noex.Check"}
	body := checks(b, "r", "old", b.Fields)
	signature := params(len(body) > 0, param{"_", typ}, param{"r", typ}, c)
	if slices.ContainsFunc(b.Fields, isText) {
		signature = params(true, param{"old, r", typ}, c)
	}
	decls := []jen.Code{funcDecl(call(b.record.check, signature...), body...)}
	for _, s := range b.Structs {
		if body := checks(b, "s", "", s.Fields); len(body) > 0 {
			decls = append(decls, funcDecl(call(b.structs[s].check, params(true, param{"s", "*" + s.GoName}, c)...), body...))
		}
	}
	return decls
}

// isText reports whether a field is a string that has to be checked for being
// text.
func isText(f *model.Field) bool { return f.Type.Kind == model.String && f.Type.Enum == nil }

// checks are the rules of fields of recv, which was old before, if that has a
// name.
func checks(b *bucket, recv, old string, fields []*model.Field) []jen.Code {
	var body []jen.Code
	for _, f := range fields {
		at := place{x: recv + "." + f.GoName, name: f.Name}
		if old != "" {
			at.was = old + "." + f.GoName
		}
		body = append(body, checkField(b, f, at)...)
	}
	return body
}

func checkField(b *bucket, f *model.Field, at place) []jen.Code {
	x := at.x
	if f.Optional {
		return checkOptional(b, f, at)
	}
	if !mustHave(f) {
		return append(fillNil(f.Type, x), checkValue(b, f.Type, at)...)
	}
	if f.Type.Kind == model.String {
		at.least = 1
	}
	rules := checkValue(b, f.Type, at)
	given := method("Required", f.Name, present(f.Type, x))
	if isText(f) && at.was != "" && !onlyText(f.Type) {
		text := method("Text", at.name, x, at.was)
		if rules := textRules(b, f.Type, at); len(rules) > 0 {
			return []jen.Code{when(given+" && "+text, rules...)}
		}
		return []jen.Code{when(given, raw(text))}
	}
	if len(rules) == 0 || onlyText(f.Type) {
		return append([]jen.Code{raw(given)}, rules...)
	}
	return []jen.Code{when(given, rules...)}
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
func present(t *model.Type, x string) string {
	switch t.Kind {
	case model.String:
		return x + ` != ""`
	case model.Date:
		return "!" + x + ".IsZero()"
	default:
		return x + " != nil"
	}
}

// fillNil makes a list of anything that may be empty a list, since nil would
// be stored as null.
func fillNil(t *model.Type, x string) []jen.Code {
	if t.Kind != model.Array || t.Elem != nil {
		return nil
	}
	return []jen.Code{when(x+" == nil", assign(x, "[]any{}"))}
}

func checkOptional(b *bucket, f *model.Field, at place) []jen.Code {
	t, x := f.Type, at.x
	if at.was != "" {
		at.was = call(at.was+".Or", zero(t))
	}
	at.x = "v"
	rules := checkValue(b, t, at)
	switch {
	case len(rules) == 0:
		return nil
	case len(rules) <= 2 && zeroIsValid(t):
		at.x = call(x+".Or", zero(t))
		return checkValue(b, t, at)
	case normalises(t):
		rules = append(rules, assign(x, some("v")))
	}
	return []jen.Code{ifSet(x, rules...)}
}

// ifSet is a block with the value of an optional field as v.
func ifSet(x string, body ...jen.Code) jen.Code { return when("v, ok := "+x+".Get(); ok", body...) }

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
		return []jen.Code{raw(call("noex.Enum", "c", quote(p.name), p.x, p.x+".Valid()", quote(allowed(t.Enum))))}
	case t.Struct != nil:
		return checkStruct(b, t.Struct, p)
	}
	switch t.Kind {
	case model.String:
		return checkString(b, t, p)
	case model.Number:
		return append([]jen.Code{raw(method("Finite", p.name, p.x))}, bounds(t, p)...)
	case model.Integer:
		return bounds(t, p)
	case model.Date:
		return []jen.Code{raw(method("Date", p.name, "&"+p.x))}
	case model.Object:
		return []jen.Code{raw(method("Object", p.name, "&"+p.x))}
	case model.Array:
		return checkList(b, t, p)
	default:
		return nil
	}
}

func checkString(b *bucket, t *model.Type, p place) []jen.Code {
	rules := textRules(b, t, p)
	if p.was == "" {
		return append([]jen.Code{raw(method("Text", p.name, p.x, `""`))}, rules...)
	}
	text := method("Text", p.name, p.x, p.was)
	if len(rules) == 0 {
		return []jen.Code{raw(text)}
	}
	return []jen.Code{when(text, rules...)}
}

// textRules are the rules of a string beside that it is text.
func textRules(b *bucket, t *model.Type, p place) []jen.Code {
	rules := lengths(t, p, "MinLength", "MaxLength", p.x)
	if t.Pattern != "" {
		rules = append(rules, raw(method("Pattern", p.name, p.x, b.patterns[t])))
	}
	if format := formats[t.Format]; format != "" {
		rules = append(rules, raw(method("Format", p.name, p.x, format)))
	}
	return rules
}

// formats are the formats of a definition in the runtime.
var formats = map[string]string{
	"email": "noex.FormatEmail", "url": "noex.FormatURL", "iso-date": "noex.FormatISODate", "uuid": "noex.FormatUUID",
	"ipv4": "noex.FormatIPv4", "ipv6": "noex.FormatIPv6", "hostname": "noex.FormatHostname",
}

func lengths(t *model.Type, p place, minimum, maximum, got string) []jen.Code {
	var rules []jen.Code
	if t.MinLength != nil && *t.MinLength > p.least {
		rules = append(rules, raw(method(minimum, p.name, got, strconv.Itoa(*t.MinLength))))
	}
	if t.MaxLength != nil {
		rules = append(rules, raw(method(maximum, p.name, got, strconv.Itoa(*t.MaxLength))))
	}
	return rules
}

func bounds(t *model.Type, p place) []jen.Code {
	var rules []jen.Code
	if t.Min != nil {
		rules = append(rules, raw(call("noex.Min", "c", quote(p.name), p.x, number(t.Min))))
	}
	if t.Max != nil {
		rules = append(rules, raw(call("noex.Max", "c", quote(p.name), p.x, number(t.Max))))
	}
	return rules
}

func checkStruct(b *bucket, s *model.Struct, p place) []jen.Code {
	if len(checks(b, "s", "", s.Fields)) == 0 {
		return nil
	}
	check := raw(call(b.structs[s].check, "&"+p.x, "c"))
	if p.name == "" { // an element: the loop has set the path
		return []jen.Code{check}
	}
	return []jen.Code{raw(method("In", p.name)), check, raw("c.Out()")}
}

func checkList(b *bucket, t *model.Type, p place) []jen.Code {
	var rules []jen.Code
	if t.Elem == nil {
		rules = append(rules, raw(method("Array", p.name, "&"+p.x)))
	}
	rules = append(rules, lengths(t, p, "MinItems", "MaxItems", call("len", p.x))...)
	if t.Elem == nil {
		return rules
	}
	elem := place{depth: p.depth + 1}
	i, v := "i", "v"
	if p.depth > 0 {
		i, v = "i"+strconv.Itoa(elem.depth), "v"+strconv.Itoa(elem.depth)
	}
	vars := i
	if replaces(t.Elem) {
		elem.x = p.x + "[" + i + "]"
	} else {
		elem.x = v
		vars = i + ", " + v
	}
	inner := checkElem(b, t.Elem, elem)
	if len(inner) == 0 {
		return rules
	}
	body := append([]jen.Code{raw(method("Item", p.name, i))}, inner...)
	body = append(body, raw("c.Out()"))
	return append(rules, loop(vars+" := range "+p.x, body...))
}

// replaces reports whether checking an element may put another in its place,
// or takes its address.
func replaces(t *model.Type) bool {
	return t.Struct != nil || t.Kind == model.Date || isUntyped(t) || isList(t) && replaces(t.Elem)
}

func checkElem(b *bucket, t *model.Type, p place) []jen.Code {
	rules := append(fillNil(t, p.x), checkValue(b, t, p)...)
	if t.Kind == model.Object && t.Struct == nil { // null is no object
		return []jen.Code{when(method("Required", "", p.x+" != nil"), rules...)}
	}
	return rules
}

// method is the call of a rule of the Check.
func method(rule, field string, args ...string) string {
	return call("c."+rule, append([]string{quote(field)}, args...)...)
}

// allowed lists the values of an enum for a message.
func allowed(e *model.Enum) string {
	values := make([]string, len(e.Values))
	for i, v := range e.Values {
		values[i] = fmt.Sprint(v.Value)
	}
	return strings.Join(values, ", ")
}
