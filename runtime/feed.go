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
	t := f.t
	return t.on(types, func(ev *rowEvent) {
		var out Event[R]
		setEvent(&out, t, ev)
		fn(out)
	})
}

// Watch returns the changes of the bucket as a sequence: those after the call
// of Watch, unless an option says otherwise. A loop over it waits for changes
// until it breaks, ctx is done or the store is closed. The loop body may read
// and write the store. The sequence can be walked once. A watcher that falls
// too far behind receives one [Lagged] event and goes on from there.
func (f *Feed[K, R]) Watch(ctx context.Context, opts ...WatchOption) iter.Seq[Event[R]] {
	t, events := f.t, f.t.watch(ctx, opts)
	return func(yield func(Event[R]) bool) {
		events(func(ev *rowEvent) bool {
			var out Event[R]
			setEvent(&out, t, ev)
			return yield(out)
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

// rowEvent is an [Event] of rows: Old and New of the event are not set.
type rowEvent struct {
	Event[struct{}]
	old, new *row
}

// setEvent makes an empty event that of a row, with copies of its records. A result would
// be copied once more, which takes an event a tenth longer.
//
//go:noinline
func setEvent[R any](out *Event[R], t *table, ev *rowEvent) {
	out.Revision, out.Bucket, out.Type, out.Reason = ev.Revision, ev.Bucket, ev.Type, ev.Reason
	out.Key, out.From, out.To = ev.Key, ev.From, ev.To
	if ev.old != nil {
		out.Old = *recordOf[R](t.own(ev.old))
	}
	if ev.new != nil {
		out.New = *recordOf[R](t.own(ev.new))
	}
}

func (t *table) on(types []EventType, fn func(*rowEvent)) (stop func()) {
	types = slices.Clone(types)
	var ev rowEvent
	return handle(t.store, fn, func(e *logEntry, missed [2]uint64, fn func(*rowEvent)) {
		t.each(e, missed, types, &ev, func() bool {
			fn(&ev)
			return true
		})
	})
}

func (t *table) watch(ctx context.Context, opts []WatchOption) func(yield func(*rowEvent) bool) {
	var o watchOptions
	for _, opt := range opts {
		opt(&o)
	}
	var first snapshot
	var from uint64
	if o.snapshot {
		first, from = t.snapshotAt()
		o.from = &from
	}
	sub, err := t.store.subscribe(watcherKind, o.from, o.unbounded)
	if err != nil {
		if o.snapshot {
			first.release()
		}
		return func(func(*rowEvent) bool) {}
	}
	unhook := context.AfterFunc(ctx, sub.stop)
	ended := func() bool { return ctx.Err() != nil || sub.isStopped() } // AfterFunc takes a moment
	return func(yield func(*rowEvent) bool) {
		var ev rowEvent
		defer unhook()
		defer sub.stop()
		if o.snapshot {
			defer first.release()
		}
		if sub.isStopped() || ctx.Err() != nil {
			return
		}
		if o.snapshot {
			now := t.now()
			for r := range first.all() {
				if ended() {
					return
				}
				if t.expired(r, now) {
					continue
				}
				of := Event[struct{}]{Revision: from, Bucket: t.name, Type: Inserted, Key: t.key.box(t.keyOf(r))}
				ev = rowEvent{of, nil, r}
				if !yield(&ev) {
					return
				}
			}
			first = snapshot{release: first.release} // the collector may have the rest
		}
		sub.deal(func(e *logEntry, missed [2]uint64) bool {
			return t.each(e, missed, o.types, &ev, func() bool { return !ended() && yield(&ev) })
		})
	}
}

// each calls fn with ev set to one change after the other of this bucket in a commit, or to
// what was missed. It returns false when fn does. There is one ev for all: handed on by
// value through four calls, an event took twice the time.
func (t *table) each(e *logEntry, missed [2]uint64, types []EventType, ev *rowEvent, fn func() bool) bool {
	if e == nil {
		*ev = rowEvent{Event: Event[struct{}]{Revision: missed[1], Bucket: t.name, Type: Lagged, From: missed[0], To: missed[1]}}
		return fn()
	}
	changes := e.changes()
	for i := range changes {
		ch := &changes[i]
		if ch.table != t || len(types) > 0 && !slices.Contains(types, ch.typ) {
			continue
		}
		ev.Revision, ev.Bucket, ev.Type, ev.Reason = e.revision, t.name, ch.typ, ch.reason
		ev.Key, ev.From, ev.To = ch.boxedKey(), 0, 0
		ev.old, ev.new = ch.old, ch.new
		if !fn() {
			return false
		}
	}
	*ev = rowEvent{} // the collector may have the records
	return true
}

// handle runs a handler in a goroutine of its own. Each calls it with the events of a
// commit, or of what was missed. Panics are contained, and once the handler is stopped
// it is not called.
func handle[E any](s *Store, fn func(E), each func(e *logEntry, missed [2]uint64, fn func(E))) (stop func()) {
	sub, err := s.subscribe(handlerKind, nil, false)
	if err != nil {
		return func() {}
	}
	call := func(ev E) {
		if !sub.isStopped() {
			defer s.contain()
			fn(ev)
		}
	}
	go func() {
		defer sub.stop()
		sub.deal(func(e *logEntry, missed [2]uint64) bool {
			each(e, missed, call)
			return true
		})
	}()
	return sub.stop
}
