package emit

import "github.com/dave/jennifer/jen"

// accessors are the types that read a bucket, that write it and that the store
// holds. Each embeds the one before, so that a transaction or a view can hold
// the part it allows.
func accessors(b *bucket) []jen.Code {
	decls := []jen.Code{documented(
		jen.Type().Id(b.ViewAccessor()).Custom(jen.Options{Open: "struct{ ", Close: " }"}, noex("Reader").Types(b.keyType(), jen.Id(b.Record))),
		b.ViewAccessor()+" reads the bucket "+b.Name+".")}
	for _, ix := range b.Indexes {
		decls = append(decls, indexMethod(b, ix))
	}
	return append(decls,
		documented(
			jen.Type().Id(b.TxAccessor()).Struct(jen.Id(b.ViewAccessor()), noex("Writer").Types(bucketTypes(b)...)),
			b.TxAccessor()+" reads and writes the bucket "+b.Name+"."),
		documented(
			jen.Type().Id(b.Accessor()).Struct(jen.Id(b.TxAccessor()), noex("Feed").Types(b.keyType(), jen.Id(b.Record))),
			b.Accessor()+" is the bucket "+b.Name+" of a running store."))
}

// openBucket makes the accessor of an open store.
func openBucket(b *bucket) jen.Code {
	return jen.Func().Id(b.open).Params(jen.Id("b").Add(noex("Bucket").Types(bucketTypes(b)...))).Op("*").Id(b.Accessor()).Block(
		jen.Return(jen.Op("&").Id(b.Accessor()).Values(
			jen.Id(b.TxAccessor()).Values(jen.Id(b.ViewAccessor()).Values(jen.Id("b").Dot("Reader")), jen.Id("b").Dot("Writer")),
			jen.Id("b").Dot("Feed"))))
}

// bucketTypes are the types of the key, the record, the input and the patch.
func bucketTypes(b *bucket) []jen.Code {
	return []jen.Code{b.keyType(), jen.Id(b.Record), jen.Id(b.Input()), jen.Id(b.Patch())}
}
