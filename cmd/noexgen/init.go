package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/jsonschema"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/source"
	"github.com/noexgen/noexgen/templates"
)

func newInit() *cobra.Command {
	return &cobra.Command{
		Use:   "init [dir]",
		Short: "Write a commented definition to start from",
		Long: `Write a commented noex.yaml and a generate.go into a directory (default: the
current one), which is made if need be, and beside them the JSON Schema with
which editors complete and explain the definition. Nothing is ever overwritten.`,
		Example: "  noexgen init store",
		Args:    arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir := "."
			if len(args) == 1 {
				dir = filepath.Clean(args[0])
			}
			return failed(initialise(cmd.OutOrStdout(), dir))
		},
	}
}

func initialise(stdout io.Writer, dir string) error {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return fmt.Errorf("%s is a file; init writes into a directory", slash(dir))
	}
	name, err := packageName(dir)
	if err != nil {
		return err
	}
	starter := templates.Starter{Package: name, EditorLine: jsonschema.EditorLine}
	schema, err := jsonschema.Definition()
	if err != nil {
		return err
	}
	var definition, generate bytes.Buffer
	if err := errors.Join(starter.WriteDefinition(&definition), starter.WriteGenerate(&generate)); err != nil {
		return err
	}
	files := []struct {
		path string
		data []byte
	}{
		{filepath.Join(dir, source.MainFile), definition.Bytes()},
		{filepath.Join(dir, "generate.go"), generate.Bytes()},
		{filepath.Join(dir, jsonschema.FileName), schema},
	}
	for _, f := range files {
		if _, err := os.Lstat(f.path); err == nil {
			return fmt.Errorf("%s exists, and init writes new definitions only; nothing was written", slash(f.path))
		}
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		if err := writeNew(f.path, f.data); err != nil {
			return err
		}
		fmt.Fprintln(stdout, "create", slash(f.path))
	}
	return nil
}

// writeNew creates a file, and fails if there is one.
func writeNew(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Close())
}

// packageName is the package of the Go files in a directory, or the directory's
// name without what a package name cannot have.
func packageName(dir string) (string, error) {
	name, err := generator.PackageIn(output.OS{}, dir)
	if name != "" || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return name, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	base := filepath.Base(abs)
	name = strings.TrimLeft(strings.Map(func(r rune) rune {
		if r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' {
			return r
		}
		return -1
	}, strings.ToLower(base)), "_0123456789")
	if problem := naming.PackageProblem(name); problem != "" {
		return "", fmt.Errorf("the directory's name %q makes no package name; name another, as in noexgen init store", base)
	}
	return name, nil
}
