package generator

import (
	"errors"
	"go/ast"
	"go/build/constraint"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
)

// PackageIn returns the name of the package that the hand-written Go files of a
// directory are of, or "" where there are none.
func PackageIn(fsys output.FS, dir string) (string, error) {
	_, pkg, err := sibling(fsys, dir, func(string) bool { return true })
	return pkg, err
}

// checkSiblings reports hand-written Go files of another package beside the
// definition, with which the output would not compile.
func checkSiblings(fsys output.FS, dir string, pkg *model.Package, pos diag.Pos, diags *diag.List) error {
	name, other, err := sibling(fsys, dir, func(other string) bool { return other != pkg.Name })
	if other != "" {
		diags.Errorf(diag.Conflict, pos, "the generated code is package %s, and %s in the same directory is package %s; move the definition to a directory of its own", pkg.Name, name, other)
	}
	return err
}

// sibling returns the first hand-written Go file of a directory whose package
// meets a condition, and that package.
func sibling(fsys output.FS, dir string, which func(pkg string) bool) (name, pkg string, err error) {
	entries, err := fs.ReadDir(subFS{fsys, dir}, ".")
	if err != nil {
		return "", "", err
	}
	for _, e := range entries {
		name := e.Name()
		if e.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") ||
			strings.HasSuffix(name, output.BucketSuffix) || name == output.StoreFile || strings.ContainsAny(name[:1], "._") {
			continue
		}
		pkg, err := packageClause(fsys, filepath.Join(dir, name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return "", "", err
		case pkg != "" && which(pkg):
			return name, pkg, nil
		}
	}
	return "", "", nil
}

// packageClause returns the package name of a Go file, or "" if it has none
// that counts: it does not parse, or is never built.
func packageClause(fsys output.FS, path string) (string, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return "", err
	}
	file, err := parser.ParseFile(token.NewFileSet(), path, data, parser.PackageClauseOnly|parser.ParseComments)
	if err != nil || file.Name == nil || ignored(file) {
		return "", nil
	}
	return file.Name.Name, nil
}

// ignored reports whether a build constraint leaves the file out everywhere,
// by the tag that Go programmers use for that.
func ignored(file *ast.File) bool {
	for _, group := range file.Comments {
		for _, c := range group.List {
			if expr, err := constraint.Parse(c.Text); err == nil && group.Pos() < file.Package {
				return !expr.Eval(func(tag string) bool { return tag != "ignore" })
			}
		}
	}
	return false
}
