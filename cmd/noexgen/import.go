package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/inspect"
	"github.com/noexgen/noexgen/generator/model"
)

func newImport() *cobra.Command {
	var definition string
	var replace bool
	cmd := &cobra.Command{
		Use:   "import dir|file.db bucket [file.jsonl]",
		Short: "Add records from JSON Lines to a store that is not in use",
		Long: `Add records to a bucket from JSON Lines (default: stdin), one record a line as
export writes them: all of them, or none and what is wrong with which line. They
are held against the definition. No process may have the store open.

The directory is made if need be; a database has to exist.`,
		Example: "  noexgen import data users users.jsonl --definition ./store",
		Args:    cobra.RangeArgs(2, 3),
	}
	definitionFlag(cmd, &definition, ".")
	cmd.Flags().BoolVar(&replace, "replace", false, "replace records whose key exists")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := loadDefinition(cmd, definition)
		if err != nil {
			return err
		}
		var in io.Reader = cmd.InOrStdin()
		if len(args) == 3 {
			f, err := os.Open(args[2])
			if err != nil {
				return failed(fmt.Errorf("%s: %w", slash(args[2]), shortCause(err)))
			}
			defer f.Close()
			in = bufio.NewReader(f)
		}
		if err := makeStore(args[0]); err != nil {
			return failed(err)
		}
		return withStore(cmd, args[0], func(s *inspect.Store) error {
			n, err := s.Import(cmd.Context(), p, args[1], replace, in)
			if wrong := new(inspect.ImportError); errors.As(err, &wrong) {
				for _, line := range wrong.Lines {
					fmt.Fprintln(cmd.ErrOrStderr(), line)
				}
				return errors.New("nothing was imported")
			}
			if err == nil {
				fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", args[1], count(n, "record"))
			}
			return err
		})
	}
	return cmd
}

// makeStore makes the directory of a store that does not exist.
func makeStore(path string) error {
	if _, err := os.Stat(path); err == nil || hasExtension(path) {
		return nil
	}
	return os.MkdirAll(path, 0o700)
}

// definitionFlag adds --definition.
func definitionFlag(cmd *cobra.Command, to *string, otherwise string) {
	cmd.Flags().StringVar(to, "definition", otherwise, "directory or file of the definition")
}

// loadDefinition reads the one definition that a flag names.
func loadDefinition(cmd *cobra.Command, path string) (*model.Package, error) {
	result, err := generator.Check(cmd.Context(), generator.Options{Paths: []string{path}})
	if err := reportText(cmd, result, err); err != nil {
		return nil, err
	}
	if len(result.Packages) != 1 {
		return nil, fmt.Errorf("%s is %d definitions", path, len(result.Packages))
	}
	return result.Packages[0].Package, nil
}
