package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

func recordType(b *bucket) jen.Code {
	fields := append(structFields(b.Fields), noex("Meta"))
	return documented(jen.Type().Id(b.Record).Struct(fields...),
		about(b.Record+" is a record of the bucket "+b.Name+".", b.Doc)...)
}

func structType(b *bucket, s *model.Struct) jen.Code {
	return documented(jen.Type().Id(s.GoName).Struct(structFields(s.Fields)...),
		about(s.GoName+" is the type of "+where(b, s.Path)+".", ownDoc(s.Path, s.Doc))...)
}

func structFields(fields []*model.Field) []jen.Code {
	codes := make([]jen.Code, 0, len(fields)+1)
	for _, f := range fields {
		codes = append(codes, documented(jen.Id(f.GoName).Add(fieldType(f)), f.Doc, deprecated(f.Deprecated)))
	}
	return codes
}

// ownDoc is the doc of a type where no field has it already: that of elements.
func ownDoc(path, doc string) string {
	if path == "" || path[len(path)-1] != ']' {
		return ""
	}
	return doc
}
