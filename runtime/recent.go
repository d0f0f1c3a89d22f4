package noex

import "sync"

// recentCommits is how many commits the bus keeps for its subscribers.
const recentCommits = 1 << 10

// recent are the last commits, as the bus has read them from the log. Those who
// follow the commits read them here, so that they keep no writer from the lock of
// the store, however many they are. What is no longer here they find in the log.
type recent struct {
	mu   sync.RWMutex
	ring []logEntry // nil before the first commit, and after closed
	// first and next are as those of the log.
	first, next uint64
	closed      bool
	buf         [128]logEntry // of the bus
}

// fetch reads the commits that came since.
func (r *recent) fetch(s *Store) {
	for {
		s.mu.RLock()
		next := max(r.next, s.revision+1-min(s.revision+1, recentCommits))
		n, from := s.log.read(next, r.buf[:])
		s.mu.RUnlock()
		if n == 0 {
			return
		}
		r.put(from, r.buf[:n])
		clear(r.buf[:n])
	}
}

func (r *recent) put(from uint64, entries []logEntry) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ring == nil {
		r.ring = make([]logEntry, recentCommits)
	}
	if from != r.next || r.first == r.next {
		r.first = from
	}
	for i := range entries {
		r.ring[(from+uint64(i))%recentCommits] = entries[i]
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

// drop lets go of all commits; with closed no more come.
func (r *recent) drop(closed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ring, r.first, r.closed = nil, r.next, r.closed || closed
}
