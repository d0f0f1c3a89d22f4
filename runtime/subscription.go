package noex

import (
	"sync"
	"sync/atomic"
)

// subscription is one follower of the commits of a store, with its own place
// in the log. Its fields but signal, seen and stopped belong to the goroutine
// that reads.
type subscription struct {
	store *Store
	kind  subscriptionKind
	// unbounded is set for one that the log keeps everything for, pinned for
	// one that it keeps something for.
	unbounded bool
	pinned    bool
	since     uint64 // the revision at which it began
	next      uint64
	buf       [32]logEntry

	signaled chan struct{}
	stopped  chan struct{}
	stopOnce sync.Once
	// over is set when stopped is closed, or is about to be. It is asked before each
	// call of a handler, of which a look at the channel took a tenth.
	over  atomic.Bool
	seen  atomic.Uint64 // the last revision that was dealt with
	needs atomic.Uint64 // the next revision to be read
}

// subscriptionKind says who reads. Settle waits for all but watchers, whose
// loops are the program's own.
type subscriptionKind string

const (
	handlerKind subscriptionKind = "handler"
	watcherKind subscriptionKind = "watcher"
	engineKind  subscriptionKind = "live queries"
)

// subscribe follows the commits after revision from, or those to come. For one
// that is unbounded the log keeps what it has not read.
func (s *Store) subscribe(kind subscriptionKind, from *uint64, unbounded bool) (*subscription, error) {
	sub := &subscription{
		store: s, kind: kind, unbounded: unbounded, pinned: unbounded || kind == engineKind,
		signaled: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.state != storeOpen {
		return nil, ErrClosed
	}
	sub.since, sub.next = s.revision, s.revision+1
	if from != nil && *from < s.revision {
		sub.next = *from + 1
	}
	sub.seen.Store(sub.next - 1)
	sub.needs.Store(sub.next)
	s.log.follow()
	if sub.pinned {
		if s.log.pins == nil {
			s.log.pins = make(map[*subscription]struct{})
		}
		s.log.pins[sub] = struct{}{}
	}
	s.bus.add(sub)
	return sub, nil
}

func (sub *subscription) signal() {
	select {
	case sub.signaled <- struct{}{}:
	default:
	}
}

// stop ends the subscription: no handler call begins after it. It may be
// called from inside the handler, and again.
func (sub *subscription) stop() {
	sub.stopOnce.Do(func() {
		sub.over.Store(true)
		close(sub.stopped)
		if sub.pinned {
			sub.unpin()
		}
		sub.store.bus.remove(sub)
	})
}

// unpin lets the log drop what the subscriber has not read.
func (sub *subscription) unpin() {
	sub.store.mu.Lock()
	defer sub.store.mu.Unlock()
	delete(sub.store.log.pins, sub)
}

func (sub *subscription) isStopped() bool { return sub.over.Load() }

// batch returns commits that were not read yet, none if there are none, and
// the revisions that are no longer there.
func (sub *subscription) batch() (entries []logEntry, missed [2]uint64, end bool) {
	defer func() { sub.needs.Store(sub.next) }()
	s := sub.store
	// The bus does not come by for what was committed before.
	if !sub.pinned && sub.next > sub.since {
		if n, ok := s.bus.recent.read(sub.next, sub.buf[:]); ok {
			sub.next += uint64(n)
			return sub.buf[:n], missed, false
		}
	}
	s.mu.RLock()
	n, from := s.log.read(sub.next, sub.buf[:])
	revision, closed := s.revision, s.state == storeClosed
	s.mu.RUnlock()
	if n == 0 {
		if sub.next <= revision { // all that is missing is gone from the log
			missed = [2]uint64{sub.next, revision}
			sub.next = revision + 1
			return nil, missed, false
		}
		return nil, missed, closed
	}
	if from > sub.next {
		missed = [2]uint64{sub.next, from - 1}
	}
	sub.next = from + uint64(n)
	return sub.buf[:n], missed, false
}

// deal hands every commit to fn until the subscription is stopped or the store
// is closed and all is dealt with.
func (sub *subscription) deal(fn func(e *logEntry, missed [2]uint64) bool) {
	for !sub.isStopped() {
		entries, missed, end := sub.batch()
		switch {
		case end:
			return
		case missed[1] != 0 && !fn(nil, missed):
			return
		case len(entries) == 0 && missed[1] == 0:
			select {
			case <-sub.signaled:
			case <-sub.stopped:
			}
		}
		for i := range entries {
			if !fn(&entries[i], [2]uint64{}) {
				return
			}
			sub.seen.Store(entries[i].revision)
			entries[i] = logEntry{}
		}
		if len(entries) > 0 || missed[1] != 0 {
			sub.seen.Store(sub.next - 1)
			sub.store.bus.noteProgress()
		}
	}
}
