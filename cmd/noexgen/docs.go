package main

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/docs"
)

func newDocs() *cobra.Command {
	var format, to string
	formats := []string{"markdown", "html"}
	cmd := &cobra.Command{
		Use:   "docs [dir|file]",
		Short: "Write documentation of a definition for people",
		Long: `Write documentation of the definition in a directory (default: the current one):
its buckets, fields, constraints and indexes, and a diagram of who refers to whom.
Markdown has the diagram in Mermaid; the HTML page needs nothing else.`,
		Example: "  noexgen docs ./store --output store/README.md\n  noexgen docs ./store --format html -o store.html",
		Args:    arguments(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			write := docs.Markdown
			switch format {
			case "markdown":
			case "html":
				write = docs.HTML
			default:
				return fmt.Errorf("unknown format %q%s; it is %s", format, diag.DidYouMean(format, formats), diag.Words(formats, "or"))
			}
			result, err := checkDefinitions(cmd, args...)
			if err := reportText(cmd, result, err); err != nil {
				return err
			}
			if len(result.Packages) != 1 {
				return fmt.Errorf("%s is %d definitions; document one at a time", args[0], len(result.Packages))
			}
			var page bytes.Buffer
			if err := write(&page, result.Packages[0].Package); err != nil {
				return failed(err)
			}
			return failed(writeOutput(cmd, to, page.Bytes()))
		},
	}
	cmd.Flags().StringVar(&format, "format", formats[0], "what to write: "+diag.Words(formats, "or"))
	cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)) // fails only without the flag
	outputFlag(cmd, &to)
	return cmd
}
