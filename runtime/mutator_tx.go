package noex

import (
	"slices"
	"time"
)

// insertTx inserts a record into a transaction.
func (m *mutator) insertTx(v *view, r *row, auto bool) error {
	if v.sn.ended {
		return ErrTxDone
	}
	for {
		k := m.t.hashed(m.t.keyOf(r))
		if v.getHashed(k) == nil {
			v.put(k, r, true)
			m.noteNumber(r)
			return nil
		}
		if !auto {
			return &DuplicateKeyError{Bucket: m.t.name, Key: m.t.key.box(k.key)}
		}
		m.setKey(r, m.t.counter.Add(1))
	}
}

func (m *mutator) insertManyTx(v *view, recs []*row, auto []bool) error {
	written := len(v.writes)
	var before []write // what was known of the keys before
	for i, r := range recs {
		was := v.writeOf(m.t.hashed(m.t.keyOf(r)))
		if was == nil {
			was = new(write)
		}
		before = append(before, *was)
		if err := m.insertTx(v, r, auto[i]); err != nil {
			v.writeKeys.cut(written)
			clear(v.writes[written:])
			v.writes = v.writes[:written]
			for j, added := range slices.Backward(recs[:i]) {
				if was := v.writeOf(m.t.hashed(m.t.keyOf(added))); was != nil {
					*was = before[j]
				}
			}
			return err
		}
	}
	return nil
}

func (m *mutator) upsertTx(v *view, r *row, auto bool) error {
	if v.sn.ended {
		return ErrTxDone
	}
	k := m.t.hashed(m.t.keyOf(r))
	old := v.getHashed(k)
	if auto || old == nil {
		return m.insertTx(v, r, auto)
	}
	m.t.succeed(r, old)
	m.noteNumber(r)
	v.put(k, r, false)
	return nil
}

func (m *mutator) changeTx(v *view, key scalar, edit func(*row, *Check) error) (*row, error) {
	if v.sn.ended {
		return nil, ErrTxDone
	}
	k := m.t.hashed(key)
	old := v.getHashed(k)
	if old == nil {
		return nil, &NotFoundError{Bucket: m.t.name, Key: m.t.key.box(key)}
	}
	r, err := m.edited(old, edit, MillisOf(time.Now()))
	if err == nil {
		v.put(k, r, false)
	}
	return r, err
}

func (m *mutator) deleteTx(v *view, key scalar) (bool, error) {
	if v.sn.ended {
		return false, ErrTxDone
	}
	k := m.t.hashed(key)
	if v.peek(k) == nil {
		v.getHashed(k) // that there was none is something the transaction knows
		return false, nil
	}
	known := v.writeOf(k) != nil
	v.put(k, nil, false).blind = !known
	return true, nil
}

func (m *mutator) clearTx(v *view) (int, error) {
	if v.sn.ended {
		return 0, ErrTxDone
	}
	all := v.all()
	for _, p := range all {
		v.put(m.t.hashed(m.t.keyOf(p.rec)), nil, false).why = ReasonCleared
	}
	return len(all), nil
}
