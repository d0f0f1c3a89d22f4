package noex

import (
	"slices"
	"sync"
)

// recentCommits is how far behind the last commit that the bus has seen one may be to find
// the next here; who is further behind asks the log, which alone says what was missed.
const recentCommits = 1 << 10

// recent are the last commits, for those who follow them: so they keep no writer
// from the lock of the store, however many they are. What is no longer here they
// find in the log.
//
//	commit ──▶ pending ──▶ log ──▶ subscribers
//	               the bus
type recent struct {
	pending struct {
		mu      sync.Mutex
		entries []logEntry // that the bus has not seen
	}
	seen []logEntry // by the bus, which has used them

	mu     sync.RWMutex
	log    commitLog // empty before the first commit, and after the last subscriber
	closed bool
}

// add takes note of a commit. One that the bus has not come for in a long time is
// forgotten.
func (r *recent) add(e logEntry) {
	p := &r.pending
	p.mu.Lock()
	if len(p.entries) == recentCommits {
		clear(p.entries)
		p.entries = p.entries[:0]
	}
	p.entries = append(p.entries, e)
	p.mu.Unlock()
}

// fetch brings the commits that came since to the subscribers.
func (r *recent) fetch() {
	p := &r.pending
	p.mu.Lock()
	entries := p.entries
	p.entries = r.seen[:0]
	p.mu.Unlock()
	if len(entries) > 0 {
		for i := range entries {
			entries[i].boxKeys()
		}
		r.put(entries)
	}
	clear(entries)
	r.seen = entries
}

// boxKeys makes the keys that events carry, which are the same for all subscribers.
func (e *logEntry) boxKeys() {
	if e.more == nil {
		e.one[0].boxed = e.one[0].boxedKey()
		return
	}
	e.more = slices.Clone(e.more) // others read them
	for i := range e.more {
		e.more[i].boxed = e.more[i].boxedKey()
	}
}

// put adds commits, and forgets those before a gap.
func (r *recent) put(entries []logEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if entries[0].revision != r.log.next {
		r.log = commitLog{}
	}
	for i := range entries {
		r.log.put(entries[i])
	}
}

// read copies commits from revision on into buf and returns how many: none where
// there is nothing new. It is false where the log has to be asked.
func (r *recent) read(revision uint64, buf []logEntry) (n int, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.closed || revision < r.log.first || revision+recentCommits < r.log.next {
		return 0, false
	}
	n, _ = r.log.read(revision, buf)
	return n, true
}

// drop lets go of all commits; with closed no more are read.
func (r *recent) drop(closed bool) {
	r.pending.mu.Lock()
	r.pending.entries = nil
	r.pending.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.log, r.closed = commitLog{first: r.log.next, next: r.log.next}, r.closed || closed
}
