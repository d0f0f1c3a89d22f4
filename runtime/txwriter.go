package noex

import (
	"slices"
	"time"
)

// WriteIn returns a writer of the bucket of w in the snapshot of a transaction.
func WriteIn[K Key, R, I, P any](sn *Snapshot, w Writer[K, R, I, P]) Writer[K, R, I, P] {
	return Writer[K, R, I, P]{w.t, w.schema, ReadIn(sn, Reader[K, R]{t: w.t}).v}
}

func (w Writer[K, R, I, P]) insertTx(r *R, auto bool) (R, error) {
	if err := w.addTx(r, auto); err != nil {
		return w.none(err)
	}
	return w.t.copyOut(r), nil
}

// addTx inserts a record into the transaction.
func (w Writer[K, R, I, P]) addTx(r *R, auto bool) error {
	if w.v.sn.ended {
		return ErrTxDone
	}
	for {
		key := w.t.key(r)
		if w.v.get(key) == nil {
			w.v.put(key, r, true)
			w.noteNumber(r)
			return nil
		}
		if !auto {
			return &DuplicateKeyError{Bucket: w.t.name, Key: key}
		}
		w.schema.SetKey(r, w.t.counter.Add(1))
	}
}

func (w Writer[K, R, I, P]) insertManyTx(recs []*R, auto []bool) ([]R, error) {
	v, written := w.v, len(w.v.order)
	var before []write[R] // what was known of the keys before
	for i, r := range recs {
		was := v.writes[w.t.key(r)]
		if was == nil {
			was = new(write[R])
		}
		before = append(before, *was)
		if err := w.addTx(r, auto[i]); err != nil {
			for j, added := range slices.Backward(recs[:i]) {
				if was := v.writes[w.t.key(added)]; was != nil {
					*was = before[j]
				}
			}
			for _, key := range v.order[written:] {
				delete(v.writes, key)
			}
			v.order = v.order[:written]
			return nil, err
		}
	}
	out := make([]R, len(recs))
	for i, r := range recs {
		out[i] = w.t.copyOut(r)
	}
	return out, nil
}

func (w Writer[K, R, I, P]) upsertTx(r *R, auto bool) (R, error) {
	if w.v.sn.ended {
		return w.none(ErrTxDone)
	}
	key := w.t.key(r)
	old := w.v.get(key)
	if auto || old == nil {
		return w.insertTx(r, auto)
	}
	w.t.succeed(r, old)
	w.noteNumber(r)
	w.v.put(key, r, false)
	return w.t.copyOut(r), nil
}

func (w Writer[K, R, I, P]) changeTx(key K, patch P, fn func(*R) error) (R, error) {
	if w.v.sn.ended {
		return w.none(ErrTxDone)
	}
	old := w.v.get(key)
	if old == nil {
		return w.none(&NotFoundError{Bucket: w.t.name, Key: key})
	}
	r := new(R)
	*r = w.t.copyOut(old)
	if err := w.edit(old, r, patch, fn, MillisOf(time.Now())); err != nil {
		return w.none(err)
	}
	w.v.put(key, r, false)
	return w.t.copyOut(r), nil
}

func (w Writer[K, R, I, P]) deleteTx(key K) (bool, error) {
	if w.v.sn.ended {
		return false, ErrTxDone
	}
	if w.v.peek(key) == nil {
		w.v.get(key) // that there was none is something the transaction knows
		return false, nil
	}
	known := w.v.writes[key] != nil
	w.v.put(key, nil, false)
	w.v.writes[key].blind = !known
	return true, nil
}

func (w Writer[K, R, I, P]) clearTx() (int, error) {
	if w.v.sn.ended {
		return 0, ErrTxDone
	}
	all := w.v.all()
	for _, p := range all {
		key := w.t.key(p.rec)
		w.v.put(key, nil, false)
		w.v.writes[key].why = ReasonCleared
	}
	return len(all), nil
}
