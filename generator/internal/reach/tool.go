package main

import (
	"os"
	"path/filepath"

	"github.com/noexgen/noexgen/generator/internal/wide"
)

const (
	module = "github.com/noexgen/noexgen"
	pgx    = "github.com/jackc/pgx/v5@v5.7.6"
)

// tool is a generator. Run in a directory with its inputs for n buckets or
// tables, it generates the package wide there.
type tool struct {
	name    string
	program string
	args    []string
	inputs  func(dir string, n int) error
	imports string // a module that the package needs
	replace bool   // whether the package needs this module
}

func definition(dir string, n int) error {
	return write(dir, map[string]string{"wide/noex.yaml": wide.Definition(n)})
}

func schema(dir string, n int) error {
	return write(dir, map[string]string{
		"schema.sql": wide.Schema(n), "queries.sql": wide.Queries(n), "sqlc.yaml": wide.Config,
	})
}

func write(dir string, files map[string]string) error {
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			return err
		}
	}
	return nil
}
