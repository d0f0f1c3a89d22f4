package generator

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// directories returns the directories that paths stand for, each once.
func directories(ctx context.Context, fsys output.FS, paths []string) ([]string, error) {
	if len(paths) == 0 {
		paths = []string{"."}
	}
	var dirs []string
	var errs []error
	for _, p := range paths {
		found, err := expand(ctx, fsys, p)
		switch {
		case errors.Is(err, errNoneBelow):
			errs = append(errs, fmt.Errorf("%s: %w", filepath.ToSlash(p), err))
		case err != nil:
			errs = append(errs, &ArgumentError{p, err})
		}
		for _, dir := range found {
			if !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs, errors.Join(errs...)
}

// expand returns the directories that one path stands for. A path written as
// on Windows is understood everywhere, since build scripts are shared.
func expand(ctx context.Context, fsys output.FS, path string) ([]string, error) {
	found, err := expandNative(ctx, fsys, path)
	if errors.Is(err, fs.ErrNotExist) && strings.Contains(path, `\`) {
		if slashed, e := expandNative(ctx, fsys, strings.ReplaceAll(path, `\`, "/")); e == nil {
			return slashed, nil
		}
	}
	return found, err
}

func expandNative(ctx context.Context, fsys output.FS, path string) ([]string, error) {
	if root, ok := cutPattern(path); ok {
		return below(ctx, fsys, root)
	}
	dir, err := directory(fsys, path)
	if err != nil {
		return nil, err
	}
	return []string{dir}, nil
}

// cutPattern returns the directory of a pattern: . for ./... and for "...".
func cutPattern(path string) (root string, ok bool) {
	dir, base := filepath.Split(path)
	if base != "..." {
		return "", false
	}
	return filepath.Clean(dir), true
}

var errNoneBelow = errors.New("no directory below here has a " + source.MainFile + " or *" + source.PartSuffix + "; noexgen init writes one")

// below returns the directories at and below root that have a definition. Like
// the go command it leaves out testdata, vendor, what begins with . or _, and
// other modules.
func below(ctx context.Context, fsys output.FS, root string) ([]string, error) {
	var dirs []string
	var walk func(dir string) error
	walk = func(dir string) error {
		entries, err := fs.ReadDir(subFS{fsys, dir}, ".")
		if err != nil {
			return cause(err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if dir != root && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "go.mod" && !e.IsDir() }) {
			return nil
		}
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return !e.IsDir() && source.IsDefinition(e.Name()) }) {
			dirs = append(dirs, dir)
		}
		for _, e := range entries {
			name := e.Name()
			if !e.IsDir() || name == "testdata" || name == "vendor" || strings.ContainsAny(name[:1], "._") {
				continue
			}
			if err := walk(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root); err != nil {
		return nil, err
	}
	if len(dirs) == 0 {
		return nil, errNoneBelow
	}
	return dirs, nil
}

func directory(fsys output.FS, path string) (string, error) {
	f, err := fsys.Open(path)
	if err != nil {
		return "", cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return "", cause(err)
	case info.IsDir():
		return filepath.Clean(path), nil
	case !source.IsDefinition(filepath.Base(path)):
		return "", fmt.Errorf("not a definition file, which is called %s or <name>%s", source.MainFile, source.PartSuffix)
	default:
		return filepath.Dir(path), nil
	}
}

// cause strips the path from an error, where the caller names it.
func cause(err error) error {
	if pathErr := new(fs.PathError); errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}
