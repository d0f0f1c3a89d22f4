package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/breaking"
	"github.com/noexgen/noexgen/generator/diag"
)

func newBreaking() *cobra.Command {
	var against string
	var allow []string
	cmd := &cobra.Command{
		Use:   "breaking --against old [dir|file]",
		Short: "Say what a change of a definition means for stored data and Go code",
		Long: `Compare the definition in a directory (default: the current one) with an older
one, and say what each change means for records that are stored already and for
Go code that uses the generated package:

  safe             nothing has to be done
  needs-default    stored records lack a value that is required now
  needs-migration  stored records may not fit; a bucket whose version is raised
                   is taken to have one
  breaks-callers   Go code may not compile, or may behave otherwise

It fails if something has to be done that is not allowed with --allow. The older
definition is a directory, a file, or git:REV for the same files at a revision.`,
		Example: "  noexgen breaking --against git:main ./store\n  noexgen breaking --against old.yaml --allow breaks-callers",
		Args:    arguments(0, 1),
	}
	cmd.Flags().StringVar(&against, "against", "", "the older definition: a directory, a file, or git:REV")
	cmd.Flags().StringSliceVar(&allow, "allow", nil, "classes of changes that are no reason to fail")
	cmd.RegisterFlagCompletionFunc("allow", cobra.FixedCompletions(classNames, cobra.ShellCompDirectiveNoFileComp)) // fails only without the flag
	format := formatFlag(cmd, formatText, formatJSON, formatGitHub)
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if against == "" {
			return errors.New("--against is missing; it names the older definition: a directory, a file, or git:REV")
		}
		for _, class := range allow {
			if !slices.Contains(classNames, class) {
				return fmt.Errorf("unknown class %q%s; it is %s", class, diag.DidYouMean(class, classNames), diag.Words(classNames, "or"))
			}
		}
		result, err := checkDefinitions(cmd, args...)
		if err := reportText(cmd, result, err); err != nil {
			return err
		}
		if len(result.Packages) != 1 {
			return fmt.Errorf("%s is %d definitions; compare one at a time", args[0], len(result.Packages))
		}
		pkg := result.Packages[0]
		old, err := generator.Against(cmd.Context(), generator.Options{}, existing(against), pkg.Dir)
		if err := reportText(cmd, old, err); err != nil {
			return err
		}
		for i, name := range pkg.Files { // as messages name them
			pkg.Files[i] = slash(pkg.Dir) + "/" + name
		}
		b := comparison{findings: breaking.Compare(old.Packages[0].Package, pkg.Package), allow: allow}
		if err := b.print(cmd, *format, joinLines(result.Lines(), old.Lines())); err != nil {
			return failed(err)
		}
		if n := b.count(); n > 0 {
			err := fmt.Errorf("%s to be dealt with", count(n, "change"))
			if *format == formatJSON {
				return told(err)
			}
			return failed(err)
		}
		return nil
	}
	return cmd
}

// classNames are the classes as flags and JSON name them.
var classNames = []string{"safe", "needs-default", "needs-migration", "breaks-callers"}

func className(c breaking.Class) string { return classNames[c] }

// comparison is what has changed and what of it does not matter.
type comparison struct {
	findings []breaking.Finding
	allow    []string
}

// fails reports whether a finding has to be dealt with.
func (c *comparison) fails(f breaking.Finding) bool {
	return f.Breaks() && !slices.Contains(c.allow, className(f.Class))
}

func (c *comparison) count() int {
	n := 0
	for _, f := range c.findings {
		if c.fails(f) {
			n++
		}
	}
	return n
}

func (c *comparison) print(cmd *cobra.Command, format string, lines diag.Source) error {
	out := cmd.OutOrStdout()
	switch format {
	case formatJSON:
		return c.printJSON(cmd)
	case formatGitHub:
		for _, f := range c.findings {
			level := "notice"
			if c.fails(f) {
				level = "error"
			}
			d := f.Diagnostic()
			diag.WriteGitHubCommand(out, level, d.Pos, f.Rule, strings.TrimSuffix(d.Message+"\n"+d.Help, "\n"))
		}
		return nil
	}
	if len(c.findings) == 0 {
		_, err := fmt.Fprintln(out, "nothing has changed")
		return err
	}
	var list diag.List
	for _, f := range c.findings {
		list = append(list, f.Diagnostic())
	}
	return diag.WriteStyled(out, list, lines, styleFor(out))
}

func (c *comparison) printJSON(cmd *cobra.Command) error {
	type finding struct {
		Class    string `json:"class"`
		Rule     string `json:"rule"`
		Path     string `json:"path"`
		File     string `json:"file"`
		Line     int    `json:"line"`
		Column   int    `json:"column"`
		Text     string `json:"text"`
		Do       string `json:"do,omitempty"`
		Migrated bool   `json:"migrated,omitempty"`
		Fails    bool   `json:"fails"`
	}
	list := make([]finding, len(c.findings))
	for i, f := range c.findings {
		list[i] = finding{className(f.Class), f.Rule, f.Path, f.Pos.File, f.Pos.Line, f.Pos.Col, f.Text, f.Do, f.Migrated, c.fails(f)}
	}
	return printJSON(cmd.OutOrStdout(), struct {
		OK       bool      `json:"ok"`
		Findings []finding `json:"findings"`
	}{c.count() == 0, list})
}

// joinLines gives the lines of two sets of files.
func joinLines(a, b diag.Source) diag.Source {
	return func(file string, line int) (string, bool) {
		if text, ok := a(file, line); ok {
			return text, true
		}
		return b(file, line)
	}
}
