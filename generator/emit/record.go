package emit

import (
	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

func recordType(b *bucket) jen.Code {
	fields := append(structFields(b.Fields), row{cells: []string{"noex.Meta"}})
	return documented(typeDecl(b.Record, fields),
		about(b.Record+" is a record of the bucket "+b.Name+".", b.Doc)...)
}

func structType(b *bucket, s *model.Struct) jen.Code {
	return documented(typeDecl(s.GoName, structFields(s.Fields)),
		about(s.GoName+" is the type of "+where(b, s.Path)+".", ownDoc(s.Path, s.Doc))...)
}

// typeDecl declares a struct.
func typeDecl(name string, fields []row) jen.Code { return jen.Type().Id(name).Id(structOf(fields)) }

func structFields(fields []*model.Field) []row {
	rows := make([]row, 0, len(fields)+1)
	for _, f := range fields {
		rows = append(rows, row{comments(f.Doc, deprecated(f.Deprecated)), []string{f.GoName, fieldType(f)}})
	}
	return rows
}

// ownDoc is the doc of a type where no field has it already: that of elements.
func ownDoc(path, doc string) string {
	if path == "" || path[len(path)-1] != ']' {
		return ""
	}
	return doc
}
