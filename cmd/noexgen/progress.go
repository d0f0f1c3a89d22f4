package main

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/spf13/cobra"
)

// progressDelay is how long work takes before it is worth a line, and
// progressEvery how often that is written anew.
const (
	progressDelay = time.Second
	progressEvery = 200 * time.Millisecond
)

// progress is a line on a terminal that says what is going on, as long as it
// goes on. The zero value says nothing. It is safe for concurrent use.
type progress struct {
	w     io.Writer // nil: nobody to tell
	start time.Time

	mu    sync.Mutex // guards the rest
	text  string
	timer *time.Timer
	shown bool
	ended bool
}

// newProgress returns the progress line of a command, on stderr if that is a
// terminal. It has to be done at the end, and may be earlier.
func newProgress(cmd *cobra.Command) *progress {
	if w := cmd.ErrOrStderr(); isTerminal(w) {
		return progressOn(w, cmd.Name())
	}
	return new(progress)
}

// progressOn begins a line that says text until a step says otherwise.
func progressOn(w io.Writer, text string) *progress {
	p := &progress{w: w, start: time.Now(), text: text}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.timer = time.AfterFunc(progressDelay, p.show)
	return p
}

// show writes the line, and sees to it that it is written again.
func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ended {
		return
	}
	p.shown = true
	fmt.Fprintf(p.w, "\r\x1b[K%s (%s)", p.text, time.Since(p.start).Round(time.Second))
	p.timer.Reset(progressEvery)
}

// step says what is done now. It may be called as often as is convenient.
func (p *progress) step(text string) {
	if p.w == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.text = text
}

// clear takes the line away until it is written again, so that something can be
// printed.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// done takes the line away for good.
func (p *progress) done() {
	if p.w == nil {
		return
	}
	p.clear()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ended = true
	p.timer.Stop()
}
