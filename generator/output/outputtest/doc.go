// Package outputtest has a file system in memory for tests of what writes
// through package output.
package outputtest
