// Package vfs is the one way in which adapters touch the disk.
//
// The one idea: everything that can fail, or be lost in a crash, is a method of
// [FS], so that a test can put a file system in its place that fails or crashes
// at any of them. [OS] is the real one.
//
//	adapter ── vfs.FS ──┬── OS       the operating system
//	                    └── faultfs  fails the n-th operation
//
// The interface promises no more than POSIX does: what was written is on disk
// after [File].Sync, a name is on disk after [FS].SyncDir of its directory, and
// Rename replaces a name atomically.
package vfs
