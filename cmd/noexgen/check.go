package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
)

func newCheck() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check [dir|file …]",
		Short: "Say what is wrong with definitions",
		Long: `Say what is wrong with the definitions in directories (default: the current
one), without looking at generated code. noex.yaml and all *.noex.yaml of a
directory are one definition; a file stands for its directory.`,
		Example: "  noexgen check\n  noexgen check ./store --json",
		RunE: func(cmd *cobra.Command, args []string) error {
			result, err := generator.Check(cmd.Context(), generator.Options{Paths: args})
			if asJSON {
				return reportJSON(cmd, result, err)
			}
			if err := reportText(cmd, result, err); err != nil {
				return err
			}
			for _, pkg := range result.Packages {
				fmt.Fprintf(cmd.OutOrStdout(), "ok %s: package %s, %s\n", slash(pkg.Dir), pkg.Name, count(len(pkg.Buckets), "bucket"))
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the result as JSON")
	return cmd
}
