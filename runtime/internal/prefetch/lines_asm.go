//go:build amd64 || arm64

package prefetch

import "unsafe"

// Lines asks for the cache lines of n bytes of memory, at least one. It may be used beside
// whoever writes there, and p may be any pointer.
//
//go:noescape
func Lines(p unsafe.Pointer, n uintptr)
