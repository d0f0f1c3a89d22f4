package file

import (
	"io"
	"time"
)

// pace makes the merge of a journal in the background, which nobody waits for, leave the
// cores to those who use the store: after each piece of work it rests three times as long
// as that took. Of a million inserts, during which a journal is merged, one takes a sixth
// less on two cores. A nil one never rests.
type pace struct {
	// hurry is closed when somebody waits after all.
	hurry <-chan struct{}
	// late reports whether the work has fallen behind.
	late func() bool
	// size is that of the files that are written, in bytes, as far as it is known.
	size int64
	// from is when the last rest ended.
	from time.Time
}

// found notes bytes that the files will have besides.
func (p *pace) found(bytes int) {
	if p != nil {
		p.size += int64(bytes)
	}
}

const (
	// leastWork is what is not worth a rest by itself.
	leastWork = time.Millisecond
	// longestRest is enough after what took so long that it was no work of a core alone.
	longestRest = 100 * time.Millisecond
)

// rest ends a piece of work.
func (p *pace) rest() {
	if p == nil {
		return
	}
	worked := time.Since(p.from)
	if worked < leastWork {
		return
	}
	if !p.late() {
		select {
		case <-time.After(min(3*worked, longestRest)):
		case <-p.hurry:
		}
	}
	p.from = time.Now()
}

// paced rests after each write.
type paced struct {
	w    io.Writer
	pace *pace
}

func (p *paced) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err == nil {
		p.pace.rest()
	}
	return n, err
}

// patience is how many times as large as the files the journal may become before their
// merge makes haste, so that it is bounded by what there is to store, however long more
// is changed than a merge that rests can take.
const patience = 4

// unhurried returns the pace of a merge, which rests until Close waits for it or the
// journal is too large.
func (a *Adapter) unhurried(tasks []mergeTask) *pace {
	j := a.journal
	p := &pace{hurry: a.merging.hurry, from: time.Now()}
	for _, t := range tasks {
		p.size += t.from.size
	}
	p.late = func() bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.grown > patience*max(p.size, j.limits.merge)
	}
	return p
}
