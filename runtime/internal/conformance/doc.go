// Package conformance holds the runtime and the generated code to what the
// original system does: one generated store with the buckets that its tests
// need, and one subtest a measured behaviour, named after it.
//
//	noex.yaml ── noexgen ──▶ *_noex.go ◀── *_test.go ── adapters of the tests, memory, file, sqlite
//
// A name that ends in [mended] is a hole of the original that is closed here,
// so the original fails that test; one that ends in [changed] is a behaviour
// that takes another form in Go, which the test shows. What the compiler
// excludes is tested only where the data can come as JSON.
//
// Clocks are those of testing/synctest; no test waits for real time to pass.
package conformance

//go:generate go tool noexgen generate
