package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/diag"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitMisuse = 2
)

// gcPercent suits a program that ends before most of its memory is garbage.
const gcPercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole command, for main and for tests.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := newRoot()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	var failed *failure
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &failed) && failed.code == exitFailed:
		if !failed.told {
			printError(stderr, failed.err)
		}
		return exitFailed
	default:
		printError(stderr, err)
		fmt.Fprintf(stderr, "Run '%s --help' for usage.\n", cmd.CommandPath())
		return exitMisuse
	}
}

// printError prints each line of an error as one of noexgen.
func printError(w io.Writer, err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		fmt.Fprintln(w, "noexgen:", line)
	}
}

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "noexgen",
		Short:         "Generate typed in-memory stores in Go from a definition in YAML",
		SilenceErrors: true,
		SilenceUsage:  true,
		Version:       generator.Version,
	}
	root.SetVersionTemplate("noexgen v{{.Version}}\n")
	root.SetFlagErrorFunc(suggestFlag)
	root.AddCommand(newGenerate(), newCheck(), newExplain(), newInit(), newSchema(), newDocs(), newBreaking(),
		newInspect(), newExport(), newImport(), newVerify(), newVersion())
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.HasSubCommands() {
			wantCommand(cmd)
		}
	}
	wantCommand(root)
	return root
}

// wantCommand makes it misuse to call cmd without one of its commands.
func wantCommand(cmd *cobra.Command) {
	var names []string
	for _, sub := range cmd.Commands() {
		names = append(names, sub.Name())
	}
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return fmt.Errorf("unknown command %q%s", args[0], diag.DidYouMean(args[0], names))
		}
		return nil
	}
	cmd.RunE = func(*cobra.Command, []string) error {
		return fmt.Errorf("which command? There are %s", diag.Words(names, "and"))
	}
}

var longFlag = regexp.MustCompile(`(?m)^ .*?--([a-z][a-z-]*)`)

// suggestFlag adds the nearest flag to the error for an unknown one.
func suggestFlag(cmd *cobra.Command, err error) error {
	unknown, ok := errors.AsType[interface {
		error
		GetSpecifiedName() string
	}](err)
	if !ok || !strings.HasPrefix(err.Error(), "unknown") {
		return err
	}
	var names []string
	for _, m := range longFlag.FindAllStringSubmatch(cmd.UsageString(), -1) {
		names = append(names, m[1])
	}
	if near := diag.Nearest(unknown.GetSpecifiedName(), names); near != "" {
		return fmt.Errorf("%w%s", err, diag.Suggestion("--"+near))
	}
	return err
}

// failure is an error of a command that was called as it should be. All other
// errors of cobra are misuse.
type failure struct {
	err  error
	code int
	told bool // the user has seen it already
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// failed marks what a command returns as its own error, unless it lies in the
// arguments.
func failed(err error) error {
	if err == nil {
		return nil
	}
	if f := new(failure); errors.As(err, &f) {
		return err // marked already
	}
	if arg := new(generator.ArgumentError); errors.As(err, &arg) {
		return &failure{err: err, code: exitMisuse}
	}
	return &failure{err: err, code: exitFailed}
}

// told marks an error that was printed as part of the result.
func told(err error) error { return &failure{err: err, code: exitFailed, told: true} }
