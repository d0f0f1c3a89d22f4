package noex

// insertTx inserts a record into a transaction.
func (m *mutator) insertTx(v *view, r *row, auto bool) error {
	if v.sn.ended {
		return ErrTxDone
	}
	for {
		k := m.t.hashed(m.t.keyOf(r))
		w, old := v.look(k)
		if old == nil {
			v.put(w, k, r, true)
			m.noteNumber(r)
			return nil
		}
		v.reads.key(k)
		if !auto {
			return &DuplicateKeyError{Bucket: m.t.name, Key: m.t.key.box(k.key())}
		}
		m.setKey(r, m.t.counter.Add(1))
	}
}

func (m *mutator) insertManyTx(v *view, recs []*row, auto []bool) error {
	return v.allOrNone(func() error {
		for i, r := range recs {
			if err := m.insertTx(v, r, auto[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (m *mutator) upsertTx(v *view, r *row, auto bool) error {
	if v.sn.ended {
		return ErrTxDone
	}
	k := m.t.hashed(m.t.keyOf(r))
	w, old := v.look(k)
	if auto || old == nil {
		return m.insertTx(v, r, auto)
	}
	m.t.succeed(r, old)
	m.noteNumber(r)
	v.put(w, k, r, false)
	return nil
}

func (m *mutator) changeTx(v *view, key scalar, edit func(*row, *Check) error, check *Check) (*row, error) {
	if v.sn.ended {
		return nil, ErrTxDone
	}
	k := m.t.hashed(key)
	w, old := v.look(k)
	if old == nil {
		v.reads.key(k)
		return nil, &NotFoundError{Bucket: m.t.name, Key: m.t.key.box(key)}
	}
	r := m.t.typ.New()
	if err := m.revise(r, old, edit, check, m.t.store.clock.now()); err != nil {
		v.reads.key(k)
		return nil, err
	}
	v.put(w, k, r, false)
	return r, nil
}

func (m *mutator) changeManyTx(v *view, e edits) error {
	check := newCheck()
	err := v.allOrNone(func() error {
		var issues []Issue
		for i := range e.n {
			v.lookAhead(i, e.n, m.t.typ.Size, e.key)
			_, err := m.changeTx(v, e.key(i), func(r *row, c *Check) error {
				e.patch(i, r, c)
				return nil
			}, check)
			if _, invalid := err.(*ValidationError); err != nil && !invalid {
				return err
			}
			issues = appendIssues(issues, i, err)
		}
		if len(issues) > 0 {
			return &ValidationError{Bucket: m.t.name, Issues: issues}
		}
		return nil
	})
	check.release() // not after a panic, which may leave issues there
	return err
}

func (m *mutator) deleteTx(v *view, key scalar) (bool, error) {
	if v.sn.ended {
		return false, ErrTxDone
	}
	k := m.t.hashed(key)
	w, old := v.look(k)
	if old == nil {
		v.reads.key(k) // that there was none is something the transaction knows
		return false, nil
	}
	v.put(w, k, nil, false).blind = w == nil
	return true, nil
}

func (m *mutator) deleteManyTx(v *view, n int, key func(i int) scalar) (deleted int, err error) {
	for i := range n {
		v.lookAhead(i, n, 1, key)
		ok, err := m.deleteTx(v, key(i))
		if err != nil {
			return 0, err
		}
		if ok {
			deleted++
		}
	}
	return deleted, nil
}

func (m *mutator) clearTx(v *view) (int, error) {
	if v.sn.ended {
		return 0, ErrTxDone
	}
	all := v.all()
	for _, p := range all {
		k := m.t.hashed(m.t.keyOf(p.rec))
		v.put(v.writeOf(k), k, nil, false).why = ReasonCleared
	}
	return len(all), nil
}
