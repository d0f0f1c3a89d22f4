// Package crashfs is a file system in memory that can lose its power.
//
// The one idea: everything is there twice, as programs see it and as the disk
// has it. Sync and SyncDir carry the first over to the second; a crash lets
// chance decide about the rest, as harshly as POSIX allows: each sector that was
// written, each change of a name, on its own.
//
//	fsys := crashfs.New()
//	fsys.CrashAt(n)               // the n-th operation and all after it fail
//	… run the protocol until an error …
//	fsys = fsys.Restart(rnd, crashfs.PowerCut)
//	… open again, and check what is there …
package crashfs
