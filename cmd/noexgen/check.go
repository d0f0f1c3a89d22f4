package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/diag"
)

func newCheck() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "check [dir|file|dir/... …]",
		Short: "Say what is wrong with definitions",
		Long: `Say what is wrong with the definitions in directories (default: the current
one), without looking at generated code. noex.yaml and all *.noex.yaml of a
directory are one definition; a file stands for its directory, and dir/... for
every directory with a definition at and below dir.`,
		Example: "  noexgen check\n  noexgen check ./store --json\n  noexgen check ./... --format github-actions",
	}
	format := formatFlag(cmd, formatText, formatJSON, formatGitHub)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		result, err := checkDefinitions(cmd, args...)
		switch *format {
		case formatJSON:
			return reportJSON(cmd, result, err)
		case formatGitHub:
			if writeErr := diag.WriteGitHub(cmd.OutOrStdout(), result.Diagnostics); writeErr != nil {
				return failed(writeErr)
			}
			return failed(err)
		}
		if err := reportText(cmd, result, err); err != nil {
			return err
		}
		for _, pkg := range result.Packages {
			fmt.Fprintf(cmd.OutOrStdout(), "ok %s: package %s, %s\n", slash(pkg.Dir), pkg.Name, count(len(pkg.Buckets), "bucket"))
		}
		return nil
	}
	return cmd
}

// checkDefinitions is generator.Check with a progress line.
func checkDefinitions(cmd *cobra.Command, paths ...string) (*generator.Result, error) {
	line := newProgress(cmd)
	defer line.done()
	return generator.Check(cmd.Context(), generator.Options{Paths: paths, Progress: line.step})
}
