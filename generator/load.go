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
	fsys := opts.fs()
	result := new(Result)
	dirs, err := directories(ctx, fsys, opts.Paths)
	if err != nil {
		return result, err
	}
	for i, dir := range dirs {
		if err := ctx.Err(); err != nil {
			return result, err
		}
		if opts.Progress != nil {
			opts.Progress(fmt.Sprintf("reading definition %d of %d", i+1, len(dirs)))
		}
		if err := result.load(fsys, dir); err != nil {
			return result, err
		}
	}
	if result.Diagnostics.HasErrors() {
		return result, ErrInvalid
	}
	return result, nil
}

func (o Options) fs() output.FS {
	if o.FS == nil {
		return output.OS{}
	}
	return o.FS
}

// load reads the definition files of dir and checks them.
func (r *Result) load(fsys output.FS, dir string) error {
	files, err := source.ReadDir(subFS{fsys, dir})
	if errors.Is(err, source.ErrNoDefinition) {
		return fmt.Errorf("%s: %w", filepath.ToSlash(dir), err)
	}
	if err != nil {
		return err
	}
	for i := range files {
		files[i].Name = filepath.ToSlash(filepath.Join(dir, files[i].Name))
	}
	r.sources = append(r.sources, files...)
	pkg, diags := model.Load(files, model.Options{Package: directoryName(dir)})
	r.Diagnostics = append(r.Diagnostics, diags...)
	if pkg == nil {
		return nil
	}
	start := diag.Pos{File: pkg.Files[0], Line: 1, Col: 1}
	if err := checkSiblings(fsys, dir, pkg, start, &r.Diagnostics); err != nil {
		return err
	}
	// What is generated must not depend on where the command was started.
	for i, name := range pkg.Files {
		pkg.Files[i] = path.Base(name)
	}
	r.Packages = append(r.Packages, &Package{Dir: dir, Package: pkg})
	return nil
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
