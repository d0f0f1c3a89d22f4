package noex

import "unsafe"

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
//
//go:noinline
func WriteIn[K Key, R, I, P any](sn *Snapshot, w Writer[K, R, I, P]) Writer[K, R, I, P] {
	w.s.sn = sn
	return w
}

// Insert adds a record: generated and default values fill what in leaves out.
// It returns the record as stored, or a *ValidationError, a *DuplicateKeyError
// for a key that exists, or a *UniqueError.
//
//go:noinline
func (w *Writer[K, R, I, P]) Insert(in I) (stored R, err error) {
	d := w.s.t.draft()
	build(w, &in, d)
	r, err := w.m.put(w.s.view(), d, (*mutator).insert)
	if err == nil {
		stored = *recordOf[R](r)
	}
	w.s.t.spent(d)
	return stored, err
}

// InsertMany adds records in one commit: all of them, or none and the error of
// the first that cannot be added. A *ValidationError names a record by its
// position, as in "[2].email".
//
//go:noinline
func (w *Writer[K, R, I, P]) InsertMany(ins []I) ([]R, error) {
	made := make([]R, len(ins))
	b := w.s.t.newBatch(len(ins))
	for i := range ins {
		b.draft.row = rowOf(&made[i])
		build(w, &ins[i], &b.draft)
		b.add(w.m, i)
	}
	b.made()
	v := w.s.view()
	if err := w.m.insertBatch(v, b); err != nil {
		return nil, err
	}
	if v != nil {
		return copyAll[R](w.s.t, b.rows), nil // the transaction keeps those made
	}
	w.s.t.ownAll(b.rows)
	return made, nil
}

// Upsert inserts a record or, if its key exists, replaces all its fields: the
// record keeps its place and its CreatedAt, and its version grows by one.
//
//go:noinline
func (w *Writer[K, R, I, P]) Upsert(in I) (stored R, err error) {
	d := w.s.t.draft()
	build(w, &in, d)
	r, err := w.m.put(w.s.view(), d, (*mutator).upsert)
	if err == nil {
		stored = *recordOf[R](r)
	}
	w.s.t.spent(d)
	return stored, err
}

// Update changes the fields that patch gives. It returns the record as stored;
// an unknown key is a *NotFoundError, and the merged record has to be valid.
//
// As Get it is small enough to be inlined, so that the patch and the record are copied by
// who has them and wants them: an update takes a tenth less.
func (w *Writer[K, R, I, P]) Update(key K, patch P) (R, error) {
	r, err := w.update(key, &patch)
	return *r, err
}

// update returns a record of which a plain copy is the caller's own, a zero one with an
// error.
//
//go:noinline
func (w *Writer[K, R, I, P]) update(key K, patch *P) (*R, error) {
	t := w.s.t
	r, err := w.m.change(w.s.view(), keyScalar(t.key.kind, key), func(r *row, c *Check) error {
		w.schema.Patch(recordOf[R](r), *patch, c)
		return nil
	})
	if err != nil {
		return recordOf[R](t.none), err
	}
	return recordOf[R](t.own(r)), nil
}

// UpdateMany changes records in one commit: all of them, or none and an error. An
// unknown key is a *NotFoundError, the first of them; the issues of all records that
// would be invalid are one *ValidationError, which names a record by its position, as
// in "[2].email". Where a key occurs twice, the second patch changes what the first
// one made. Unique values are checked in what all patches make, so that two records may
// swap theirs.
//
// Its records are looked up together, which takes less time than an Update of each.
//
//go:noinline
func (w *Writer[K, R, I, P]) UpdateMany(updates []Update[K, P]) error {
	return w.m.changeMany(w.s.view(), edits{
		len(updates),
		func(i int) scalar { return keyScalar(w.s.t.key.kind, updates[i].Key) },
		func(i int, r *row, c *Check) { w.schema.Patch(recordOf[R](r), updates[i].Patch, c) },
	})
}

// Update is what [Writer.UpdateMany] changes of one record. P is the patch type of the
// bucket.
type Update[K Key, P any] struct {
	Key   K
	Patch P
}

// Modify changes a record by a function, atomically: fn gets a copy of the
// record, and what it leaves there is stored unless fn returns an error, which
// Modify then returns. When the record changes meanwhile, fn is called again
// with the new one; now and then it is although the record has not changed. A changed
// key, generated or immutable field is a *ValidationError with code "immutable"; changes
// of Meta are ignored, but for ExpiresAt in a bucket with a ttl.
//
//go:noinline
func (w *Writer[K, R, I, P]) Modify(key K, fn func(*R) error) (stored R, err error) {
	edit := *(*func(*row) error)(unsafe.Pointer(&fn))
	r, err := w.m.modify(w.s.view(), keyScalar(w.s.t.key.kind, key), edit)
	if err == nil {
		stored = *recordOf[R](r)
	}
	return stored, err
}

// Delete removes a record. It returns false, and no error, for an unknown key.
//
//go:noinline
func (w *Writer[K, R, I, P]) Delete(key K) (bool, error) {
	return w.m.delete(w.s.view(), keyScalar(w.s.t.key.kind, key))
}

// DeleteMany removes records in one commit and returns how many there were: unknown
// keys are no error.
//
//go:noinline
func (w *Writer[K, R, I, P]) DeleteMany(keys []K) (int, error) {
	return w.m.deleteMany(w.s.view(), len(keys), func(i int) scalar { return keyScalar(w.s.t.key.kind, keys[i]) })
}

// Clear removes all records and returns how many there were. The autoincrement
// counter goes on.
func (w *Writer[K, R, I, P]) Clear() (int, error) { return w.m.clear(w.s.view()) }

// build makes the record of a draft, which is zero, of an input.
//
//go:noinline
func build[K Key, R, I, P any](w *Writer[K, R, I, P], in *I, d *draft) {
	w.schema.New(recordOf[R](d.row), *in, Gen{Now: d.now, Next: w.s.t.counter.Add(1), ids: d.ids}, &d.check)
	if w.schema.InputExpiry != nil {
		d.expires = w.schema.InputExpiry(*in)
	}
	d.auto = w.schema.SetKey != nil && !w.schema.HasKey(*in)
}
