package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// enumType is the named type of an enum, its constants and what lists them.
func enumType(b *bucket, e *model.Enum) []jen.Code {
	kind := "string"
	if e.Base == model.Integer {
		kind = "int64"
	}
	consts := make([]row, len(e.Values))
	names := make([]string, len(e.Values))
	for i, v := range e.Values {
		names[i] = v.GoName
		consts[i] = row{comments(v.Doc), []string{v.GoName, e.GoName, "= " + constant(v.Value)}}
	}
	return []jen.Code{
		documented(jen.Type().Id(e.GoName).Id(kind),
			about(e.GoName+" is the type of "+where(b, e.Path)+".", ownDoc(e.Path, e.Doc))...),
		documented(jen.Const().Defs(raw(columns(consts))), "The values of "+e.GoName+"."),
		documented(shortDecl(e.ValuesVar()+"() []"+e.GoName, list("[]"+e.GoName, names)),
			e.ValuesVar()+" returns the values of "+e.GoName+" in the order of the definition."),
		documented(validMethod(e, names),
			"Valid reports whether v is one of the values of "+e.GoName+"."),
	}
}

// list is a composite literal of names, on one line if that is not too long.
func list(typ string, names []string) string {
	length := 0
	for _, name := range names {
		length += len(name) + 2
	}
	if length > maxLine/2 {
		return lineLiteral(typ, names)
	}
	return typ + "{" + strings.Join(names, ", ") + "}"
}

func validMethod(e *model.Enum, names []string) jen.Code {
	signature := "(v " + e.GoName + ") Valid() bool"
	if len(names) <= 2 {
		return shortDecl(signature, "v == "+strings.Join(names, " || v == "))
	}
	var cases strings.Builder
	length := 0
	for i, name := range names {
		length += len(name) + 2
		if i > 0 {
			cases.WriteByte(',')
			if length > maxLine-20 {
				cases.WriteByte('\n')
				length = len(name)
			} else {
				cases.WriteByte(' ')
			}
		}
		cases.WriteString(name)
	}
	return funcDecl(signature,
		jen.Switch(raw("v")).Block(jen.Case(raw(cases.String())).Block(returns("true"))),
		returns("false"))
}
