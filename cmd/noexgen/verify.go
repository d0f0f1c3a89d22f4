package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator/inspect"
	"github.com/noexgen/noexgen/generator/model"
)

func newVerify() *cobra.Command {
	var definition string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify dir|file.db",
		Short: "Look for damage in what is stored, and for what breaks a definition",
		Long: `Read everything that is stored, with all checksums and the journal, and say what
is damaged. With --definition, also say which records do not fit it: wrong types,
broken constraints, values that should be unique. Nothing is changed, and a store
that is in use is not disturbed.`,
		Example: "  noexgen verify data\n  noexgen verify shop.db --definition ./store",
		Args:    arguments(1, 1),
	}
	definitionFlag(cmd, &definition, "")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		var p *model.Package
		if definition != "" {
			var err error
			if p, err = loadDefinition(cmd, definition); err != nil {
				return err
			}
		}
		return withStore(cmd, args[0], func(s *inspect.Store) error {
			line := newProgress(cmd)
			defer line.done()
			problems := []inspect.Problem{}
			done, err := s.Verify(cmd.Context(), p, line.step, func(p inspect.Problem) {
				if !asJSON {
					line.clear()
					fmt.Fprintln(cmd.OutOrStdout(), p)
				}
				problems = append(problems, p)
			})
			line.done()
			if err != nil {
				return err
			}
			return verified(cmd, done, problems, asJSON)
		})
	}
	return cmd
}

func verified(cmd *cobra.Command, done inspect.Verified, problems []inspect.Problem, asJSON bool) error {
	var err error
	if len(problems) > 0 {
		err = errors.New(count(len(problems), "problem"))
	}
	if asJSON {
		if e := printJSON(cmd.OutOrStdout(), struct {
			OK       bool              `json:"ok"`
			Buckets  int               `json:"buckets"`
			Records  int               `json:"records"`
			Problems []inspect.Problem `json:"problems"`
		}{err == nil, done.Buckets, done.Records, problems}); e != nil || err == nil {
			return e
		}
		return told(err)
	}
	if err == nil {
		fmt.Fprintf(cmd.OutOrStdout(), "ok: %s, %s\n", count(done.Buckets, "bucket"), count(done.Records, "record"))
	}
	return err
}
