package generator

import (
	"errors"
	"io"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// Options say what to generate, and where from. The zero value generates the
// package of the current directory.
type Options struct {
	// Paths are directories, or definition files that stand for theirs: all
	// definition files of a directory make one package. A path that ends in
	// /... stands for every directory with a definition at and below it, as the
	// go command finds packages. None means ".".
	Paths []string
	// DryRun finds out what is to be done and does not do it.
	DryRun bool
	// FS is read from and written to. Nil is the operating system's.
	FS output.FS
	// Progress, if set, is told what has been done so far.
	Progress func(text string)
	// Emitters are asked for further files of each package.
	Emitters []Emitter
	// Memory is a directory of the operating system for notes on what was
	// generated from what, by which the next run knows a package that has not
	// changed without generating it. It may be missing, read-only, shared and
	// removed. With "" or with Emitters every run generates everything.
	Memory string
}

// Emitter makes files from a package, beside those that noexgen generates. The
// names and the first line of the files must be those of generated files (see
// package output), so that they are kept up to date and removed like them.
type Emitter func(p *model.Package) ([]output.File, error)

// Result is what was found and done.
type Result struct {
	// Diagnostics are the problems of all definitions, in the order of the
	// packages and then by position.
	Diagnostics diag.List
	// Packages are those whose definition has no error. What a run knows by its
	// Memory is not among them.
	Packages []*Package
	// Plan is what was done, or is to be done, with the generated files of all
	// packages. It is nil if anything is wrong.
	Plan output.Plan

	sources []source.File
}

// Package is a package and the directory it is generated in.
type Package struct {
	Dir string
	*model.Package
}

// WriteDiagnostics prints the problems for people, with the lines they are in.
func (r *Result) WriteDiagnostics(w io.Writer) error {
	return diag.WriteText(w, r.Diagnostics, r.Lines())
}

// Lines gives the lines of all definition files that were read.
func (r *Result) Lines() diag.Source { return source.Lines(r.sources) }

// ErrInvalid says that definitions have errors, which are in the Result.
var ErrInvalid = errors.New("the definition has errors")

// ArgumentError says that one of Options.Paths names nothing to read.
type ArgumentError struct {
	Path string
	Err  error
}

// Error names the path and what is wrong with it.
func (e *ArgumentError) Error() string { return e.Path + ": " + e.Err.Error() }

// Unwrap returns what is wrong with the path.
func (e *ArgumentError) Unwrap() error { return e.Err }

func isArgument(err error) bool {
	arg := new(ArgumentError)
	return errors.As(err, &arg)
}
