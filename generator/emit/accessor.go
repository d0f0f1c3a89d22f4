package emit

import (
	"strings"

	"github.com/dave/jennifer/jen"
)

// accessors are the types that read a bucket, that write it and that the store
// holds. Each embeds the one before, so that a transaction or a view can hold
// the part it allows.
func accessors(b *bucket) []jen.Code {
	decls := []jen.Code{documented(
		jen.Type().Id(b.ViewAccessor()).Id(embedding(generic("noex.Reader", b.keyType(), b.Record))),
		b.ViewAccessor()+" reads the bucket "+b.Name+".")}
	for _, ix := range b.Indexes {
		decls = append(decls, indexMethods(b, ix)...)
	}
	return append(decls,
		documented(jen.Type().Id(b.TxAccessor()).Id(embedding(b.ViewAccessor(), generic("noex.Writer", bucketTypes(b)...))),
			b.TxAccessor()+" reads and writes the bucket "+b.Name+"."),
		documented(jen.Type().Id(b.Accessor()).Id(embedding(b.TxAccessor(), generic("noex.Feed", b.keyType(), b.Record))),
			b.Accessor()+" is the bucket "+b.Name+" of a running store."))
}

// maxStruct is the length up to which gofmt leaves a struct of one field on one
// line.
const maxStruct = 30

// embedding is a struct of embedded types.
func embedding(types ...string) string {
	if len(types) == 1 && len(types[0]) <= maxStruct {
		return "struct{ " + types[0] + " }"
	}
	return "struct {\n" + strings.Join(types, "\n") + "\n}"
}

// openBucket adds the bucket to a store and makes its accessor.
func openBucket(b *bucket) jen.Code {
	view := b.ViewAccessor() + "{b.Reader}"
	tx := b.TxAccessor() + "{" + view + ", b.Writer}"
	return funcDecl(call(b.open, "core *noex.Store")+" *"+b.Accessor(),
		define("b", call("noex.AddBucket", "core", b.schema)),
		returns("&"+b.Accessor()+"{"+tx+", b.Feed}"))
}

// bucketTypes are the types of the key, the record, the input and the patch.
func bucketTypes(b *bucket) []string {
	return []string{b.keyType(), b.Record, b.Input(), b.Patch()}
}
