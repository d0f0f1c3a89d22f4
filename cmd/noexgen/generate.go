package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
)

func newGenerate() *cobra.Command {
	var check, dryRun, asJSON bool
	cmd := &cobra.Command{
		Use:   "generate [dir|file …]",
		Short: "Generate the packages of definitions",
		Long: `Generate Go packages from the definitions in directories (default: the current
one), into the same directories. noex.yaml and all *.noex.yaml of a directory
make one package; a file stands for its directory.

Either everything is written or, if a definition has an error or a file is in
the way that noexgen did not generate, nothing is. Files that are up to date are
not touched, and generated files that nothing stands for any more are removed.`,
		Example: "  noexgen generate\n  noexgen generate ./store ./billing\n  noexgen generate --check ./store    # in CI",
		RunE: func(cmd *cobra.Command, args []string) error {
			result, err := generator.Run(cmd.Context(), generator.Options{Paths: args, DryRun: check || dryRun})
			if err == nil && check && len(result.Plan.Pending()) > 0 {
				err = errOutOfDate
			}
			if asJSON {
				return reportJSON(cmd, result, err)
			}
			for _, c := range result.Plan.Pending() {
				if check {
					fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n%s", c.Action.Finding(), slash(c.Path), c.Diff())
				} else {
					fmt.Fprintln(cmd.OutOrStdout(), c.Action, slash(c.Path))
				}
			}
			return reportText(cmd, result, err)
		},
	}
	cmd.Flags().BoolVar(&check, "check", false, "write nothing; print a diff and fail if generated files are missing, stale or left over")
	cmd.Flags().BoolVar(&dryRun, "dry-run", false, "write nothing; print what would be done")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	cmd.MarkFlagsMutuallyExclusive("check", "dry-run")
	return cmd
}

var errOutOfDate = errors.New("generated files are out of date; run noexgen generate")
