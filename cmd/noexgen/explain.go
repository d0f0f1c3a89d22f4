package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/diag"
)

func newExplain() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "explain [code …]",
		Short: "Explain the code of a problem, with an example",
		Long: `Explain the codes of problems, as check --json names them, each with a
definition that has the problem and one that has not. Without a code, list all.`,
		Example: "  noexgen explain E014",
		RunE: func(cmd *cobra.Command, args []string) error {
			all := diag.Explanations()
			var chosen []diag.Explanation
			for _, code := range args {
				e, ok := diag.Explain(code)
				if !ok {
					return fmt.Errorf("unknown code %q%s; noexgen explain lists all", code, diag.DidYouMean(code, explainable(all)))
				}
				chosen = append(chosen, e)
			}
			out := cmd.OutOrStdout()
			switch {
			case asJSON && len(args) == 0:
				return failed(printExplanations(out, all))
			case asJSON:
				return failed(printExplanations(out, chosen))
			case len(args) == 0:
				for _, e := range all {
					fmt.Fprintln(out, e.Code, e.Title)
				}
			}
			for i, e := range chosen {
				if i > 0 {
					fmt.Fprintln(out)
				}
				fmt.Fprintf(out, "%s: %s\n\n%s\n\nWrong:\n\n%s\nRight:\n\n%s", e.Code, e.Title, e.Text, indent(e.Wrong), indent(e.Right))
			}
			return nil
		},
		ValidArgsFunction: func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
			return explainable(diag.Explanations()), cobra.ShellCompDirectiveNoFileComp
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func explainable(all []diag.Explanation) []string {
	codes := make([]string, len(all))
	for i, e := range all {
		codes[i] = string(e.Code)
	}
	return codes
}

func printExplanations(w io.Writer, all []diag.Explanation) error {
	type explanation struct {
		Code  diag.Code `json:"code"`
		Title string    `json:"title"`
		Text  string    `json:"text"`
		Wrong string    `json:"wrong"`
		Right string    `json:"right"`
	}
	out := make([]explanation, len(all))
	for i, e := range all {
		out[i] = explanation(e)
	}
	return printJSON(w, out)
}

// indent sets a definition off from the text around it.
func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", "\n    ") + "\n"
}
