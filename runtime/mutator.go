package noex

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
func (m *mutator) finish(d *draft) error {
	t := m.t
	meta := t.meta(d.row)
	*meta = Meta{Version: 1, CreatedAt: d.now, UpdatedAt: d.now}
	if t.ttl > 0 {
		meta.ExpiresAt = d.now + t.ttl
		if at, ok := d.expires.Get(); ok {
			meta.ExpiresAt = MillisOf(at)
		}
	}
	if t.clone != nil {
		t.clone(d.row)
	}
	m.check(t.none, d.row, &d.check)
	return d.check.result(t.name)
}

func (m *mutator) insert(v *view, d *draft) error {
	if v != nil {
		return m.insertTx(v, d.keep(), d.auto)
	}
	c, err := m.t.store.begin()
	if err != nil {
		return err
	}
	if err = m.addDraft(c, d); err == nil {
		m.t.evict(c, d.now)
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

func (m *mutator) upsert(v *view, d *draft) error {
	if v != nil {
		return m.upsertTx(v, d.keep(), d.auto)
	}
	t := m.t
	return t.store.write(func(c *commit) error {
		slot, old, exists := t.findHashed(t.keyOf(d.row), d.hash)
		if d.auto || !exists || t.expired(old, d.now) {
			if err := m.addDraft(c, d); err != nil {
				return err
			}
			t.evict(c, d.now)
			return nil
		}
		r := d.keep()
		t.succeed(r, old)
		m.noteNumber(r)
		return t.replace(c, slot, old, r, d.now)
	})
}

// change replaces a record by an edited copy.
func (m *mutator) change(v *view, key scalar, edit func(*row, *Check) error) (r *row, err error) {
	check := newCheck()
	if v != nil {
		r, err = m.changeTx(v, key, edit, check)
	} else {
		r, err = m.changeAlone(key, edit, check)
	}
	check.release()
	return r, err
}

// changeAlone is change outside of a transaction. The edit runs without the lock and is
// repeated if the record changed meanwhile, or was moved. What it takes is prefetched, the
// entry of the key while memory for the new record is found, the record while its key is
// compared: so it takes a tenth less.
func (m *mutator) changeAlone(key scalar, edit func(*row, *Check) error, check *Check) (*row, error) {
	t, hash := m.t, m.t.hasher.hash(key)
	for {
		t.store.mu.RLock()
		t.primary.Prefetch(hash)
		r, now := t.typ.New(), t.store.clock.now()
		if slot, ok := t.primary.First(hash); ok {
			t.records.Prefetch(slot)
		}
		slot, old, ok := t.findHashed(key, hash)
		closed := t.store.state != storeOpen
		t.store.mu.RUnlock()
		if closed {
			return nil, ErrClosed
		}
		if !ok || t.expired(old, now) {
			return nil, &NotFoundError{Bucket: t.name, Key: t.key.box(key)}
		}
		if err := m.revise(r, old, edit, check, now); err != nil {
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
func (m *mutator) revise(r, old *row, edit func(*row, *Check) error, check *Check, now Millis) error {
	t := m.t
	t.copyTo(r, old)
	err := edit(r, check)
	if err == nil {
		meta, was := t.meta(r), t.meta(old)
		expires := meta.ExpiresAt
		*meta = Meta{Version: was.Version + 1, CreatedAt: was.CreatedAt, UpdatedAt: max(now, was.UpdatedAt)}
		if t.ttl > 0 {
			meta.ExpiresAt = expires
		} else {
			meta.ExpiresAt = was.ExpiresAt
		}
		m.guard(old, r, check)
		if t.clone != nil {
			t.clone(r)
		}
		if t.unproven {
			old = t.none
		}
		m.check(old, r, check)
	}
	if issues := check.result(t.name); err == nil {
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
	hash := t.hasher.hash(key)
	slot, r, ok := t.findHashed(key, hash)
	if ok {
		ok = t.deleteFound(c, slot, hash, r, t.now())
	}
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

// addDraft is add for a draft.
func (m *mutator) addDraft(c *commit, d *draft) error {
	m.t.expectDraft(d)
	return m.add(c, d.row, &d.arrival, d.auto, d.now)
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
