package noex

import "time"

// mutator writes rows into a table or, given a view, into the transaction that
// it belongs to: a [Writer] of which only inputs and patches are missing.
type mutator struct {
	t     *table
	check func(old, r *row, c *Check)
	guard func(old, r *row, c *Check)
	// number returns the field that the autoincrement counter fills, setKey
	// gives the record another number; nil where there is none.
	number func(*row) int64
	setKey func(*row, int64)
}

func newMutator(t *table, s *rowSchema) *mutator {
	return &mutator{t: t, check: s.Check, guard: s.Guard, number: s.Number, setKey: s.SetKey}
}

// finish gives a new record its Meta, makes it the store's own and validates
// it.
func (m *mutator) finish(r *row, expires Opt[time.Time], now Millis, c *Check) error {
	t := m.t
	meta := t.meta(r)
	*meta = Meta{Version: 1, CreatedAt: now, UpdatedAt: now}
	if t.ttl > 0 {
		meta.ExpiresAt = now + t.ttl
		if at, ok := expires.Get(); ok {
			meta.ExpiresAt = MillisOf(at)
		}
	}
	if t.clone != nil {
		t.clone(r)
	}
	m.check(t.none, r, c)
	return c.done(t.name)
}

func (m *mutator) insert(v *view, r *row, auto bool, now Millis) error {
	if v != nil {
		return m.insertTx(v, r, auto)
	}
	c, err := m.t.store.begin()
	if err != nil {
		return err
	}
	if err = m.addNew(c, r, auto, now); err == nil {
		m.t.evict(c, now)
	}
	m.t.store.end(c)
	return err
}

func (m *mutator) insertMany(v *view, recs []*row, auto []bool, now Millis) error {
	if v != nil {
		return m.insertManyTx(v, recs, auto)
	}
	return m.t.store.write(func(c *commit) error {
		c.expect(len(recs))
		var ahead arrivals
		for from := 0; from < len(recs); from += readAhead {
			some := recs[from:min(from+readAhead, len(recs))]
			ahead.reset(m.t, len(some))
			for _, r := range some {
				ahead.add(m.t, m.t.hasher.hash(m.t.keyOf(r)), r)
			}
			ahead.expect(m.t)
			for i, r := range some {
				if err := m.add(c, r, &ahead.all[i], auto[from+i], now); err != nil {
					c.takeBack(0)
					return err
				}
			}
		}
		m.t.evict(c, now)
		c.fold()
		return nil
	})
}

// upsert reports whether r itself is kept, and not a copy.
func (m *mutator) upsert(v *view, r *row, auto bool, now Millis) (kept bool, err error) {
	if v != nil {
		return true, m.upsertTx(v, r, auto)
	}
	t := m.t
	err = t.store.write(func(c *commit) error {
		slot, old, exists := t.find(t.keyOf(r))
		if auto || !exists || t.expired(old, now) {
			if err := m.addNew(c, r, auto, now); err != nil {
				return err
			}
			t.evict(c, now)
			return nil
		}
		t.succeed(r, old)
		m.noteNumber(r)
		kept = true
		return t.replace(c, slot, old, r, now)
	})
	return kept, err
}

// change replaces a record by an edited copy. The edit runs without the lock
// and is repeated if the record changed meanwhile, or was moved.
func (m *mutator) change(v *view, key scalar, edit func(*row, *Check) error) (*row, error) {
	if v != nil {
		return m.changeTx(v, key, edit)
	}
	t, hash := m.t, m.t.hasher.hash(key)
	for {
		t.store.mu.RLock()
		t.primary.Touch(hash)
		r := t.typ.New() // while what was touched is under way: of a million, a tenth less
		slot, old, ok := t.findHashed(key, hash)
		if ok {
			t.records.Touch([]uint32{slot}, 1) // of a million, an update takes a fifth less
		}
		closed := t.store.state != storeOpen
		t.store.mu.RUnlock()
		now := t.store.clock.now()
		if closed {
			return nil, ErrClosed
		}
		if !ok || t.expired(old, now) {
			return nil, &NotFoundError{Bucket: t.name, Key: t.key.box(key)}
		}
		check := newCheck()
		err := m.revise(r, old, edit, check, now)
		check.release()
		if err != nil {
			return nil, err
		}
		c, err := t.store.begin()
		if err != nil {
			return nil, err
		}
		if !t.records.Holds(slot, old) {
			t.store.end(c)
			continue
		}
		err = t.replace(c, slot, old, r, now)
		t.store.end(c)
		return r, err
	}
}

