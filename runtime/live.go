package noex

import (
	"context"
	"iter"
	"slices"
	"sync"
)

// Live is a query whose result is kept up to date. It is safe for concurrent
// use.
//
// The function of the query runs in a snapshot that notes what it reads; it
// runs again when a commit changes something of that, and only then. Results
// come in the order of their revisions, a burst of commits gives one result
// for the newest, and a result equal to the one before is not delivered. An
// error is reported and the last result kept; the query goes on.
//
// Everybody gets the same result, which must not be changed: the next one is
// compared with it.
type Live[T any] struct {
	node  *liveNode
	eval  func(*Snapshot) (T, error)
	equal func(a, b T) bool
	fail  func(error)

	mu       sync.Mutex
	value    T
	revision uint64
	err      error
	subs     []*liveSub[T]
	stopped  bool
}

// liveSub delivers results to one subscriber: the newest it has not seen.
type liveSub[T any] struct {
	fn      func(T)
	wake    chan struct{} // for Watch; nil for Subscribe
	last    T             // what it knows
	pending bool
	due     uint64 // the revision of the commit that made it pending
	running bool
	stopped bool
}

// LiveOption says how a live query behaves.
type LiveOption[T any] func(*Live[T])

// LiveEqual replaces the comparison that decides whether a result is new. The
// default compares deeply, times as instants and NaN as equal to itself.
func LiveEqual[T any](equal func(a, b T) bool) LiveOption[T] {
	return func(l *Live[T]) { l.equal = equal }
}

// LiveOnError calls fn with the error of each evaluation that fails.
func LiveOnError[T any](fn func(error)) LiveOption[T] {
	return func(l *Live[T]) { l.fail = fn }
}

// NewLive evaluates a query and keeps its result up to date until Stop or the
// end of the store. When the first evaluation fails there is no live query.
// Generated code wraps it as Live.
func NewLive[T any](s *Store, eval func(*Snapshot) (T, error), opts ...LiveOption[T]) (*Live[T], error) {
	l := &Live[T]{eval: eval, equal: equalValues[T]}
	for _, opt := range opts {
		opt(l)
	}
	l.node = &liveNode{engine: &s.live, run: l.rerun}
	if err := s.live.start(); err != nil {
		return nil, err
	}
	sn := s.openSnapshot(true)
	defer sn.close()
	value, err := l.eval(sn)
	if err != nil {
		return nil, err
	}
	l.value, l.revision = value, sn.revision
	s.live.file(l.node, sn)
	return l, nil
}

// Value returns the newest result.
func (l *Live[T]) Value() T {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.value
}

// Revision returns the revision that the newest result stands for.
func (l *Live[T]) Revision() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.revision
}

// Err returns the error of the last evaluation, nil if it succeeded.
func (l *Live[T]) Err() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// Subscribe calls fn with every new result from now on, one at a time and in
// order; a subscriber that is slow gets the newest only. fn may read and write
// the store. stop ends it: no call begins after stop has returned; it may be
// called again and from inside fn. After Stop no call begins either.
func (l *Live[T]) Subscribe(fn func(T)) (stop func()) {
	sub := &liveSub[T]{fn: fn}
	return l.add(sub)
}

// Watch yields the current result and then every new one, the newest only if
// the loop is slow, until it breaks, ctx is done, or the query or the store
// ends.
func (l *Live[T]) Watch(ctx context.Context) iter.Seq[T] {
	return func(yield func(T) bool) {
		sub := &liveSub[T]{wake: make(chan struct{}, 1)}
		defer l.add(sub)()
		if ctx.Err() != nil || !yield(sub.last) {
			return
		}
		for {
			l.mu.Lock()
			value, pending, ended := l.value, sub.pending, l.stopped
			sub.pending = false
			l.mu.Unlock()
			if ctx.Err() != nil {
				return
			}
			if pending {
				if l.isNew(sub, value) && !yield(value) {
					return
				}
				continue
			}
			if ended {
				return
			}
			select {
			case <-sub.wake:
			case <-ctx.Done():
				return
			case <-l.node.engine.store.stop:
				return
			}
		}
	}
}

// Stop ends the query; its value stays. It may be called again.
func (l *Live[T]) Stop() {
	l.node.engine.remove(l.node)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	for _, sub := range l.subs {
		sub.signal()
	}
}

func (l *Live[T]) add(sub *liveSub[T]) (stop func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.subs = append(l.subs, sub)
	sub.last = l.value
	l.node.engine.subscribed(l.node, 1)
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if sub.stopped {
			return
		}
		sub.stopped = true
		l.node.engine.subscribed(l.node, -1)
		l.subs = slices.DeleteFunc(l.subs, func(x *liveSub[T]) bool { return x == sub })
	}
}

// rerun evaluates the query again, because of the commit of revision due, and
// hands on a result that is new.
func (l *Live[T]) rerun(due uint64) {
	engine := l.node.engine
	sn := engine.store.openSnapshot(true)
	defer sn.close()
	var value T
	err := errPanicked
	engine.store.guarded(func() { value, err = l.eval(sn) })
	engine.file(l.node, sn)
	if err != nil {
		l.mu.Lock()
		l.err = err
		l.mu.Unlock()
		if l.fail != nil {
			engine.store.guarded(func() { l.fail(err) })
		}
		return
	}
	same := l.same(l.Value(), value)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped {
		return
	}
	l.revision, l.err = sn.revision, nil
	if same {
		return
	}
	l.value = value
	for _, sub := range l.subs {
		l.hand(sub, due)
	}
}

// same compares two results; one that cannot be compared is another.
func (l *Live[T]) same(a, b T) (same bool) {
	l.node.engine.store.guarded(func() { same = l.equal(a, b) })
	return same
}

// isNew reports whether a subscriber does not know a result yet: between two
// that it got, the result may have changed and changed back.
func (l *Live[T]) isNew(sub *liveSub[T], value T) bool {
	if l.same(sub.last, value) {
		return false
	}
	sub.last = value
	return true
}

// hand tells a subscriber that there is a new result. It needs the mutex.
func (l *Live[T]) hand(sub *liveSub[T], due uint64) {
	if sub.wake != nil {
		sub.pending = true
		sub.signal()
		return
	}
	if sub.pending {
		return
	}
	sub.pending, sub.due = true, due
	engine := l.node.engine
	engine.mu.Lock()
	engine.owe(due)
	engine.mu.Unlock()
	if !sub.running {
		sub.running = true
		go l.deliver(sub)
	}
}

// deliver calls a subscriber until it has seen the newest result.
func (l *Live[T]) deliver(sub *liveSub[T]) {
	engine := l.node.engine
	for {
		l.mu.Lock()
		if !sub.pending {
			sub.running = false
			l.mu.Unlock()
			return
		}
		sub.pending = false
		value, due, ended := l.value, sub.due, sub.stopped || l.stopped
		l.mu.Unlock()
		if !ended && l.isNew(sub, value) {
			engine.store.guarded(func() { sub.fn(value) })
		}
		engine.mu.Lock()
		engine.paid(due)
		engine.mu.Unlock()
	}
}

func (sub *liveSub[T]) signal() {
	if sub.wake == nil {
		return
	}
	select {
	case sub.wake <- struct{}{}:
	default:
	}
}
