package breaking

import (
	"fmt"
	"slices"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
)

// fields compares the fields of a bucket or of a nested object at path.
func (c *comparison) fields(path string, old, new []*model.Field, pos diag.Pos) {
	at := func(list []*model.Field, name string) *model.Field {
		i := slices.IndexFunc(list, func(f *model.Field) bool { return f.Name == name })
		if i < 0 {
			return nil
		}
		return list[i]
	}
	for _, f := range new {
		if before := at(old, f.Name); before != nil {
			c.field(path+"."+f.Name, before, f)
		} else {
			c.added(path+"."+f.Name, f)
		}
	}
	for _, f := range old {
		if at(new, f.Name) == nil {
			c.callers("field-removed", path+"."+f.Name, f.Pos, "is gone; stored values are kept, and not read",
				"deprecate a field before it goes; if it has a new name, raise the version and migrate")
		}
	}
}

// added judges a field that stored records do not have.
func (c *comparison) added(path string, f *model.Field) {
	switch filled := f.Default != nil || f.Generated != ""; {
	case f.Required && !filled:
		c.add(NeedsDefault, "field-added", path, f.Pos, "is new and required, and stored records have no value",
			fmt.Sprintf("give it a default, leave out required, or write version: %d in bucket %q and register a noex.Migration to it", c.bucket.Version+1, c.bucket.Name))
		c.callers("field-added", path, f.Pos, "is new and required, and inserts do not give it", "give it in every insert")
	case f.Default != nil && f.Unique:
		c.migration("field-added", path, f.Pos, "is new and unique, and all stored records take the same default")
	default:
		c.safe("field-added", path, f.Pos, "is new")
	}
}

func (c *comparison) field(path string, old, new *model.Field) {
	c.narrowed(path, old, new)
	c.types(path, old.Type, new.Type, new.Pos)
	// What is generated for the field, beside the type of its values.
	if old.GoName != new.GoName {
		c.callers("go-name", path, new.Pos, fmt.Sprintf("has another Go name: %s, and not %s", new.GoName, old.GoName), "keep it with goName: "+old.GoName+", or change its users")
	}
	if old.Optional != new.Optional {
		c.callers("optional", path, new.Pos, optional(new.Optional)+" in the record", "change what reads it")
	}
	if old.OptionalInput != new.OptionalInput {
		c.callers("optional", path, new.Pos, optional(new.OptionalInput)+" in the input", "change what inserts it")
	}
	switch {
	case old.Patchable && !new.Patchable:
		c.callers("immutable", path, new.Pos, "cannot be updated any more", "change what updates it")
	case !old.Patchable && new.Patchable:
		c.safe("immutable", path, new.Pos, "can be updated now")
	}
	if old.Generated != new.Generated && new.Generated != "" {
		c.safe("generated", path, new.Pos, "is generated: "+string(new.Generated))
	}
}

func optional(is bool) string {
	if is {
		return "is a noex.Opt now"
	}
	return "is no noex.Opt any more"
}

// narrowed asks every rule whether stored values still meet it.
func (c *comparison) narrowed(path string, old, new *model.Field) {
	for _, rule := range rules.All() {
		why := rule.Narrows(old.Type.Rules, new.Type.Rules)
		pos := new.Pos
		if arg := new.Type.Rules.Arg(rule.Name); arg != nil {
			pos = arg.Pos
		}
		switch {
		case why == "" && sameArgument(rule, old.Type.Rules, new.Type.Rules):
		case why == "":
			if rule.Constrains && rule.Name != "immutable" && rule.Name != "generated" {
				c.safe(rule.Name, path, pos, widened(rule, new.Type.Rules))
			}
		case rule.Name == "unique" && old.Unique: // an index said so
		case rule.Name == "required" && (new.Default != nil || new.Generated != ""):
			c.safe(rule.Name, path, pos, "is required now, and filled where it is not given")
		case rule.Name == "required":
			if old.Key { // always required
				continue
			}
			c.add(NeedsDefault, rule.Name, path, pos, rule.Name+" "+why,
				fmt.Sprintf("give the field a default, or write version: %d in bucket %q and register a noex.Migration to it", c.bucket.Version+1, c.bucket.Name))
		default:
			c.migration(rule.Name, path, pos, rule.Name+" "+why)
		}
	}
}

// widened tells of a change that all stored values meet.
func widened(rule *rules.Rule, new *rules.Set) string {
	if arg := new.Arg(rule.Name); arg != nil {
		return rule.Name + " is now " + arg.String()
	}
	return "has no " + rule.Name + " any more"
}

func sameArgument(rule *rules.Rule, old, new *rules.Set) bool {
	a, b := old.Arg(rule.Name), new.Arg(rule.Name)
	if a == nil || b == nil {
		return a == b
	}
	return a.String() == b.String()
}

// types compares what nests in a type, and the Go types.
func (c *comparison) types(path string, old, new *model.Type, pos diag.Pos) {
	if was, is := goType(old), goType(new); was != is {
		c.callers("go-type", path, pos, fmt.Sprintf("is %s in Go, and was %s", is, was), "change its users")
	}
	if old.Enum != nil && new.Enum != nil {
		for _, v := range old.Enum.Values {
			if now, ok := new.Enum.Lookup(v.Value); !ok || now.GoName != v.GoName {
				c.callers("enum", path, new.Enum.Pos, "has no constant "+v.GoName+" any more", "keep it, or change its users")
			}
		}
	}
	switch {
	case old.Elem != nil && new.Elem != nil:
		c.elements(path+"[]", old.Elem, new.Elem, pos)
	case old.Kind == model.Array && new.Elem != nil && old.Elem == nil:
		c.migration("items", path, pos, "has a type for its elements now, and others may be stored")
	}
	switch {
	case old.Struct != nil && new.Struct != nil:
		c.fields(path, old.Struct.Fields, new.Struct.Fields, pos)
	case old.Kind == model.Object && new.Struct != nil && old.Struct == nil:
		c.migration("fields", path, pos, "has fields now, and others may be stored")
	}
}

// elements compares the elements of an array as if they were a field.
func (c *comparison) elements(path string, old, new *model.Type, pos diag.Pos) {
	c.narrowed(path, &model.Field{Type: old, Pos: pos}, &model.Field{Type: new, Pos: pos})
	c.types(path, old, new, pos)
}

// goType is the Go type of values, in short. Structs and enums by name.
func goType(t *model.Type) string {
	switch {
	case t.Elem != nil:
		return "[]" + goType(t.Elem)
	case t.Enum != nil:
		return t.Enum.GoName
	case t.Struct != nil:
		return t.Struct.GoName
	}
	return [...]string{"", "string", "float64", "int64", "bool", "time.Time", "map[string]any", "[]any"}[t.Kind]
}
