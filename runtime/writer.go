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
	s      source
	m      *mutator
	schema *Schema[K, R, I, P]
}

// WriteIn returns a writer of the bucket of w in the snapshot of a transaction.
func WriteIn[K Key, R, I, P any](sn *Snapshot, w Writer[K, R, I, P]) Writer[K, R, I, P] {
	w.s.v = sn.view(w.s.t)
	return w
}

// Insert adds a record: generated and default values fill what in leaves out.
// It returns the record as stored, or a *ValidationError, a *DuplicateKeyError
// for a key that exists, or a *UniqueError.
func (w *Writer[K, R, I, P]) Insert(in I) (R, error) {
	now := MillisOf(time.Now())
	r, auto, err := w.build(in, now)
	if err == nil {
		err = w.m.insert(w.s.v, r, auto, now)
	}
	return w.result(r, err)
}

// InsertMany adds records in one commit: all of them, or none and the error of
// the first that cannot be added. A *ValidationError names a record by its
// position, as in "[2].email".
func (w *Writer[K, R, I, P]) InsertMany(ins []I) ([]R, error) {
	now := MillisOf(time.Now())
	recs, auto := make([]*row, len(ins)), make([]bool, len(ins))
	var issues []Issue
	for i := range ins {
		var err error
		recs[i], auto[i], err = w.build(ins[i], now)
		if invalid, ok := err.(*ValidationError); ok {
			for _, is := range invalid.Issues {
				is.Field = fmt.Sprintf("[%d].%s", i, is.Field)
				issues = append(issues, is)
			}
		}
	}
	if len(issues) > 0 {
		return nil, &ValidationError{Bucket: w.s.t.name, Issues: issues}
	}
	if err := w.m.insertMany(w.s.v, recs, auto, now); err != nil {
		return nil, err
	}
	out := make([]R, len(recs))
	for i, r := range recs {
		out[i] = copyOut[R](w.s.t, r)
	}
	return out, nil
}

// Upsert inserts a record or, if its key exists, replaces all its fields: the
// record keeps its place and its CreatedAt, and its version grows by one.
func (w *Writer[K, R, I, P]) Upsert(in I) (R, error) {
	now := MillisOf(time.Now())
	r, auto, err := w.build(in, now)
	if err == nil {
		err = w.m.upsert(w.s.v, r, auto, now)
	}
	return w.result(r, err)
}

// Update changes the fields that patch gives. It returns the record as stored;
// an unknown key is a *NotFoundError, and the merged record has to be valid.
func (w *Writer[K, R, I, P]) Update(key K, patch P) (R, error) {
	return w.result(w.m.change(w.s.v, w.scalar(key), func(r *row, c *Check) error {
		w.schema.Patch(recordOf[R](r), patch, c)
		return nil
	}))
}

// Modify changes a record by a function, atomically: fn gets a copy of the
// record, and what it leaves there is stored unless fn returns an error, which
// Modify then returns. When the record changes meanwhile, fn is called again
// with the new one. A changed key, generated or immutable field is a
// *ValidationError with code "immutable"; changes of Meta are ignored, but for
// ExpiresAt in a bucket with a ttl.
func (w *Writer[K, R, I, P]) Modify(key K, fn func(*R) error) (R, error) {
	return w.result(w.m.change(w.s.v, w.scalar(key), func(r *row, _ *Check) error { return fn(recordOf[R](r)) }))
}

// Delete removes a record. It returns false, and no error, for an unknown key.
func (w *Writer[K, R, I, P]) Delete(key K) (bool, error) { return w.m.delete(w.s.v, w.scalar(key)) }

// Clear removes all records and returns how many there were. The autoincrement
// counter goes on.
func (w *Writer[K, R, I, P]) Clear() (int, error) { return w.m.clear(w.s.v) }

func (w *Writer[K, R, I, P]) scalar(key K) scalar { return keyScalar(w.s.t.key.kind, key) }

func (w *Writer[K, R, I, P]) result(r *row, err error) (R, error) {
	if err != nil {
		var none R
		return none, err
	}
	return copyOut[R](w.s.t, r), nil
}

// build makes a valid record of an input, and tells whether the store is free
// to choose its key.
func (w *Writer[K, R, I, P]) build(in I, now Millis) (r *row, auto bool, err error) {
	rec := new(R)
	c := newCheck()
	w.schema.New(rec, in, Gen{Now: now, Next: w.s.t.counter.Add(1)}, c)
	var expires Opt[time.Time]
	if w.schema.InputExpiry != nil {
		expires = w.schema.InputExpiry(in)
	}
	r = rowOf(rec)
	err = w.m.finish(r, expires, now, c)
	return r, w.schema.SetKey != nil && !w.schema.HasKey(in), err
}
