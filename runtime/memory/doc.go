// Package memory keeps buckets in the memory of the process, for tests and
// prototypes.
//
// The one idea: an adapter outlives the stores that use it, so data survives a
// restart of the store though not of the process.
//
//	adapter := memory.New()
//	store 1 ── Save, Close ──▶ adapter ── Load ──▶ store 2
package memory
