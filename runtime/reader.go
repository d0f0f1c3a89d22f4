package noex

import (
	"cmp"
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// Reader reads a bucket with keys of type K and records of type R: the current
// state of a store, safe for concurrent use, or what a view or a transaction
// sees, for the function of that alone. Records it returns are the caller's
// own. Expired records are never seen.
type Reader[K Key, R any] struct {
	t *table[K, R]
	v *view[K, R] // nil: the current state
}

// Get returns the record with the given key, and false if there is none.
func (r Reader[K, R]) Get(key K) (R, bool) {
	t := r.t
	if r.v != nil {
		return t.found(r.v.get(key))
	}
	t.store.mu.RLock()
	_, rec, ok := t.find(key)
	t.store.mu.RUnlock()
	if !ok || t.expired(rec, t.now()) {
		var none R
		return none, false
	}
	return t.copyOut(rec), true
}

// Len returns the number of records.
func (r Reader[K, R]) Len() int {
	t := r.t
	if r.v != nil {
		return len(r.v.all())
	}
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	return t.records.Len() - t.due(t.now())
}

// All walks the records as they are when the walk begins, in bucket order:
// that of insertion, or of the keys in an ordered bucket. The loop body may
// write to the store.
func (r Reader[K, R]) All() iter.Seq[R] {
	return func(yield func(R) bool) {
		for rec := range r.walk() {
			if !yield(r.t.copyOut(rec)) {
				return
			}
		}
	}
}

// First returns the first n records in bucket order, all if there are fewer,
// and none if n <= 0.
func (r Reader[K, R]) First(n int) []R {
	return r.t.take(r.walk(), n)
}

// Last returns the last n records in bucket order, all if there are fewer, and
// none if n <= 0.
func (r Reader[K, R]) Last(n int) []R {
	out := r.t.take(r.walkBack(), n)
	slices.Reverse(out)
	return out
}

// PageRequest asks for a page of a bucket.
type PageRequest[K Key] struct {
	// After is the cursor to go on from: the NextCursor of the page before.
	// Absent begins at the first record.
	After Opt[K]
	// Limit is the most records to return; none if it is <= 0.
	Limit int
}

// Page is a part of a bucket in bucket order.
type Page[R any, K Key] struct {
	// Records are the records of the page.
	Records []R
	// HasMore reports whether records follow.
	HasMore bool
	// NextCursor is the key of the last record, absent in an empty page.
	NextCursor Opt[K]
}

// Paginate returns the records that follow a cursor. It goes on where the
// record of the cursor stood even if that was deleted meanwhile; in a bucket in
// insertion order that is so for the cursors and the keys the store saw last
// (at least 32,768 and 4,096 of them). The page after an unknown cursor is
// empty.
func (r Reader[K, R]) Paginate(req PageRequest[K]) Page[R, K] {
	t := r.t
	var page Page[R, K]
	if req.Limit <= 0 {
		return page
	}
	var found []placed[R]
	if r.v != nil {
		found = r.v.page(req)
	} else {
		found = t.page(req)
	}
	if len(found) > req.Limit {
		page.HasMore = true
		found = found[:req.Limit]
	}
	for _, p := range found {
		page.Records = append(page.Records, t.copyOut(p.rec))
	}
	if n := len(found); n > 0 {
		last := found[n-1]
		key := t.key(last.rec)
		page.NextCursor = Some(key)
		if t.sorted == nil && last.rank < ownRank {
			t.pages.hand(key, last.rank)
		}
	}
	return page
}

// page returns up to Limit+1 records after the cursor, with their ranks in a
// bucket in insertion order.
func (t *table[K, R]) page(req PageRequest[K]) (out []placed[R]) {
	now := t.now()
	after, has := req.After.Get()
	if t.sorted != nil {
		t.store.mu.RLock()
		defer t.store.mu.RUnlock()
		var from func(sortedKey[K]) bool
		if has {
			from = func(e sortedKey[K]) bool { return cmp.Compare(e.key, after) > 0 }
		}
		for e := range t.sorted.Ascend(from, nil) {
			if rec := t.records.Get(e.slot); !t.expired(rec, now) {
				if out = append(out, placed[R]{rec: rec}); len(out) > req.Limit {
					break
				}
			}
		}
		return out
	}
	t.store.mu.RLock()
	var rank uint64
	if has {
		slot, _, alive := t.find(after)
		if alive {
			rank = t.records.Rank(slot)
		} else if rank, alive = t.pages.rank(after); !alive {
			t.store.mu.RUnlock()
			return nil
		}
	}
	snap := t.records.Snapshot()
	t.store.mu.RUnlock()
	records := snap.All()
	if has {
		records = snap.After(rank)
	}
	for slot, rec := range records {
		if t.expired(rec, now) {
			continue
		}
		if out = append(out, placed[R]{rec, snap.Rank(slot)}); len(out) > req.Limit {
			break
		}
	}
	return out
}

// FindOne returns the record that has a value in a unique index.
func FindOne[K Key, R any, V comparable](r Reader[K, R], ix *Index[R, V], v V) (R, bool) {
	t := r.t
	v = canonical(v)
	if r.v != nil {
		return r.Where(equals(ix, v)).One()
	}
	t.store.mu.RLock()
	var rec *R
	switch x := t.indexOf(ix).(type) {
	case *uniqueIndex[R, V]:
		if slot, ok := x.find(v); ok {
			rec = t.records.Get(slot)
		}
	case *sortedIndex[R, V]:
		if e, ok := x.tree.Seek(x.from(v, x.all)); ok && e.value == v {
			rec = t.records.Get(e.slot)
		}
	}
	t.store.mu.RUnlock()
	if rec == nil || t.expired(rec, t.now()) {
		rec = nil
	}
	return t.found(rec)
}

// FindAll returns the records that have a value in an index, in bucket order.
func FindAll[K Key, R any, V comparable](r Reader[K, R], ix *Index[R, V], v V) []R {
	t := r.t
	v = canonical(v)
	if r.v != nil {
		return r.Where(equals(ix, v)).All()
	}
	var recs []*R
	t.store.mu.RLock()
	switch x := t.indexOf(ix).(type) {
	case *postingIndex[R, V]:
		p := x.lookup(v)
		if recs = make([]*R, 0, min(p.n, underLock+1)); p.n > underLock {
			t.store.mu.RUnlock()
			return r.Where(equals(ix, v)).All()
		}
		for slot := range p.all() {
			recs = append(recs, t.records.Get(slot))
		}
	case *sortedIndex[R, V]:
		for e := range x.tree.Ascend(x.from(v, x.all), x.after(v, x.all)) {
			if len(recs) == underLock {
				t.store.mu.RUnlock()
				return r.Where(equals(ix, v)).All()
			}
			recs = append(recs, t.records.Get(e.slot))
		}
	}
	t.store.mu.RUnlock()
	now := t.now()
	out := make([]R, 0, len(recs))
	for _, rec := range recs {
		if !t.expired(rec, now) {
			out = append(out, t.copyOut(rec))
		}
	}
	return out
}

func (t *table[K, R]) indexOf(def IndexDef[R]) index[R] {
	for _, ix := range t.indexes {
		if ix.definition() == def {
			return ix
		}
	}
	return nil
}

// found returns a copy of a record, and false for nil.
func (t *table[K, R]) found(rec *R) (R, bool) {
	if rec == nil {
		var none R
		return none, false
	}
	return t.copyOut(rec), true
}

// walk yields the visible records in bucket order, walkBack the other way.
func (r Reader[K, R]) walk() iter.Seq[*R] {
	if r.v != nil {
		return recordsOf(slices.Values(r.v.all()))
	}
	snap, _ := r.t.snapshotAt()
	return r.t.visible(snap.all, r.t.now())
}

func (r Reader[K, R]) walkBack() iter.Seq[*R] {
	if r.v != nil {
		all := r.v.all()
		slices.Reverse(all)
		return recordsOf(slices.Values(all))
	}
	snap, _ := r.t.snapshotAt()
	return r.t.visible(snap.backward, r.t.now())
}

func recordsOf[R any](recs iter.Seq[placed[R]]) iter.Seq[*R] {
	return func(yield func(*R) bool) {
		for p := range recs {
			if !yield(p.rec) {
				return
			}
		}
	}
}

// snapshot is the content of a bucket at one revision, in bucket order, to be
// walked without a lock.
type snapshot[R any] struct {
	all, backward iter.Seq[*R]
	records       slab.Snapshot[R]
}

func (t *table[K, R]) snapshotAt() (snapshot[R], uint64) {
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	return t.frozen(), t.store.revision
}

// frozen returns the current content. It needs the lock.
func (t *table[K, R]) frozen() snapshot[R] {
	view := t.records.Snapshot()
	if t.sorted == nil {
		return snapshot[R]{
			records:  view,
			all:      func(yield func(*R) bool) { view.All()(func(_ uint32, r *R) bool { return yield(r) }) },
			backward: func(yield func(*R) bool) { view.Backward()(func(_ uint32, r *R) bool { return yield(r) }) },
		}
	}
	keys := t.sorted.Clone()
	walk := func(entries iter.Seq[sortedKey[K]]) iter.Seq[*R] {
		return func(yield func(*R) bool) {
			for e := range entries {
				if !yield(view.Get(e.slot)) {
					return
				}
			}
		}
	}
	return snapshot[R]{records: view, all: walk(keys.Ascend(nil, nil)), backward: walk(keys.Descend(nil, nil))}
}

// take returns copies of the first n records of a walk.
func (t *table[K, R]) take(walk iter.Seq[*R], n int) []R {
	if n <= 0 {
		return nil
	}
	var out []R
	for rec := range walk {
		if out = append(out, t.copyOut(rec)); len(out) == n {
			break
		}
	}
	return out
}
