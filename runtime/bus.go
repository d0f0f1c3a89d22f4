package noex

import (
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"sync/atomic"
)

// bus wakes the subscribers after a commit. A commit only hands itself over and
// raises a flag; the goroutine of the bus does the rest, so that what a commit
// pays does not grow with the number of subscribers.
type bus struct {
	store *Store
	// awake is set from a commit until the bus has seen it.
	awake atomic.Bool
	woken chan struct{}

	mu   sync.Mutex
	subs map[*subscription]struct{}
	// count is len(subs), for a commit to look at without mu, and readers how many of
	// them read recent.
	count, readers atomic.Int64
	// progress is closed and replaced when a subscriber has caught up while
	// somebody waits for that.
	progress chan struct{}
	awaited  atomic.Bool

	recent recent
}

func (b *bus) init(s *Store) {
	b.store = s
	b.woken = make(chan struct{}, 1)
	b.subs = make(map[*subscription]struct{})
	b.progress = make(chan struct{})
}

// noteCommit takes note of the last commit of the log, and reports whether the
// bus has to be woken for it. It needs the lock of the store.
func (b *bus) noteCommit(l *commitLog) bool {
	if b.count.Load() == 0 {
		return false
	}
	if b.readers.Load() > 0 {
		b.recent.add(*l.at(l.next - 1))
	}
	if b.awake.Load() { // as mostly in a burst: to look at it takes less than to try to set it
		return false
	}
	b.awake.Store(true)
	return true
}

func (b *bus) wake() { b.woken <- struct{}{} }

func (b *bus) run() {
	for {
		select {
		case <-b.store.stop:
			b.recent.drop(true)
			b.signalAll()
			return
		case <-b.woken:
			b.awake.Store(false)
			b.recent.fetch()
			b.signalAll()
		}
	}
}

func (b *bus) signalAll() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for sub := range b.subs {
		sub.signal()
	}
}

func (b *bus) add(sub *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs[sub] = struct{}{}
	b.count.Store(int64(len(b.subs)))
	if !sub.pinned {
		b.readers.Add(1)
	}
}

func (b *bus) remove(sub *subscription) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.subs, sub)
	b.count.Store(int64(len(b.subs)))
	if !sub.pinned && b.readers.Add(-1) == 0 {
		b.recent.drop(false)
	}
	b.noteProgressLocked()
}

// list returns the subscriptions.
func (b *bus) list() []*subscription {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Collect(maps.Keys(b.subs))
}

func (b *bus) noteProgress() {
	if !b.awaited.Load() {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.noteProgressLocked()
}

func (b *bus) noteProgressLocked() {
	b.awaited.Store(false)
	close(b.progress)
	b.progress = make(chan struct{})
}

// behind reports whether a handler has not seen revision yet, and returns a
// channel that is closed when that may have changed.
func (b *bus) behind(revision uint64) (bool, <-chan struct{}) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.awaited.Store(true)
	for sub := range b.subs {
		if sub.kind != watcherKind && sub.seen.Load() < revision {
			return true, b.progress
		}
	}
	return false, b.progress
}

// guarded runs user code. A panic in it is counted and reported, no more.
func (s *Store) guarded(fn func()) {
	defer s.contain()
	fn()
}

// contain is deferred where user code is called.
func (s *Store) contain() {
	v := recover()
	if v == nil {
		return
	}
	s.panics.Add(1)
	if s.cfg.OnPanic == nil {
		return
	}
	defer func() {
		if recover() != nil {
			s.panics.Add(1)
		}
	}()
	s.cfg.OnPanic(v, debug.Stack())
}
