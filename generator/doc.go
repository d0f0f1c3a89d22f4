// Package generator turns definitions into Go packages. It is what the command
// noexgen is a thin layer on, and the only package that knows all steps.
//
//	paths ──source──▶ files ──model──▶ packages ──emit──▶ Go files ──output──▶ directory
//	                    └───── diag.List ─────┘   └─ Options.Emitters
//
// [Run] does everything or nothing: as long as one definition has an error, or
// one foreign file is in the way, no file is written, in no directory.
package generator
