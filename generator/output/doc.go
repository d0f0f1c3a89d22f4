// Package output brings generated files into a directory without ever losing
// anything: what has to be done is planned in memory, compared with what is
// there, and only then done.
//
//	[]File ──New──▶ Plan ──Apply──▶ stage all ▶ rename all ▶ remove what is stale
//	directory ──┘     └──Diff───▶ what a check prints
//
// A file belongs to noexgen when its name is noex.go or ends in _noex.go and
// its first line is the header of generated code. Whatever else stands in the
// directory is foreign: it is never overwritten and never removed.
package output
