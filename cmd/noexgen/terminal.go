package main

import (
	"io"
	"os"

	"github.com/noexgen/noexgen/generator/diag"
)

// isTerminal reports whether w is a terminal that a person looks at.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
}

// styleFor returns the colours to use on w: none that is not a terminal, and
// none where the user does not want any (https://no-color.org).
func styleFor(w io.Writer) diag.Style {
	if os.Getenv("NO_COLOR") != "" || !isTerminal(w) {
		return diag.Plain
	}
	return diag.ANSI
}
