package file

import (
	"io"
	"time"
)

// paced writes for work in the background that nobody waits for. After each write it
// rests as long as what led to it took, so that those who use the store have the cores:
// beside the merge of a journal, on two cores, an insert takes a twentieth less.
type paced struct {
	w io.Writer
	// hurry is closed when somebody waits after all.
	hurry <-chan struct{}
	// late reports whether the work has fallen behind.
	late func() bool
	// from is when the last rest ended.
	from time.Time
}

func (p *paced) Write(b []byte) (int, error) {
	n, err := p.w.Write(b)
	if err == nil && !p.late() {
		select {
		case <-time.After(time.Since(p.from)):
		case <-p.hurry:
		}
	}
	p.from = time.Now()
	return n, err
}

// unhurried returns what paces the merge of a journal that had grown so far, until Close
// waits for it or the journal is twice as large.
func (a *Adapter) unhurried(grown int64) func(io.Writer) io.Writer {
	j := a.journal
	late := func() bool {
		j.mu.Lock()
		defer j.mu.Unlock()
		return j.grown > 2*grown
	}
	return func(w io.Writer) io.Writer {
		return &paced{w: w, hurry: a.merging.hurry, late: late, from: time.Now()}
	}
}
