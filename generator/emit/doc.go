// Package emit turns a model into Go source. It decides how generated code
// looks, and nothing else: names, types and constraints are resolved in the
// model, and behaviour lives in the runtime that the code calls.
//
//	model.Package ──┬── one bucket ──▶ declarations ──▶ jennifer ──▶ gofmt ──▶ users_noex.go
//	                └── the store  ──▶ declarations ──▶ jennifer ──▶ gofmt ──▶ noex.go
//
// Each file of the package owns one concern of the output (record.go the
// record types, check.go the validator, …): functions that take the model and
// return declarations. Only package.go puts them into files. The same model
// gives the same bytes.
package emit
