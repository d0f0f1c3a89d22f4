package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/inspect"
	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
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
		Args:    arguments(2, 3),
	}
	definitionFlag(cmd, &definition, ".")
	cmd.Flags().BoolVar(&replace, "replace", false, "replace records whose key exists")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		p, err := loadDefinition(cmd, definition)
		if err != nil {
			return err
		}
		name, in := "stdin", cmd.InOrStdin()
		if len(args) == 3 {
			name = slash(args[2])
			f, err := os.Open(existing(args[2]))
			if err != nil {
				return failed(fmt.Errorf("%s: %w", name, shortCause(err)))
			}
			defer f.Close()
			in = f
		}
		if err := makeStore(existing(args[0])); err != nil {
			return failed(err)
		}
		line := newProgress(cmd)
		defer line.done()
		what := inspect.Import{Package: p, Bucket: args[1], Replace: replace, From: in, Progress: line.step}
		return withStore(cmd, args[0], func(s *inspect.Store) error {
			done, err := s.Import(cmd.Context(), what)
			line.done()
			if wrong := new(inspect.ImportError); errors.As(err, &wrong) {
				printLines(cmd.ErrOrStderr(), name, wrong.Problems)
				return errors.New("nothing was imported")
			}
			if locked := new(noex.LockedError); errors.As(err, &locked) {
				return fmt.Errorf("%w, and import needs it for itself; end that program first", err)
			}
			if err != nil {
				return err
			}
			printLines(cmd.ErrOrStderr(), name, done.Notes)
			fmt.Fprintf(cmd.OutOrStdout(), "%s: %s\n", args[1], count(done.Records, "record"))
			return nil
		})
	}
	return cmd
}

// printLines prints problems as file:line: problem.
func printLines(w io.Writer, name string, problems []inspect.LineProblem) {
	for _, p := range problems {
		if p.Line == 0 {
			fmt.Fprintln(w, p.Text)
		} else {
			fmt.Fprintf(w, "%s:%d: %s\n", name, p.Line, p.Text)
		}
	}
}

// makeStore makes the directory of a store that does not exist. What has an
// extension is meant to be a database.
func makeStore(path string) error {
	if _, err := os.Stat(path); err == nil {
		return nil
	} else if filepath.Ext(path) != "" {
		return &failure{err: fmt.Errorf("%s: %w; a database has to exist", slash(path), shortCause(err)), code: exitMisuse}
	}
	return os.MkdirAll(path, 0o700)
}

// definitionFlag adds --definition.
func definitionFlag(cmd *cobra.Command, to *string, otherwise string) {
	cmd.Flags().StringVar(to, "definition", otherwise, "directory or file of the definition")
}

// loadDefinition reads the one definition that a flag names.
func loadDefinition(cmd *cobra.Command, path string) (*model.Package, error) {
	result, err := checkDefinitions(cmd, path)
	if err := reportText(cmd, result, err); err != nil {
		return nil, err
	}
	if len(result.Packages) != 1 {
		return nil, fmt.Errorf("%s is %d definitions; name one", path, len(result.Packages))
	}
	return result.Packages[0].Package, nil
}
