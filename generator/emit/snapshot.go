package emit

import "github.com/dave/jennifer/jen"

// snapshots are the transaction, the view and the live query of a store: its
// buckets, bound to one snapshot.
func snapshots(buckets []*bucket) []jen.Code {
	var txTypes, viewTypes []row
	var txFields, viewFields []keyed
	for _, b := range buckets {
		view := b.ViewAccessor() + "{" + call("noex.ReadIn", "sn", "s."+b.GoName+".Reader") + "}"
		write := call("noex.WriteIn", "sn", "s."+b.GoName+".Writer")
		txTypes = append(txTypes, row{cells: []string{b.GoName, "*" + b.TxAccessor()}})
		viewTypes = append(viewTypes, row{cells: []string{b.GoName, "*" + b.ViewAccessor()}})
		txFields = append(txFields, keyed{b.GoName, "&" + b.TxAccessor() + "{" + view + ", " + write + "}"})
		viewFields = append(viewFields, keyed{b.GoName, "&" + view})
	}
	inTx := inSnapshot("error", literal("&Tx", txFields...))
	inView := inSnapshot("error", literal("&View", viewFields...))
	inLive := inSnapshot("(T, error)", literal("&View", viewFields...))
	return []jen.Code{
		documented(typeDecl("Tx", txTypes),
			"Tx reads and writes the buckets in a transaction. It belongs to the function of the transaction and ends with it."),
		documented(typeDecl("View", viewTypes),
			"View reads the buckets at one revision. It belongs to the function that it is given to and ends with it."),
		documented(
			funcDecl("(s *Store) Tx(fn func(*Tx) error, opts ...noex.TxOption) error", returns(call("s.RunTx", inTx, "opts..."))),
			"Tx runs fn in a transaction and commits what it wrote: all of it or, after an error, nothing. "+
				"The error is that of fn, a *noex.ConflictError if something that fn read has changed meanwhile, "+
				"or what the commit refused."),
		documented(
			funcDecl("(s *Store) View(fn func(*View) error) error", returns(call("s.RunView", inView))),
			"View runs fn with the buckets as they are now, without stopping writers, and returns its error."),
		documented(
			funcDecl("Live[T any](s *Store, fn func(*View) (T, error), opts ...noex.LiveOption[T]) (*noex.Live[T], error)",
				returns(call("noex.NewLive", "s.Store", inLive, "opts..."))),
			"Live keeps the result of fn up to date: fn runs again when something that it read has changed. "+
				"The error is that of the first run."),
	}
}

// inSnapshot is a function that calls fn with buckets in a snapshot.
func inSnapshot(result, buckets string) string {
	return closure("func(sn *noex.Snapshot) "+result, "return "+call("fn", buckets))
}
