package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// enumType is the named type of an enum, its constants and what lists them.
func enumType(b *bucket, e *model.Enum) []jen.Code {
	kind := jen.String()
	if e.Base == model.Integer {
		kind = jen.Int64()
	}
	consts := make([]jen.Code, len(e.Values))
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = v.GoName
		literal := number(v.Value)
		if s, ok := v.Value.(string); ok {
			literal = text(s)
		}
		consts[i] = documented(jen.Id(v.GoName).Id(e.GoName).Op("=").Add(literal), v.Doc)
	}
	return []jen.Code{
		documented(jen.Type().Id(e.GoName).Add(kind),
			about(e.GoName+" is the type of "+where(b, e.Path)+".", ownDoc(e.Path, e.Doc))...),
		documented(jen.Const().Defs(consts...), "The values of "+e.GoName+"."),
		documented(
			jen.Func().Id(e.ValuesVar()).Params().Index().Id(e.GoName).Add(one(jen.Index().Id(e.GoName).Add(list(names)))),
			e.ValuesVar()+" returns the values of "+e.GoName+" in the order of the definition."),
		documented(
			jen.Func().Params(jen.Id("v").Id(e.GoName)).Id("Valid").Params().Bool().Add(validBody(names)),
			"Valid reports whether v is one of the values of "+e.GoName+"."),
	}
}

// list is a composite literal of names, on one line if that is not too long.
func list(names []string) *jen.Statement {
	ids, length := make([]jen.Code, len(names)), 0
	for i, name := range names {
		ids[i] = jen.Id(name)
		length += len(name) + 2
	}
	if length > maxLine/2 {
		return multi(ids...)
	}
	return jen.Values(ids...)
}

func validBody(names []string) *jen.Statement {
	if len(names) <= 2 {
		any := new(jen.Statement)
		for i, name := range names {
			if i > 0 {
				any.Op("||")
			}
			any.Id("v").Op("==").Id(name)
		}
		return one(any)
	}
	cases := make([]jen.Code, len(names))
	length := 0
	for i, name := range names {
		cases[i] = jen.Id(name)
		if length += len(name) + 2; length > maxLine-20 {
			cases[i] = jen.Line().Id(name)
			length = len(name)
		}
	}
	return jen.Block(
		jen.Switch(jen.Id("v")).Block(jen.Case(cases...).Block(jen.Return(jen.True()))),
		jen.Return(jen.False()),
	)
}
