package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

// progressDelay is how long work takes before it is worth a line.
const progressDelay = time.Second

// progress is a line on a terminal that says what is going on, as long as it
// goes on. The zero value says nothing.
type progress struct {
	w     io.Writer // nil: nobody to tell
	start time.Time
	next  time.Time
	now   func() time.Time
	shown bool
}

// newProgress returns the progress line of a command, on stderr if that is a
// terminal.
func newProgress(cmd *cobra.Command) *progress {
	if w := cmd.ErrOrStderr(); isTerminal(w) {
		return progressOn(w, time.Now)
	}
	return new(progress)
}

func progressOn(w io.Writer, now func() time.Time) *progress {
	start := now()
	return &progress{w: w, start: start, next: start.Add(progressDelay), now: now}
}

// step says what has been done so far. It may be called as often as is
// convenient.
func (p *progress) step(text string) {
	if p.w == nil {
		return
	}
	now := p.now()
	if now.Before(p.next) {
		return
	}
	p.next, p.shown = now.Add(progressDelay/10), true
	fmt.Fprintf(p.w, "\r\x1b[K%s (%s)", text, now.Sub(p.start).Round(time.Second))
}

// done takes the line away.
func (p *progress) done() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}
