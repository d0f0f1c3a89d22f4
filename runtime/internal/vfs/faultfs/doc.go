// Package faultfs is a file system whose n-th operation fails, to sweep a
// protocol for the steps whose failure it does not survive.
//
//	for n := 1; ; n++ {
//		fsys := faultfs.New(vfs.OS{}, n, syscall.ENOSPC)
//		… run the protocol, check what is left …
//		if !fsys.Failed() {
//			break // it has fewer than n operations
//		}
//	}
package faultfs
