package noex

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

// TxOption says how a transaction runs.
type TxOption func(*txOptions)

type txOptions struct {
	retries int
	durable bool
}

// Retry runs the function of the transaction up to n more times while its
// commit fails with a conflict. The function must not mind running again.
func Retry(n int) TxOption { return func(o *txOptions) { o.retries = n } }

// Durable waits after the commit until it is stored, and returns the error of
// Store.Flush, or of a Store.Close that came in between, if it could not be; the
// commit itself stands then.
func Durable() TxOption { return func(o *txOptions) { o.durable = true } }

// RunTx calls fn with a snapshot that notes what is read and, when fn returns
// nil, commits what was written through the writers bound to it: all of it, at
// one revision, or nothing. Generated code wraps it as Store.Tx.
//
// Transactions are optimistic and serializable. At the commit everything that
// fn read, single records and conditions, must still be as it was; otherwise
// the result is a *ConflictError. A transaction that only read commits always:
// it saw one revision.
func (s *Store) RunTx(fn func(*Snapshot) error, opts ...TxOption) error {
	var o txOptions
	for _, opt := range opts {
		opt(&o)
	}
	for attempt := 0; ; attempt++ {
		err := s.attempt(fn)
		if err != nil && attempt < o.retries && errors.Is(err, ErrConflict) {
			continue
		}
		if err == nil && o.durable {
			if err = s.Flush(context.Background()); errors.Is(err, ErrClosed) {
				err = s.Close() // which has saved it
			}
		}
		return err
	}
}

// insist runs a transaction until its commit fails with no conflict.
func (s *Store) insist(fn func(*Snapshot) error) error {
	for {
		if err := s.attempt(fn); err == nil || !errors.Is(err, ErrConflict) {
			return err
		}
	}
}

func (s *Store) attempt(fn func(*Snapshot) error) error {
	sn := s.openSnapshot(true)
	defer sn.close()
	if err := fn(sn); err != nil {
		return err
	}
	return sn.commit()
}

// commit checks and applies the writes of a transaction.
func (sn *Snapshot) commit() error {
	var room [len(sn.room)]*view
	writers := room[:0]
	for _, v := range sn.views {
		if v.writesAny() {
			writers = append(writers, v)
		}
	}
	if len(writers) == 0 {
		return nil
	}
	slices.SortFunc(writers, func(a, b *view) int { return cmp.Compare(a.t.number, b.t.number) })
	if err := sn.foresee(); err != nil {
		return err
	}
	return sn.store.write(func(c *commit) error {
		now := sn.store.clock.now()
		for _, v := range sn.views {
			if err := v.conflict(now); err != nil {
				return err
			}
		}
		for _, v := range writers {
			if err := v.check(now); err != nil {
				return err
			}
		}
		sn.leave() // its own changes are nothing to it
		for _, v := range writers {
			c.expect(len(v.writes))
			v.apply(c, now)
		}
		c.fold()
		return nil
	})
}

// foresee looks for conflicts with the commits up to now, so that the lock need
// not be held for it.
func (sn *Snapshot) foresee() error {
	sn.store.mu.RLock()
	since := sn.since
	sn.store.mu.RUnlock()
	for _, v := range sn.views {
		v.note(since)
		if err := v.foresee(since); err != nil {
			return err
		}
	}
	return nil
}

// write is what a transaction leaves of a key that it wrote.
type write struct {
	base
	rec  *row // nil: deleted
	rank uint64
	// fresh is set when the record was inserted and not only changed: it goes
	// to the end of the bucket, even if the key had one before.
	fresh bool
	// blind is set when the key was deleted without anything else being made
	// of it: that somebody else deleted it as well is no conflict.
	blind bool
	// why is the reason of a delete.
	why Reason
}

// put notes what becomes of a key, and what it was before if w, what was written of it
// already, is nil.
func (v *view) put(w *write, k hashedKey, rec *row, fresh bool) *write {
	if w == nil {
		w = v.newWrite()
		w.base = *v.meet(k)
		w.rank = w.base.rank
		v.writeKeys.add(k)
		v.writes = append(v.writes, w)
	} else if v.whole {
		v.before = append(v.before, was{w, *w})
	}
	w.rec = rec
	w.blind, w.why = false, ReasonExplicit
	if fresh {
		v.last++
		w.rank, w.fresh = v.last, true
	}
	return w
}

// newWrite returns room for a write: the more there were, the more is made at once.
func (v *view) newWrite() *write {
	if len(v.room) == 0 {
		v.room = make([]write, min(len(v.writes)+1, readAhead))
	}
	w := &v.room[0]
	v.room = v.room[1:]
	return w
}

// was is what a write said before it was changed.
type was struct {
	w     *write
	write write
}

// allOrNone runs fn and, if it fails, takes back what it has written.
func (v *view) allOrNone(fn func() error) error {
	written := len(v.writes)
	v.whole = true
	err := fn()
	v.whole = false
	if err != nil {
		for _, was := range slices.Backward(v.before) {
			*was.w = was.write
		}
		for _, w := range v.writes[written:] {
			v.reads.key(w.hashedKey)
		}
		v.writeKeys.cut(written)
		clear(v.writes[written:])
		v.writes = v.writes[:written]
	}
	v.before = nil
	return err
}

func (v *view) writesAny() bool { return len(v.writes) > 0 }

func (v *view) foresee(since changeList) error {
	for _, ch := range since.from(0) {
		if k, old, rec, ok := v.noticed(ch); ok && v.reads.touchedBy(k, old, rec) {
			return &ConflictError{Bucket: v.t.name, Key: v.t.key.box(k.key())}
		}
	}
	v.foreseen = since.n
	return nil
}

// noticed returns what a change that others committed made of which record, false
// if it is in another bucket or the record could not be seen.
func (v *view) noticed(ch *change) (k hashedKey, old, rec *row, ok bool) {
	if ch.table != v.t {
		return k, nil, nil, false
	}
	return v.t.hashed(ch.key()), ch.old, ch.new, ch.new != nil || v.visible(ch.old) != nil
}

func (v *view) conflict(now Millis) error {
	v.catchUp()
	for _, ch := range v.sn.since.from(v.foreseen) {
		if k, old, rec, ok := v.noticed(ch); ok && v.reads.touchedBy(k, old, rec) {
			return &ConflictError{Bucket: v.t.name, Key: v.t.key.box(k.key())}
		}
	}
	for _, w := range v.writes {
		if u, changed := v.undo[w.key()]; changed && v.overwrites(w, u) {
			return &ConflictError{Bucket: v.t.name, Key: v.t.key.box(w.key())}
		}
	}
	for _, rec := range v.t.expiring(v.sn.now, now) {
		k := v.t.hashed(v.t.keyOf(rec))
		w := v.writeOf(k)
		if v.reads.touchedBy(k, rec, nil) || w != nil && !w.blind {
			return &ConflictError{Bucket: v.t.name, Key: v.t.key.box(k.key())}
		}
	}
	return nil
}

// overwrites reports whether the record of a key that the transaction wrote has
// become another or none. One that both have deleted is no conflict.
func (v *view) overwrites(w *write, u undone) bool {
	return u.exists || !w.blind && v.visible(u.rec) != nil
}

// expiring returns the records whose time to live has ended after one time and
// not after another.
func (t *table) expiring(after, until Millis) (recs []*row) {
	if t.expiry == nil {
		return nil
	}
	for e := range t.expiry.Ascend(dueAfter(after), dueAfter(until)) {
		recs = append(recs, t.records.Get(e.Slot))
	}
	return recs
}
