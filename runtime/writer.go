package noex

import (
	"fmt"
	"time"
)

// Writer writes a bucket with keys of type K, records of type R, inputs of
// type I and patches of type P.
//
// The writer of a store is safe for concurrent use; each call is one commit:
// all of it or, after an error, nothing. After Store.Close every call returns
// [ErrClosed]. The writer of a transaction belongs to its function: what it
// writes shows in the transaction at once and outside after the commit, which
// is when unique values are checked. After the transaction every call returns
// [ErrTxDone].
type Writer[K Key, R, I, P any] struct {
	t      *table[K, R]
	schema *Schema[K, R, I, P]
	v      *view[K, R] // nil: the store itself
}

// Insert adds a record: generated and default values fill what in leaves out.
// It returns the record as stored, or a *ValidationError, a *DuplicateKeyError
// for a key that exists, or a *UniqueError.
func (w Writer[K, R, I, P]) Insert(in I) (R, error) {
	now := MillisOf(time.Now())
	r, auto, err := w.build(in, now)
	if err != nil {
		return w.none(err)
	}
	if w.v != nil {
		return w.insertTx(r, auto)
	}
	c, err := w.t.store.begin()
	if err != nil {
		return w.none(err)
	}
	if err = w.insert(c, r, auto, now); err == nil {
		w.t.evict(c, now)
	}
	w.t.store.end(c)
	if err != nil {
		return w.none(err)
	}
	return w.t.copyOut(r), nil
}

// InsertMany adds records in one commit: all of them, or none and the error of
// the first that cannot be added. A *ValidationError names a record by its
// position, as in "[2].email".
func (w Writer[K, R, I, P]) InsertMany(ins []I) ([]R, error) {
	now := MillisOf(time.Now())
	recs, auto := make([]*R, len(ins)), make([]bool, len(ins))
	var issues []Issue
	for i := range ins {
		r, a, err := w.build(ins[i], now)
		if invalid, ok := err.(*ValidationError); ok {
			for _, is := range invalid.Issues {
				is.Field = fmt.Sprintf("[%d].%s", i, is.Field)
				issues = append(issues, is)
			}
		}
		recs[i], auto[i] = r, a
	}
	if len(issues) > 0 {
		return nil, &ValidationError{Bucket: w.t.name, Issues: issues}
	}
	if w.v != nil {
		return w.insertManyTx(recs, auto)
	}
	err := w.t.store.write(func(c *commit) error {
		for i, r := range recs {
			if err := w.insert(c, r, auto[i], now); err != nil {
				c.takeBack(0)
				return err
			}
		}
		w.t.evict(c, now)
		c.fold()
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]R, len(recs))
	for i, r := range recs {
		out[i] = w.t.copyOut(r)
	}
	return out, nil
}

// Upsert inserts a record or, if its key exists, replaces all its fields: the
// record keeps its place and its CreatedAt, and its version grows by one.
func (w Writer[K, R, I, P]) Upsert(in I) (R, error) {
	now := MillisOf(time.Now())
	r, auto, err := w.build(in, now)
	if err != nil {
		return w.none(err)
	}
	if w.v != nil {
		return w.upsertTx(r, auto)
	}
	t := w.t
	err = t.store.write(func(c *commit) error {
		slot, old, exists := t.find(t.key(r))
		if auto || !exists || t.expired(old, now) {
			if err := w.insert(c, r, auto, now); err != nil {
				return err
			}
			t.evict(c, now)
			return nil
		}
		t.succeed(r, old)
		w.noteNumber(r)
		return t.replace(c, slot, r, now)
	})
	if err != nil {
		return w.none(err)
	}
	return t.copyOut(r), nil
}

// Update changes the fields that patch gives. It returns the record as stored;
// an unknown key is a *NotFoundError, and the merged record has to be valid.
func (w Writer[K, R, I, P]) Update(key K, patch P) (R, error) {
	return w.change(key, patch, nil)
}

// Modify changes a record by a function, atomically: fn gets a copy of the
// record, and what it leaves there is stored unless fn returns an error, which
// Modify then returns. When the record changes meanwhile, fn is called again
// with the new one. A changed key, generated or immutable field is a
// *ValidationError with code "immutable"; changes of Meta are ignored, but for
// ExpiresAt in a bucket with a ttl.
func (w Writer[K, R, I, P]) Modify(key K, fn func(*R) error) (R, error) {
	var none P
	return w.change(key, none, fn)
}

