package generator

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path"
	"path/filepath"
	"strings"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
)

// gitPrefix marks what is read from the version control system.
const gitPrefix = "git:"

// Against reads an older definition of the package in dir, to compare it with.
// It is a directory, a file of any name, or "git:" and a revision, which means
// the files of dir as they were then. Errors are those of [Check].
func Against(ctx context.Context, opts Options, against, dir string) (*Result, error) {
	var files []source.File
	var err error
	if rev, ok := strings.CutPrefix(against, gitPrefix); ok {
		files, err = gitFiles(ctx, dir, rev)
	} else {
		files, err = oldFiles(ctx, opts.fs(), against)
	}
	result := &Result{sources: files}
	if errors.Is(err, source.ErrNoDefinition) {
		return result, fmt.Errorf("%s: there is no definition there, noex.yaml or *.noex.yaml", against)
	}
	if err != nil {
		return result, &ArgumentError{against, err}
	}
	pkg, diags := model.Load(files, model.Options{Package: directoryName(dir)})
	result.Diagnostics = diags
	if pkg == nil {
		return result, ErrInvalid
	}
	result.Packages = []*Package{{Dir: dir, Package: pkg}}
	return result, nil
}

// oldFiles reads a directory's definition, or one file.
func oldFiles(ctx context.Context, fsys output.FS, name string) ([]source.File, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, cause(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, cause(err)
	}
	if info.IsDir() {
		files, err := source.ReadDir(subFS{fsys, name})
		for i := range files {
			files[i].Name = filepath.ToSlash(filepath.Join(name, files[i].Name))
		}
		return files, err
	}
	data, err := io.ReadAll(io.LimitReader(f, source.MaxFileSize+1))
	return []source.File{{Name: filepath.ToSlash(name), Data: data}}, errors.Join(err, ctx.Err())
}

// gitFiles reads the definition files of dir at a revision, as git:REV:file.
func gitFiles(ctx context.Context, dir, rev string) ([]source.File, error) {
	list, err := git(ctx, dir, "ls-tree", "--name-only", "-z", "--end-of-options", rev, "./")
	if err != nil {
		return nil, err
	}
	var files []source.File
	for _, name := range source.Order(strings.Split(string(list), "\x00")) {
		data, err := git(ctx, dir, "cat-file", "blob", rev+":./"+name)
		if err != nil {
			return nil, err
		}
		files = append(files, source.File{Name: gitPrefix + rev + ":" + path.Join(filepath.ToSlash(dir), name), Data: data})
	}
	if len(files) == 0 {
		return nil, source.ErrNoDefinition
	}
	return files, nil
}

// git runs git in dir. Its error is the last line that git printed.
func git(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		text := strings.TrimSpace(stderr.String())
		if text == "" {
			return nil, err
		}
		return nil, errors.New(text[strings.LastIndexByte(text, '\n')+1:])
	}
	return stdout.Bytes(), nil
}
