package emit

import "github.com/dave/jennifer/jen"

// snapshots are the transaction, the view and the live query of a store: its
// buckets, bound to one snapshot.
func snapshots(buckets []*bucket) []jen.Code {
	s, sn := jen.Id("s"), jen.Id("sn")
	inTx := func(b *bucket) jen.Code {
		return jen.Op("&").Id(b.TxAccessor()).Values(inView(b, s, sn),
			noex("WriteIn").Call(sn, jen.Add(s).Dot(b.GoName).Dot("Writer")))
	}
	var txTypes, viewTypes, txFields, viewFields []jen.Code
	for _, b := range buckets {
		txTypes = append(txTypes, jen.Id(b.GoName).Op("*").Id(b.TxAccessor()))
		viewTypes = append(viewTypes, jen.Id(b.GoName).Op("*").Id(b.ViewAccessor()))
		txFields = append(txFields, keyed(b.GoName, inTx(b)))
		viewFields = append(viewFields, keyed(b.GoName, jen.Op("&").Add(inView(b, s, sn))))
	}
	return []jen.Code{
		documented(jen.Type().Id("Tx").Struct(txTypes...),
			"Tx reads and writes the buckets in a transaction. It belongs to the function of the transaction and ends with it."),
		documented(jen.Type().Id("View").Struct(viewTypes...),
			"View reads the buckets at one revision. It belongs to the function that it is given to and ends with it."),
		runMethod("Tx", "RunTx", multi(txFields...), true,
			"Tx runs fn in a transaction and commits what it wrote: all of it or, after an error, nothing. "+
				"The error is that of fn, a *noex.ConflictError if something that fn read has changed meanwhile, "+
				"or what the commit refused."),
		runMethod("View", "RunView", multi(viewFields...), false,
			"View runs fn with the buckets as they are now, without stopping writers, and returns its error."),
		liveFunc(multi(viewFields...)),
	}
}

func inView(b *bucket, s, sn jen.Code) *jen.Statement {
	return jen.Id(b.ViewAccessor()).Values(noex("ReadIn").Call(sn, jen.Add(s).Dot(b.GoName).Dot("Reader")))
}

// runMethod is a method of Store that calls fn with buckets in a snapshot.
func runMethod(name, run string, buckets jen.Code, options bool, doc string) jen.Code {
	params := []jen.Code{jen.Id("fn").Func().Params(jen.Op("*").Id(name)).Error()}
	args := []jen.Code{jen.Func().Params(jen.Id("sn").Op("*").Add(noex("Snapshot"))).Error().Block(
		jen.Return(jen.Id("fn").Call(jen.Op("&").Id(name).Add(buckets))))}
	if options {
		params = append(params, jen.Id("opts").Op("...").Add(noex("TxOption")))
		args = append(args, jen.Id("opts").Op("..."))
	}
	return documented(
		jen.Func().Params(jen.Id("s").Op("*").Id("Store")).Id(name).Params(params...).Error().Block(
			jen.Return(jen.Id("s").Dot(run).Call(args...))),
		doc)
}

func liveFunc(buckets jen.Code) jen.Code {
	live := func() *jen.Statement { return noex("Live").Types(jen.Id("T")) }
	return documented(
		jen.Func().Id("Live").Types(jen.Id("T").Any()).Params(
			jen.Id("s").Op("*").Id("Store"),
			jen.Id("fn").Func().Params(jen.Op("*").Id("View")).Params(jen.Id("T"), jen.Error()),
			jen.Id("opts").Op("...").Add(noex("LiveOption").Types(jen.Id("T"))),
		).Params(jen.Op("*").Add(live()), jen.Error()).Block(
			jen.Return(noex("NewLive").Call(
				jen.Id("s").Dot("Store"),
				jen.Func().Params(jen.Id("sn").Op("*").Add(noex("Snapshot"))).Params(jen.Id("T"), jen.Error()).Block(
					jen.Return(jen.Id("fn").Call(jen.Op("&").Id("View").Add(buckets)))),
				jen.Id("opts").Op("...")))),
		"Live keeps the result of fn up to date: fn runs again when something that it read has changed. "+
			"The error is that of the first run.")
}
