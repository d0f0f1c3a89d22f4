// Package emit turns a model into Go source. It decides how generated code
// looks, and nothing else: names, types and constraints are resolved in the
// model, and behaviour lives in the runtime that the code calls.
//
//	model.Package ──┬── one bucket ──▶ declarations ──▶ jennifer ──▶ indent ──▶ users_noex.go
//	                └── the store  ──▶ declarations ──▶ jennifer ──▶ indent ──▶ noex.go
//
// The output is as gofmt leaves it, without the time that gofmt takes: code.go
// knows where it breaks functions, columns.go and literal.go how it aligns
// lines, indent.go how it indents, comment.go what it does to comments. Tests
// hold every file that they generate, of random definitions too, to what gofmt
// makes of it.
//
// Each file of the package owns one concern of the output (record.go the
// record types, check.go the validator, …): functions that take the model and
// return declarations. Only package.go puts them into files. The same model
// gives the same bytes.
package emit
