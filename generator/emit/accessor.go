package emit

import "github.com/dave/jennifer/jen"

// accessors are the types that read a bucket, that write it and that the store
// holds. Each embeds the one before, so that a transaction or a view can hold
// the part it allows.
func accessors(b *bucket) []jen.Code {
	record, key := jen.Id(b.Record), b.keyType()
	decls := []jen.Code{documented(
		jen.Type().Id(b.ViewAccessor()).Struct(noex("Reader").Types(key, record)),
		b.ViewAccessor()+" reads the bucket "+b.Name+".")}
	for _, ix := range b.Indexes {
		decls = append(decls, indexMethod(b, ix))
	}
	types := func() []jen.Code {
		return []jen.Code{b.keyType(), jen.Id(b.Record), jen.Id(b.Input()), jen.Id(b.Patch())}
	}
	return append(decls,
		documented(
			jen.Type().Id(b.TxAccessor()).Struct(jen.Id(b.ViewAccessor()), noex("Writer").Types(types()...)),
			b.TxAccessor()+" reads and writes the bucket "+b.Name+"."),
		documented(
			jen.Type().Id(b.Accessor()).Struct(jen.Id(b.TxAccessor()), noex("Feed").Types(b.keyType(), jen.Id(b.Record))),
			b.Accessor()+" is the bucket "+b.Name+" of a running store."),
		jen.Func().Id(b.open).Params(jen.Id("b").Add(noex("Bucket").Types(types()...))).Op("*").Id(b.Accessor()).Block(
			jen.Return(jen.Op("&").Id(b.Accessor()).Values(
				jen.Id(b.TxAccessor()).Values(jen.Id(b.ViewAccessor()).Values(jen.Id("b").Dot("Reader")), jen.Id("b").Dot("Writer")),
				jen.Id("b").Dot("Feed")))))
}
