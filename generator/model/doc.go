// Package model is what a definition means in Go: every name resolved, every
// constraint checked and typed, in source order. It knows no YAML and does no
// I/O, and an emitter needs nothing else.
//
//	[]source.File ──source.Parse──▶ source.Definition ──Build──▶ Package ──▶ emitters
//	                     │                                 │
//	                     └────────────── diag.List ◀───────┘
//
// [Build] reports every problem of a definition in one run. It gives a
// [Package] only when there is no error, so whoever holds one need not check
// it again.
package model
