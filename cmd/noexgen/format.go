package main

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/diag"
)

// The formats of results.
const (
	formatText   = "text"
	formatJSON   = "json"
	formatGitHub = "github-actions"
)

// formatFlag adds --format with the formats given, of which the first is the
// default, and --json for short.
func formatFlag(cmd *cobra.Command, formats ...string) *string {
	format := formats[0]
	cmd.Flags().StringVar(&format, "format", format, "how to print the result: "+diag.Words(formats, "or"))
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // fails only without the flag
	asJSON := cmd.Flags().Bool("json", false, "the same as --format json")
	cmd.MarkFlagsMutuallyExclusive("format", "json")
	cmd.PreRunE = func(*cobra.Command, []string) error {
		if *asJSON {
			format = formatJSON
		}
		if !slices.Contains(formats, format) {
			return fmt.Errorf("unknown format %q%s; it is %s", format, diag.DidYouMean(format, formats), diag.Words(formats, "or"))
		}
		return nil
	}
	return &format
}
