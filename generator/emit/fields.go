package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// fieldsVar is the variable with one descriptor a field.
func fieldsVar(b *bucket) jen.Code {
	descriptors := make([]jen.Code, len(b.Fields))
	for i, f := range b.Fields {
		descriptors[i] = keyed(f.GoName, descriptor(b, f))
	}
	return documented(
		jen.Var().Id(b.FieldsVar()).Op("=").Struct(descriptorFields(b)...).Add(multi(descriptors...)),
		b.FieldsVar()+" describes the fields of "+b.Record+" for queries.")
}

// descriptorFields declares neighbours of one type together.
func descriptorFields(b *bucket) []jen.Code {
	var codes []jen.Code
	var names []jen.Code
	length := 0
	for i, f := range b.Fields {
		names = append(names, jen.Id(f.GoName))
		length += len(f.GoName)
		if i+1 < len(b.Fields) && length < maxLine/3 && sameDescriptor(f.Type, b.Fields[i+1].Type) {
			continue
		}
		codes = append(codes, jen.List(names...).Add(descriptorType(b, f.Type)))
		names, length = nil, 0
	}
	return codes
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

func descriptorType(b *bucket, t *model.Type) *jen.Statement {
	record := jen.Id(b.Record)
	switch t.Kind {
	case model.String:
		return jen.Op("*").Add(noex("StringField")).Types(record, goType(t))
	case model.Number, model.Integer:
		return jen.Op("*").Add(noex("NumberField")).Types(record, goType(t))
	case model.Boolean:
		return jen.Op("*").Add(noex("BoolField")).Types(record, goType(t))
	case model.Date:
		return jen.Op("*").Add(noex("TimeField")).Types(record)
	case model.Object:
		return jen.Op("*").Add(noex("ObjectField")).Types(record)
	default:
		return jen.Op("*").Add(noex("ListField")).Types(record, elemType(t))
	}
}

// elemType is the type of the elements of a list.
func elemType(t *model.Type) *jen.Statement {
	if t.Elem == nil {
		return jen.Any()
	}
	return goType(t.Elem)
}

var constructors = map[model.Kind]string{
	model.String: "NewString", model.Number: "NewNumber", model.Integer: "NewNumber", model.Boolean: "NewBool", model.Date: "NewTime",
}

func descriptor(b *bucket, f *model.Field) jen.Code {
	name, x := jen.Lit(f.Name), jen.Id("r").Dot(f.GoName)
	switch f.Type.Kind {
	case model.Array:
		if f.Optional {
			x = x.Dot("Or").Call(jen.Nil())
		}
		return noex("NewList").Call(name, getter(b, true, goType(f.Type), x), equalFunc(b, f.Type.Elem))
	case model.Object:
		return noex("NewObject").Call(name, presence(b, f))
	}
	result := jen.Params(goType(f.Type), jen.Bool())
	if f.Optional {
		return noex(constructors[f.Type.Kind]).Call(name, getter(b, true, result, x.Dot("Get").Call()))
	}
	return noex(constructors[f.Type.Kind]).Call(name, getter(b, true, result, jen.List(x, jen.True())))
}

// presence is the function that tells whether a record has an object.
func presence(b *bucket, f *model.Field) jen.Code {
	x := jen.Id("r").Dot(f.GoName)
	switch {
	case f.Optional:
		return getter(b, true, jen.Bool(), x.Dot("IsSet").Call())
	case f.Type.Struct != nil:
		return getter(b, false, jen.Bool(), jen.True())
	default:
		return getter(b, true, jen.Bool(), x.Op("!=").Nil())
	}
}

// getter is a function of a record on one line.
func getter(b *bucket, named bool, result, ret jen.Code) jen.Code {
	return jen.Func().Params(params(named, param{"r", jen.Op("*").Id(b.Record)})...).Add(result).Add(one(ret))
}
