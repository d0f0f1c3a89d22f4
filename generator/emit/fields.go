package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// fieldsVar is the variable with one descriptor a field.
func fieldsVar(b *bucket) jen.Code {
	descriptors := make([]keyed, len(b.Fields))
	for i, f := range b.Fields {
		descriptors[i] = keyed{f.GoName, descriptor(b, f)}
	}
	return documented(
		jen.Var().Id(b.FieldsVar()+" =").Id(literal(structOf(descriptorFields(b)), descriptors...)),
		b.FieldsVar()+" describes the fields of "+b.Record+" for queries.")
}

// descriptorFields declares neighbours of one type together.
func descriptorFields(b *bucket) []row {
	var rows []row
	var names []string
	length := 0
	for i, f := range b.Fields {
		names = append(names, f.GoName)
		length += len(f.GoName)
		if i+1 < len(b.Fields) && length < maxLine/3 && sameDescriptor(f.Type, b.Fields[i+1].Type) {
			continue
		}
		rows = append(rows, row{cells: []string{strings.Join(names, ", "), descriptorType(b, f.Type)}})
		names, length = nil, 0
	}
	return rows
}

func sameDescriptor(a, b *model.Type) bool {
	if a.Kind != b.Kind || a.Enum != b.Enum {
		return false
	}
	switch a.Kind {
	case model.Object:
		return true
	case model.Array:
		return a.Elem == nil && b.Elem == nil || a.Elem != nil && b.Elem != nil && sameElem(a.Elem, b.Elem)
	default:
		return true
	}
}

func sameElem(a, b *model.Type) bool {
	if a.Kind != b.Kind || a.Enum != b.Enum || a.Struct != b.Struct {
		return false
	}
	return a.Kind != model.Array || sameDescriptor(a, b)
}

func descriptorType(b *bucket, t *model.Type) string {
	switch t.Kind {
	case model.String:
		return generic("*noex.StringField", b.Record, goType(t))
	case model.Number, model.Integer:
		return generic("*noex.NumberField", b.Record, goType(t))
	case model.Boolean:
		return generic("*noex.BoolField", b.Record, goType(t))
	case model.Date:
		return generic("*noex.TimeField", b.Record)
	case model.Object:
		return generic("*noex.ObjectField", b.Record)
	default:
		return generic("*noex.ListField", b.Record, elemType(t))
	}
}

// elemType is the type of the elements of a list.
func elemType(t *model.Type) string {
	if t.Elem == nil {
		return "any"
	}
	return goType(t.Elem)
}

var constructors = map[model.Kind]string{
	model.String: "noex.NewString", model.Number: "noex.NewNumber", model.Integer: "noex.NewNumber",
	model.Boolean: "noex.NewBool", model.Date: "noex.NewTime",
}

func descriptor(b *bucket, f *model.Field) string {
	name, x := quote(f.Name), "r."+f.GoName
	switch f.Type.Kind {
	case model.Array:
		if f.Optional {
			x += ".Or(nil)"
		}
		return call("noex.NewList", name, getter(b, true, goType(f.Type), x), equalFunc(b, f.Type.Elem))
	case model.Object:
		return call("noex.NewObject", name, presence(b, f))
	}
	constructor, result := constructors[f.Type.Kind], goType(f.Type)
	if f.Optional {
		constructor, result = constructor+"Opt", generic("noex.Opt", result)
	}
	return call(constructor, name, getter(b, true, "*"+result, "&"+x))
}

// presence is the function that tells whether a record has an object.
func presence(b *bucket, f *model.Field) string {
	x := "r." + f.GoName
	switch {
	case f.Optional:
		return getter(b, true, "bool", x+".IsSet()")
	case f.Type.Struct != nil:
		return getter(b, false, "bool", "true")
	default:
		return getter(b, true, "bool", x+" != nil")
	}
}

// getter is a function of a record.
func getter(b *bucket, named bool, result, ret string) string {
	return function(call("func", params(named, param{"r", "*" + b.Record})...)+" "+result, "return "+ret)
}
