package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
)

func newGenerate() *cobra.Command {
	var g generate
	cmd := &cobra.Command{
		Use:   "generate [dir|file|dir/... …]",
		Short: "Generate the packages of definitions",
		Long: `Generate Go packages from the definitions in directories (default: the current
one), into the same directories. noex.yaml and all *.noex.yaml of a directory
make one package; a file stands for its directory, and dir/... for every
directory with a definition at and below dir, as the go command finds packages.

Either everything is written or, if a definition has an error or a file is in
the way that noexgen did not generate, nothing is. Files that are up to date are
not touched, and generated files that nothing stands for any more are removed.`,
		Example: "  noexgen generate\n  noexgen generate ./store ./billing\n  noexgen generate --check ./...    # in CI\n  noexgen generate --watch ./store",
		RunE:    g.run,
	}
	flags := cmd.Flags()
	flags.BoolVar(&g.check, "check", false, "write nothing; print a diff and fail if generated files are missing, stale or left over")
	flags.BoolVar(&g.dryRun, "dry-run", false, "write nothing; print what would be done")
	flags.BoolVar(&g.watch, "watch", false, "go on: generate again whenever a definition changes")
	flags.BoolVar(&g.json, "json", false, "print the result as JSON")
	cmd.MarkFlagsMutuallyExclusive("check", "dry-run", "watch")
	cmd.MarkFlagsMutuallyExclusive("json", "watch")
	return cmd
}

// generate holds the flags of the command.
type generate struct{ check, dryRun, watch, json bool }

func (g *generate) run(cmd *cobra.Command, args []string) error {
	opts := generator.Options{Paths: args, DryRun: g.check || g.dryRun}
	if !g.json { // which tells of all packages
		opts.Memory = memory()
	}
	if g.watch {
		return watch(cmd, opts)
	}
	line := newProgress(cmd)
	opts.Progress = line.step
	result, err := generator.Run(cmd.Context(), opts)
	line.done()
	if err == nil && g.check && len(result.Plan.Pending()) > 0 {
		err = errOutOfDate
	}
	if g.json {
		return reportJSON(cmd, result, err)
	}
	g.print(cmd, result)
	return reportText(cmd, result, err)
}

// memory is where runs note what they generated, or "".
func memory() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "noexgen")
}

// print prints what was done, or is to be done.
func (g *generate) print(cmd *cobra.Command, result *generator.Result) {
	for _, c := range result.Plan.Pending() {
		if g.check {
			fmt.Fprintf(cmd.OutOrStdout(), "%s %s\n%s", c.Action.Finding(), slash(c.Path), c.Diff())
		} else {
			fmt.Fprintln(cmd.OutOrStdout(), c.Action, slash(c.Path))
		}
	}
}

var errOutOfDate = errors.New("generated files are out of date; run noexgen generate")

// watch generates until it is interrupted, which is how it is meant to end.
func watch(cmd *cobra.Command, opts generator.Options) error {
	stderr := cmd.ErrOrStderr()
	runs := 0
	return failed(generator.Watch(cmd.Context(), opts, 0, func(result *generator.Result, err error) {
		new(generate).print(cmd, result)
		if err := reportText(cmd, result, err); err != nil {
			printError(stderr, err)
		} else if runs > 0 && len(result.Plan.Pending()) == 0 {
			fmt.Fprintln(stderr, "noexgen: up to date")
		}
		if runs++; runs == 1 {
			fmt.Fprintln(stderr, "noexgen: watching; interrupt to end")
		}
	}))
}
