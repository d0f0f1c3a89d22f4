package main

import (
	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/jsonschema"
)

func newSchema() *cobra.Command {
	var to string
	cmd := &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of definitions, for editors",
		Long: `Print the JSON Schema (draft 2020-12) of a definition file, with which editors
complete, explain and check what is typed.

noexgen init writes it beside the definition, and as the definition's first line

  ` + jsonschema.EditorLine + `

which yaml-language-server (VS Code's YAML extension, Neovim, JetBrains and
others) follows. After an update of noexgen, write it anew with --output.`,
		Example: "  noexgen schema\n  noexgen schema --output store/" + jsonschema.FileName,
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			schema, err := jsonschema.Definition()
			if err != nil {
				return failed(err)
			}
			return failed(writeOutput(cmd, to, schema))
		},
	}
	outputFlag(cmd, &to)
	return cmd
}
