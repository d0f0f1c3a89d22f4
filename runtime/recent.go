package noex

import "sync"

// recentCommits is how many commits the bus keeps for its subscribers.
const recentCommits = 1 << 10

// recent are the last commits, for those who follow them: so they keep no writer
// from the lock of the store, however many they are. What is no longer here they
// find in the log.
//
//	commit ──▶ pending ──▶ ring ──▶ subscribers
//	               the bus
type recent struct {
	pending struct {
		mu      sync.Mutex
		entries []logEntry // that the bus has not seen
	}
	seen []logEntry // by the bus, which has used them

	mu   sync.RWMutex
	ring []logEntry // nil before the first commit, and after the last subscriber
	// first and next are as those of the log.
	first, next uint64
	closed      bool
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
		r.put(entries)
	}
	clear(entries)
	r.seen = entries
}

// put adds commits to the ring, at most as many as it holds.
func (r *recent) put(entries []logEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ring == nil {
		r.ring = make([]logEntry, recentCommits)
	}
	from := entries[0].revision
	if from != r.next {
		r.first = from
	}
	for i := range entries {
		r.ring[entries[i].revision%recentCommits] = entries[i]
	}
	r.next = from + uint64(len(entries))
	r.first = max(r.first, r.next-min(r.next, recentCommits))
}

// read copies commits from revision on into buf and returns how many: none where
// there is nothing new. It is false where the log has to be asked.
func (r *recent) read(revision uint64, buf []logEntry) (n int, ok bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.closed || revision < r.first {
		return 0, false
	}
	for revision+uint64(n) < r.next && n < len(buf) {
		buf[n] = r.ring[(revision+uint64(n))%recentCommits]
		n++
	}
	return n, true
}

// drop lets go of all commits; with closed no more are read.
func (r *recent) drop(closed bool) {
	r.pending.mu.Lock()
	r.pending.entries = nil
	r.pending.mu.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring, r.first, r.closed = nil, r.next, r.closed || closed
}
