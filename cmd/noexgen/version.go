package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
)

func newVersion() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the version of noexgen",
		Args:  arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if asJSON {
				return failed(printJSON(cmd.OutOrStdout(), map[string]string{"version": generator.Version, "go": runtime.Version()}))
			}
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "noexgen v"+generator.Version)
			return failed(err)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
