// Package adaptertest holds the promises of package noex's adapter interfaces
// as one test suite, which every adapter of this module passes.
//
// The one idea: an adapter is good if what comes out of it is what went in,
// byte for byte and in order, whatever happened between; so each test puts
// states or changes in, perhaps fails on the way, and compares with a model
// that is a list of records.
//
//	func TestAdapter(t *testing.T) {
//		adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
//			dir := t.TempDir()
//			return func() noex.StorageAdapter { return file.New(dir) }
//		})
//	}
package adaptertest