// change replaces a record by a copy edited by fn or, if that is nil, by patch.
// The edit runs without the lock and is repeated if the record changed
// meanwhile.
func (w Writer[K, R, I, P]) change(key K, patch P, fn func(*R) error) (R, error) {
	if w.v != nil {
		return w.changeTx(key, patch, fn)
	}
	t := w.t
	for {
		t.store.mu.RLock()
		slot, old, ok := t.find(key)
		closed := t.store.state != storeOpen
		t.store.mu.RUnlock()
		now := MillisOf(time.Now())
		if closed {
			return w.none(ErrClosed)
		}
		if !ok || t.expired(old, now) {
			return w.none(&NotFoundError{Bucket: t.name, Key: key})
		}
		r := new(R)
		*r = t.copyOut(old)
		if err := w.edit(old, r, patch, fn, now); err != nil {
			return w.none(err)
		}
		c, err := t.store.begin()
		if err != nil {
			return w.none(err)
		}
		if !t.records.Holds(slot, old) {
			t.store.end(c)
			continue
		}
		err = t.replace(c, slot, r, now)
		t.store.end(c)
		if err != nil {
			return w.none(err)
		}
		return t.copyOut(r), nil
	}
}

// edit makes r, a copy of old, the next version of the record.
func (w Writer[K, R, I, P]) edit(old, r *R, patch P, fn func(*R) error, now Millis) error {
	t := w.t
	c := newCheck()
	var err error
	if fn != nil {
		err = fn(r)
	} else {
		w.schema.Patch(r, patch, c)
	}
	if err == nil {
		m, was := t.meta(r), t.meta(old)
		expires := m.ExpiresAt
		*m = Meta{Version: was.Version + 1, CreatedAt: was.CreatedAt, UpdatedAt: max(now, was.UpdatedAt)}
		if t.ttl > 0 {
			m.ExpiresAt = expires
		} else {
			m.ExpiresAt = was.ExpiresAt
		}
		w.schema.Guard(old, r, c)
		if t.clone != nil {
			t.clone(r)
		}
		w.schema.Check(r, c)
	}
	if issues := c.done(t.name); err == nil {
		err = issues
	}
	return err
}

// Delete removes a record. It returns false, and no error, for an unknown key.
func (w Writer[K, R, I, P]) Delete(key K) (bool, error) {
	if w.v != nil {
		return w.deleteTx(key)
	}
	t := w.t
	c, err := t.store.begin()
	if err != nil {
		return false, err
	}
	slot, r, ok := t.find(key)
	switch {
	case ok && t.expired(r, t.now()):
		t.remove(c, slot, ReasonExpired)
		ok = false
	case ok:
		t.remove(c, slot, ReasonExplicit)
	}
	t.store.end(c)
	return ok, nil
}

// Clear removes all records and returns how many there were. The autoincrement
// counter goes on.
func (w Writer[K, R, I, P]) Clear() (int, error) {
	if w.v != nil {
		return w.clearTx()
	}
	n := 0
	err := w.t.store.write(func(c *commit) error {
		n = w.t.clear(c, w.t.now())
		return nil
	})
	return n, err
}

// build makes a valid record of an input, and tells whether the store is free
// to choose its key.
func (w Writer[K, R, I, P]) build(in I, now Millis) (r *R, auto bool, err error) {
	t := w.t
	r = new(R)
	c := newCheck()
	w.schema.New(r, in, Gen{Now: now, Next: t.counter.Add(1)}, c)
	m := t.meta(r)
	*m = Meta{Version: 1, CreatedAt: now, UpdatedAt: now}
	if t.ttl > 0 {
		m.ExpiresAt = now + t.ttl
		if w.schema.InputExpiry != nil {
			if at, ok := w.schema.InputExpiry(in).Get(); ok {
				m.ExpiresAt = MillisOf(at)
			}
		}
	}
	if t.clone != nil {
		t.clone(r)
	}
	w.schema.Check(r, c)
	return r, w.schema.SetKey != nil && !w.schema.HasKey(in), c.done(t.name)
}

// insert adds a record whose key the store may choose if auto is set: it draws
// numbers until one is free, since callers may have used some.
func (w Writer[K, R, I, P]) insert(c *commit, r *R, auto bool, now Millis) error {
	t := w.t
	for {
		err := t.insert(c, r, now)
		if _, taken := err.(*DuplicateKeyError); auto && taken {
			w.schema.SetKey(r, t.counter.Add(1))
			continue
		}
		if err == nil {
			w.noteNumber(r)
		}
		return err
	}
}

// noteNumber sees to it that the counter does not give the number of r again,
// which the caller may have chosen.
func (w Writer[K, R, I, P]) noteNumber(r *R) {
	if w.schema.Number != nil {
		w.t.raiseCounter(w.schema.Number(r))
	}
}

func (w Writer[K, R, I, P]) none(err error) (R, error) {
	var none R
	return none, err
}

// succeed gives r, which replaces all fields of old, what a record keeps.
func (t *table[K, R]) succeed(r, old *R) {
	m, was := t.meta(r), t.meta(old)
	m.Version, m.CreatedAt = was.Version+1, was.CreatedAt
}

// raiseCounter keeps the autoincrement counter at or above n.
func (t *table[K, R]) raiseCounter(n int64) {
	for {
		at := t.counter.Load()
		if at >= n || t.counter.CompareAndSwap(at, n) {
			return
		}
	}
}
