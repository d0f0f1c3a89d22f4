package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// call is a line "exits <code> noexgen …" or "exec noexgen …" of a scenario, and
// whether its output is then compared.
type call struct {
	ok             bool // exit code 0
	args           []string
	stdout, stderr bool
}

// calls reads the scenarios.
func calls(t *testing.T) []call {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	var out []call
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		script, _, _ := strings.Cut(string(text), "\n-- ")
		var last *call
		for line := range strings.Lines(script) {
			words := strings.Fields(line)
			switch {
			case len(words) > 2 && words[0] == "exits" && words[2] == "noexgen":
				out = append(out, call{ok: words[1] == "0", args: words[3:]})
				last = &out[len(out)-1]
			case len(words) > 2 && words[0] == "exec" && words[1] == "noexgen":
				out = append(out, call{ok: true, args: words[2:]})
				last = &out[len(out)-1]
			case last != nil && slices.Contains(words, "stdout"):
				last.stdout = true
			case last != nil && slices.Contains(words, "stderr"):
				last.stderr = true
			}
		}
	}
	return out
}

// uses reports whether a call is one of a command, and mentions a flag.
func (c call) uses(cmd *cobra.Command, flag *pflag.Flag) bool {
	names := strings.Fields(cmd.CommandPath())[1:]
	if len(c.args) < len(names) || !slices.Equal(c.args[:len(names)], names) {
		return false
	}
	if flag == nil {
		return true
	}
	return slices.ContainsFunc(c.args, func(arg string) bool {
		name, _, _ := strings.Cut(arg, "=")
		return name == "--"+flag.Name || flag.Shorthand != "" && name == "-"+flag.Shorthand
	})
}

// TestEveryCommandAndFlagHasAScenario walks the commands. Each needs a call
// that succeeds and one that fails, and so does each of its flags; what goes to
// stdout is compared after a success, and what goes to stderr after a failure.
func TestEveryCommandAndFlagHasAScenario(t *testing.T) {
	all := calls(t)
	root := newRoot()
	root.InitDefaultCompletionCmd()
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
		if cmd == root || cmd.HasSubCommands() {
			return
		}
		check := func(what string, flag *pflag.Flag) {
			var good, bad, stdout, stderr bool
			for _, c := range all {
				if c.uses(cmd, flag) {
					good, bad = good || c.ok, bad || !c.ok
					stdout, stderr = stdout || c.ok && c.stdout, stderr || !c.ok && c.stderr
				}
			}
			for is, missing := range map[string]bool{"that succeeds": !good, "that fails": !bad, "whose stdout is compared": good && !stdout, "whose stderr is compared": bad && !stderr} {
				if missing {
					t.Errorf("%s has no scenario %s", what, is)
				}
			}
		}
		check(cmd.CommandPath(), nil)
		cmd.InitDefaultHelpFlag()
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Name != "help" {
				check(cmd.CommandPath()+" --"+f.Name, f)
			}
		})
	}
	walk(root)
}
