package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// Check reads the definitions and reports what is wrong with them. It is the
// part of [Run] that looks at nothing else.
func Check(ctx context.Context, opts Options) (*Result, error) {
	result := new(Result)
	err := result.each(ctx, opts, func(dir string, files []source.File) error {
		_, err := result.load(opts.fs(), dir, files)
		return err
	})
	return result, err
}

// each reads the definition files of each directory of opts and has load load
// them, and then fails if anything was wrong with one.
func (r *Result) each(ctx context.Context, opts Options, load func(dir string, files []source.File) error) error {
	fsys := opts.fs()
	dirs, err := directories(ctx, fsys, opts.Paths)
	if err != nil {
		return err
	}
	for i, dir := range dirs {
		if err := ctx.Err(); err != nil {
			return err
		}
		if opts.Progress != nil {
			opts.Progress(fmt.Sprintf("reading definition %d of %d", i+1, len(dirs)))
		}
		files, err := r.read(fsys, dir)
		if err != nil {
			return err
		}
		if err := load(dir, files); err != nil {
			return err
		}
	}
	if r.Diagnostics.HasErrors() {
		return ErrInvalid
	}
	return nil
}

func (o Options) fs() output.FS {
	if o.FS == nil {
		return output.OS{}
	}
	return o.FS
}

// read reads the definition files of dir.
func (r *Result) read(fsys output.FS, dir string) ([]source.File, error) {
	files, err := source.ReadDir(subFS{fsys, dir})
	if errors.Is(err, source.ErrNoDefinition) {
		return nil, fmt.Errorf("%s: %w", filepath.ToSlash(dir), err)
	}
	if err != nil {
		return nil, err
	}
	for i := range files {
		files[i].Name = filepath.ToSlash(filepath.Join(dir, files[i].Name))
	}
	r.sources = append(r.sources, files...)
	return files, nil
}

// load checks the definition files of dir. The package is nil if they have
// errors.
func (r *Result) load(fsys output.FS, dir string, files []source.File) (*Package, error) {
	pkg, diags := model.Load(files, model.Options{Package: directoryName(dir)})
	r.Diagnostics = append(r.Diagnostics, diags...)
	if pkg == nil {
		return nil, nil
	}
	start := diag.Pos{File: pkg.Files[0], Line: 1, Col: 1}
	if err := checkSiblings(fsys, dir, pkg, start, &r.Diagnostics); err != nil {
		return nil, err
	}
	// What is generated must not depend on where the command was started.
	for i, name := range pkg.Files {
		pkg.Files[i] = path.Base(name)
	}
	p := &Package{Dir: dir, Package: pkg}
	r.Packages = append(r.Packages, p)
	return p, nil
}

// directoryName is the name of dir, which names a package that does not name
// itself.
func directoryName(dir string) string {
	if abs, err := filepath.Abs(dir); err == nil {
		dir = abs
	}
	return filepath.Base(dir)
}

// subFS is a directory of an output.FS for those who only read.
type subFS struct {
	fsys output.FS
	dir  string
}

func (s subFS) Open(name string) (fs.File, error) {
	return s.fsys.Open(filepath.Join(s.dir, filepath.FromSlash(name)))
}
