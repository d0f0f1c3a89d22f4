package noex

import (
	"context"
	"iter"
	"slices"
)

// Feed lets a program follow the changes of one bucket. It is safe for
// concurrent use.
type Feed[K Key, R any] struct{ t *table }

// On calls fn for every change of the bucket from now on, or only for those of
// the given types, one at a time and in order, from a goroutine of its own.
// The handler may read and write the store. One that falls more than the log
// of recent commits behind receives a single [Lagged] event, whatever types it
// asked for, and goes on from there. stop ends it: no call begins after stop
// has returned, but one that is running goes on; stop may be called again and
// from inside fn. On a closed store On does nothing.
func (f *Feed[K, R]) On(fn func(Event[R]), types ...EventType) (stop func()) {
	types = slices.Clone(types)
	return f.t.store.handle(func(e *logEntry, missed [2]uint64, call func(func())) {
		f.each(e, missed, types, func(ev Event[R]) bool {
			call(func() { fn(ev) })
			return true
		})
	})
}

// Watch returns the changes of the bucket as a sequence: those after the call
// of Watch, unless an option says otherwise. A loop over it waits for changes
// until it breaks, ctx is done or the store is closed. The loop body may read
// and write the store. The sequence can be walked once. A watcher that falls
// too far behind receives one [Lagged] event and goes on from there.
func (f *Feed[K, R]) Watch(ctx context.Context, opts ...WatchOption) iter.Seq[Event[R]] {
	var o watchOptions
	for _, opt := range opts {
		opt(&o)
	}
	t := f.t
	var first snapshot
	var from uint64
	if o.snapshot {
		first, from = t.snapshotAt()
		o.from = &from
	}
	sub, err := t.store.subscribe(watcherKind, o.from, o.unbounded)
	if err != nil {
		return func(func(Event[R]) bool) {}
	}
	unhook := context.AfterFunc(ctx, sub.stop)
	ended := func() bool { return ctx.Err() != nil || sub.isStopped() } // AfterFunc takes a moment
	return func(yield func(Event[R]) bool) {
		defer unhook()
		defer sub.stop()
		if sub.isStopped() || ctx.Err() != nil {
			return
		}
		if o.snapshot {
			now := t.now()
			for r := range first.all {
				if ended() {
					return
				}
				if t.expired(r, now) {
					continue
				}
				if !yield(Event[R]{Revision: from, Bucket: t.name, Type: Inserted, Key: t.key.box(t.keyOf(r)), New: copyOut[R](t, r)}) {
					return
				}
			}
			first = snapshot{}
		}
		sub.deal(func(e *logEntry, missed [2]uint64) bool {
			return f.each(e, missed, o.types, func(ev Event[R]) bool { return !ended() && yield(ev) })
		})
	}
}

// WatchOption says what Watch begins with and what it yields.
type WatchOption func(*watchOptions)

type watchOptions struct {
	from     *uint64
	snapshot bool
	types    []EventType

	unbounded bool
}

// FromRevision yields everything after a revision, as far as the log of recent
// commits reaches back; what it does not reach is one [Lagged] event.
func FromRevision(revision uint64) WatchOption {
	return func(o *watchOptions) { o.from = &revision }
}

// WithSnapshot yields every record of the bucket first, as [Inserted] events
// that carry the revision of the snapshot, and then everything after it.
func WithSnapshot() WatchOption {
	return func(o *watchOptions) { o.snapshot = true }
}

// Unbounded keeps everything that the watcher has not seen yet, so that it
// receives no [Lagged] event, however slow it is: memory grows instead, and so
// it does for a sequence that is never walked, until its context is done. It
// does not bring back what the log no longer held before.
func Unbounded() WatchOption {
	return func(o *watchOptions) { o.unbounded = true }
}

// OnlyTypes yields changes of the given types only, and [Lagged].
func OnlyTypes(types ...EventType) WatchOption {
	types = slices.Clone(types)
	return func(o *watchOptions) { o.types = types }
}

// each calls fn for the changes of this bucket in a commit, or for what was
// missed. It returns false when fn does.
func (f *Feed[K, R]) each(e *logEntry, missed [2]uint64, types []EventType, fn func(Event[R]) bool) bool {
	t := f.t
	if e == nil {
		return fn(Event[R]{Revision: missed[1], Bucket: t.name, Type: Lagged, From: missed[0], To: missed[1]})
	}
	for _, ch := range e.changes() {
		if ch.table != t || len(types) > 0 && !slices.Contains(types, ch.typ) {
			continue
		}
		ev := Event[R]{Revision: e.revision, Bucket: t.name, Type: ch.typ, Reason: ch.reason, Key: t.key.box(ch.key())}
		if ch.old != nil {
			ev.Old = copyOut[R](t, ch.old)
		}
		if ch.new != nil {
			ev.New = copyOut[R](t, ch.new)
		}
		if !fn(ev) {
			return false
		}
	}
	return true
}

// handle runs a handler in a goroutine of its own. The handler calls user code
// through call, which contains panics and does nothing once it is stopped.
func (s *Store) handle(fn func(e *logEntry, missed [2]uint64, call func(func()))) (stop func()) {
	sub, err := s.subscribe(handlerKind, nil, false)
	if err != nil {
		return func() {}
	}
	call := func(user func()) {
		if !sub.isStopped() {
			s.guarded(user)
		}
	}
	go func() {
		defer sub.stop()
		sub.deal(func(e *logEntry, missed [2]uint64) bool {
			fn(e, missed, call)
			return true
		})
	}()
	return sub.stop
}
