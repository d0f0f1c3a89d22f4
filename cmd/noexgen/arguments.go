package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// arguments says how many arguments a command takes.
func arguments(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		problem := ""
		switch n := len(args); {
		case n < least:
			problem = "too few arguments"
		case n > most:
			problem = "too many arguments"
		default:
			return nil
		}
		return fmt.Errorf("%s; it is: %s %s", problem, cmd.Root().Name(), cmd.Use)
	}
}

// shortCause strips the path from an error, where the message names it.
func shortCause(err error) error {
	if e := new(fs.PathError); errors.As(err, &e) {
		return e.Err
	}
	return err
}

// existing returns path, or path with slashes if only that is there: one written
// as on Windows is understood everywhere, since scripts are shared.
func existing(path string) string {
	slashed := strings.ReplaceAll(path, `\`, "/")
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(slashed); err == nil {
			return slashed
		}
	}
	return path
}

func slash(path string) string { return filepath.ToSlash(path) }