// revise makes r, a zero record, the next version of another.
func (m *mutator) revise(r, old *row, edit func(*row, *Check) error, c *Check, now Millis) error {
	t := m.t
	t.copyTo(r, old)
	err := edit(r, c)
	if err == nil {
		meta, was := t.meta(r), t.meta(old)
		expires := meta.ExpiresAt
		*meta = Meta{Version: was.Version + 1, CreatedAt: was.CreatedAt, UpdatedAt: max(now, was.UpdatedAt)}
		if t.ttl > 0 {
			meta.ExpiresAt = expires
		} else {
			meta.ExpiresAt = was.ExpiresAt
		}
		m.guard(old, r, c)
		if t.clone != nil {
			t.clone(r)
		}
		if t.unproven {
			old = t.none
		}
		m.check(old, r, c)
	}
	if issues := c.result(t.name); err == nil {
		err = issues
	}
	return err
}

// modify is change by a function of a user. It returns the record as the
// caller's own.
func (m *mutator) modify(v *view, key scalar, fn func(*row) error) (*row, error) {
	r, err := m.change(v, key, func(r *row, _ *Check) error { return fn(r) })
	if err != nil {
		return nil, err
	}
	return m.t.own(r), nil
}

func (m *mutator) delete(v *view, key scalar) (bool, error) {
	if v != nil {
		return m.deleteTx(v, key)
	}
	t := m.t
	c, err := t.store.begin()
	if err != nil {
		return false, err
	}
	ok := t.deleteHashed(c, t.hashed(key), t.now())
	t.store.end(c)
	return ok, nil
}

func (m *mutator) clear(v *view) (int, error) {
	if v != nil {
		return m.clearTx(v)
	}
	n := 0
	err := m.t.store.write(func(c *commit) error {
		n = m.t.clear(c, m.t.now())
		return nil
	})
	return n, err
}

// addNew is add for a record that nothing was found out about.
func (m *mutator) addNew(c *commit, r *row, auto bool, now Millis) error {
	var buf [fewIndexes]placing
	a := m.t.arriving(buf[:0], m.t.hasher.hash(m.t.keyOf(r)), r)
	return m.add(c, r, &a, auto, now)
}

// add inserts a record whose key the store may choose if auto is set: it draws
// numbers until one is free, since callers may have used some.
func (m *mutator) add(c *commit, r *row, a *arrival, auto bool, now Millis) error {
	t := m.t
	for {
		err := t.insert(c, r, a, now)
		if _, taken := err.(*DuplicateKeyError); auto && taken {
			m.setKey(r, t.counter.Add(1))
			again := t.arrival(nil, t.hasher.hash(t.keyOf(r)), r)
			a = &again
			continue
		}
		if err == nil {
			m.noteNumber(r)
		}
		return err
	}
}

// noteNumber sees to it that the counter does not give the number of r again,
// which the caller may have chosen.
func (m *mutator) noteNumber(r *row) {
	if m.number != nil {
		m.t.raiseCounter(m.number(r))
	}
}

// succeed gives r, which replaces all fields of old, what a record keeps.
func (t *table) succeed(r, old *row) {
	meta, was := t.meta(r), t.meta(old)
	meta.Version, meta.CreatedAt = was.Version+1, was.CreatedAt
	if t.key.kind == scalarString {
		*(*string)(t.key.field(r)) = *(*string)(t.key.field(old)) // equal, and kept already
	}
}

// raiseCounter keeps the autoincrement counter at or above n.
func (t *table) raiseCounter(n int64) {
	for {
		at := t.counter.Load()
		if at >= n || t.counter.CompareAndSwap(at, n) {
			return
		}
	}
}
