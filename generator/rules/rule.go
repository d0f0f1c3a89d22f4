package rules

import (
	"slices"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

// Rule is one key of a field definition.
type Rule struct {
	Name    string   // the key
	Doc     string   // one sentence for people
	Example string   // an argument, as YAML
	Types   []string // the types it applies to; nil: all
	Places  Place    // where it may stand
	Schema  string   // JSON Schema of the argument; #/$defs are those of package jsonschema

	// Constrains says that the key limits or fills values, so that
	// documentation lists it with the constraints of a field.
	Constrains bool

	// SchemaFor narrows Schema for a field of a type; nil: it is the same for
	// all types.
	SchemaFor map[string]string

	// parse checks the argument on its own and notes it in r.Set. nil: the
	// key gives structure, which package source has read.
	parse func(r *reader, arg *source.Node)
	// check compares the argument with the field's other keys. It runs when
	// all keys are parsed, and like parse only if this one is written.
	check func(r *reader)
	// accept says why a value breaks the rule, or "".
	accept func(s *Set, value any) string
	// shape is what stored data must meet, in a canonical form; nil: the rule
	// does not concern stored data.
	shape func(s *Set) string
	// narrows says why a value that met the rule in old may not meet it in new,
	// or ""; nil: the rule does not limit values. It is what package breaking
	// asks.
	narrows func(old, new *Set) string
}

// Narrows says why a value that met the rule in an old definition may not meet
// it in a new one, or "".
func (rule *Rule) Narrows(old, new *Set) string {
	if rule.narrows == nil {
		return ""
	}
	return rule.narrows(old, new)
}

// Place is where a field definition stands.
type Place uint8

// The places. A rule may apply to several.
const (
	InBucket Place = 1 << iota // a field of a bucket
	InObject                   // a field of an object with `fields`
	InItems                    // the elements of an array

	anywhere = InBucket | InObject | InItems
)

// String names the place as a message would.
func (p Place) String() string {
	switch p {
	case InObject:
		return "a field of a nested object"
	case InItems:
		return "the elements of an array"
	default:
		return "a field of a bucket"
	}
}

// table holds every rule, in the order in which documentation lists them,
// arguments are parsed and a value's violations are reported. It is filled in
// init because rules refer to it themselves.
var table []*Rule

func init() {
	table = []*Rule{
		&typeRule, &itemsRule, &fieldsRule, &docRule, &goNameRule,
		&requiredRule, &defaultRule, &generatedRule, &immutableRule, &deprecatedRule,
		&enumRule, &minLengthRule, &maxLengthRule, &patternRule, &formatRule, &minRule, &maxRule,
		&uniqueRule, &refRule,
	}
}

// flagSchema is the schema of keys that take true or false.
const flagSchema = `{"type":"boolean"}`

// Flag reports whether the key takes true or false.
func (rule *Rule) Flag() bool { return rule.Schema == flagSchema }

// All returns every rule, in the order in which documentation lists them.
func All() []*Rule { return slices.Clone(table) }

// Lookup returns the rule for a key, or nil.
func Lookup(name string) *Rule {
	if i := slices.IndexFunc(table, func(r *Rule) bool { return r.Name == name }); i >= 0 {
		return table[i]
	}
	return nil
}

// reader reads the keys of one field.
type reader struct {
	*Set
	diags *diag.List
}

// Read checks the keys of a field one by one and then against each other.
func Read(f *source.Field, place Place, diags *diag.List) *Set {
	r := &reader{Set: &Set{args: make(map[string]*source.Node, len(f.Keys))}, diags: diags}
	r.readType(f)
	for _, e := range f.Keys {
		switch rule := Lookup(e.Key.Text); {
		case rule == nil:
			diags.Errorf(diag.UnknownKey, e.Key.Pos, "unknown key %q in a field%s", e.Key.Text, suggestKey(e.Key.Text))
		case r.applies(rule, e.Key, place):
			r.args[rule.Name] = e.Value
		}
	}
	r.each(func(rule *Rule, arg *source.Node) {
		if rule.parse != nil {
			rule.parse(r, arg)
		}
	})
	r.each(func(rule *Rule, _ *source.Node) {
		if rule.check != nil {
			rule.check(r)
		}
	})
	return r.Set
}

// each calls do for every rule that is written, in the order of the table.
func (s *Set) each(do func(rule *Rule, arg *source.Node)) {
	for _, rule := range table {
		if arg := s.args[rule.Name]; arg != nil {
			do(rule, arg)
		}
	}
}

// applies reports a key that cannot mean anything where it stands.
func (r *reader) applies(rule *Rule, key *source.Node, place Place) bool {
	if rule.Places&place == 0 {
		r.diags.Errorf(diag.Misplaced, key.Pos, "%q does not apply to %s%s", rule.Name, place, rule.elsewhere(place))
		return false
	}
	if rule.Types == nil || r.Type == "" || slices.Contains(rule.Types, r.Type) {
		return true
	}
	r.diags.Errorf(diag.Misplaced, key.Pos, "%q does not apply to type %s; it applies to %s%s",
		rule.Name, r.Type, diag.Words(rule.Types, "and"), r.instead(rule))
	return false
}

// elsewhere says where a misplaced key belongs.
func (rule *Rule) elsewhere(place Place) string {
	switch {
	case place == InItems && rule.Places&InBucket != 0:
		return "; write it on the array field itself"
	case place == InObject && rule.Name == "default":
		return "; give the object as a whole a default"
	default:
		return "; it stands on a bucket's own fields"
	}
}

// instead says what a key with the wrong type was probably meant to be.
func (r *reader) instead(rule *Rule) string {
	switch {
	case r.Type == "array" && slices.Contains([]string{"enum", "min", "max", "pattern", "format", "ref"}, rule.Name):
		return "; to constrain the elements, write it below items:"
	case rule.Name == "enum" && r.Type == "number":
		return "; write type: integer"
	case (rule.Name == "min" || rule.Name == "max") && r.Type == "string":
		return "; write " + rule.Name + "Length for the length of a text"
	case (rule.Name == "minLength" || rule.Name == "maxLength") && (r.Type == "number" || r.Type == "integer"):
		return "; write " + rule.Name[:3] + " for the size of a number"
	default:
		return ""
	}
}

// suggestKey is the suggestion for an unknown key: a word known from
// elsewhere, or a key spelled alike.
func suggestKey(word string) string {
	for _, s := range [...][2]string{
		{"minimum", "min"}, {"maximum", "max"}, {"regex", "pattern"}, {"regexp", "pattern"},
		{"description", "doc"}, {"comment", "doc"}, {"values", "enum"}, {"properties", "fields"},
		{"schema", "fields"}, {"element", "items"}, {"elements", "items"}, {"of", "items"},
		{"readonly", "immutable"}, {"readOnly", "immutable"}, {"name", "goName"}, {"references", "ref"},
		{"auto", "generated"}, {"generate", "generated"}, {"optional", "required"}, {"nullable", "required"},
	} {
		if s[0] == word {
			return diag.Suggestion(s[1])
		}
	}
	names := make([]string, len(table))
	for i, rule := range table {
		names[i] = rule.Name
	}
	return diag.DidYouMean(word, names)
}
