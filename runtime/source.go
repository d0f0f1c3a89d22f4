package noex

import (
	"iter"
	"slices"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/btree"
	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// get returns the record with a key, or nil.
func (r source) get(key scalar) *row {
	if v := r.view(); v != nil {
		return v.get(key)
	}
	t := r.t
	in := t.store.mu.Enter()
	_, rec, _ := t.find(key)
	t.store.mu.Leave(in)
	return t.living(rec)
}

func (r source) len() int {
	if v := r.view(); v != nil {
		return v.len()
	}
	t := r.t
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	return t.records.Len() - t.due(t.now())
}

// page returns up to limit records after a cursor, and whether there are more.
func (r source) page(after scalar, has bool, limit int) (found []placed, more bool) {
	t, v := r.t, r.view()
	if v != nil {
		found = v.page(after, has, limit)
	} else {
		found = t.page(after, has, limit)
	}
	if len(found) > limit {
		found, more = found[:limit], true
	}
	if n := len(found); n > 0 {
		switch last := found[n-1]; {
		case t.sorted != nil:
		case last.rank < ownRank:
			t.pages.hand(t.hasher.wide(t.keyOf(last.rec)), last.rank)
		default:
			v.cursors = append(v.cursors, t.keyOf(last.rec))
		}
	}
	return found, more
}

// pageRows is page without the places; there are none if limit <= 0.
func (r source) pageRows(after scalar, has bool, limit int) (rows []*row, more bool) {
	if limit <= 0 {
		return nil, false
	}
	found, more := r.page(after, has, limit)
	for _, p := range found {
		rows = append(rows, p.rec)
	}
	return rows, more
}

// page returns up to limit+1 records after the cursor, with their ranks in a
// bucket in insertion order.
func (t *table) page(after scalar, has bool, limit int) (out []placed) {
	now := t.now()
	if t.sorted != nil {
		t.store.mu.RLock()
		defer t.store.mu.RUnlock()
		var p part
		if has {
			p.spans = []span{{lo: bound{after, true, false}}}
		}
		for slot := range t.sorted.slots(p) {
			if rec := t.records.Get(slot); !t.expired(rec, now) {
				if out = append(out, placed{rec: rec}); len(out) > limit {
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
		} else if rank, alive = t.pages.rank(t.hasher.wide(after)); !alive {
			t.store.mu.RUnlock()
			return nil
		}
	}
	snap, release := t.records.Hold()
	t.store.mu.RUnlock()
	defer release()
	records := snap.All()
	if has {
		records = snap.After(rank)
	}
	for slot, rec := range records {
		if t.expired(rec, now) {
			continue
		}
		if out = append(out, placed{rec, snap.Rank(slot)}); len(out) > limit {
			break
		}
	}
	return out
}

// scalarsOf lets values be looked at as what they are made of.
func scalarsOf(values []Value) []scalar {
	return unsafe.Slice((*scalar)(unsafe.Pointer(unsafe.SliceData(values))), len(values))
}

// equalities are the conditions that values in an index stand for.
func equalities(def *indexDef, values []scalar) []pred {
	preds := make([]pred, len(values))
	for i, v := range values {
		preds[i] = pred{op: opEq, attr: def.attrs[i], arg: v}
	}
	return preds
}

// findOne returns the record that has values in a unique index, or nil.
func (r source) findOne(def *indexDef, values []scalar) *row {
	t, v := r.t, r.view()
	if v == nil {
		in := t.store.mu.Enter()
		rec := t.lookupOne(def, values)
		t.store.mu.Leave(in)
		return t.living(rec)
	}
	if v.begin(def, values) {
		rec := t.lookupOne(def, values)
		t.store.mu.RUnlock()
		return v.visible(rec)
	}
	q := newQuery(r, equalities(def, values))
	return q.one()
}

// lookupOne finds what an index has for values. It needs the lock. A call of
// the index by its interface would cost an allocation.
func (t *table) lookupOne(def *indexDef, values []scalar) (rec *row) {
	switch x := t.index(def).(type) {
	case *uniqueIndex:
		_, rec, _ = x.find(values)
	case *sortedIndex:
		if slot, ok := x.seek(values); ok {
			rec = t.records.Get(slot)
		}
	}
	return rec
}

// findAll returns the records that have values in an index, in bucket order.
func (r source) findAll(def *indexDef, values []scalar) []*row {
	t, v := r.t, r.view()
	if t.ttl == 0 && (v == nil || v.begin(def, values)) {
		if v == nil {
			t.store.mu.RLock()
		}
		recs, ok := t.lookupAll(def, values)
		t.store.mu.RUnlock()
		if ok {
			return recs
		}
	}
	q := newQuery(r, equalities(def, values))
	return slices.AppendSeq([]*row{}, q.matches())
}

// lookupAll is false where there are many records, or no list of them. It needs
// the lock.
func (t *table) lookupAll(def *indexDef, values []scalar) ([]*row, bool) {
	x, ok := t.index(def).(*postingIndex)
	if !ok {
		return nil, false
	}
	p := x.lookup(values)
	if p.n > underLock {
		return nil, false
	}
	return x.collect(make([]*row, 0, p.n), p), true
}

func (t *table) index(def *indexDef) index {
	if i := slices.Index(t.defs, def); i >= 0 {
		return t.indexes[i]
	}
	return nil
}

// walk yields the visible records in bucket order, walkBack the other way.
func (r source) walk() iter.Seq[*row] {
	if v := r.view(); v != nil {
		return v.walk(false)
	}
	snap, _ := r.t.snapshotAt()
	return r.t.visible(snap.all(), r.t.now())
}

func (r source) walkBack() iter.Seq[*row] {
	if v := r.view(); v != nil {
		return v.walk(true)
	}
	snap, _ := r.t.snapshotAt()
	return r.t.visible(snap.backward(), r.t.now())
}

// first returns the first n records in bucket order, last the last n.
func (r source) first(n int) []*row { return take(r.walk, n) }

func (r source) last(n int) []*row {
	rows := take(r.walkBack, n)
	slices.Reverse(rows)
	return rows
}

func take(walk func() iter.Seq[*row], n int) (rows []*row) {
	if n <= 0 {
		return nil
	}
	for r := range walk() {
		if rows = append(rows, r); len(rows) == n {
			break
		}
	}
	return rows
}

func recordsOf(recs iter.Seq[placed]) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		for p := range recs {
			if !yield(p.rec) {
				return
			}
		}
	}
}

// snapshot is the content of a bucket at one revision, in bucket order, to be
// walked once and without a lock.
type snapshot struct {
	t       *table
	view    slab.Snapshot
	keys    *btree.Tree // in an ordered bucket
	release func()
}

func (t *table) snapshotAt() (snapshot, uint64) {
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	return t.frozen(), t.store.revision
}

// frozen returns the current content. It needs the lock.
func (t *table) frozen() snapshot {
	s := snapshot{t: t}
	s.view, s.release = t.records.Hold()
	if t.sorted != nil {
		s.keys = t.sorted.tree.Clone()
	}
	return s
}

func (s snapshot) all() iter.Seq[*row] {
	if s.keys != nil {
		return s.rowsOf(slotsOf(s.keys.Ascend(nil, nil)))
	}
	return s.each(s.view.All())
}

func (s snapshot) backward() iter.Seq[*row] {
	if s.keys != nil {
		return s.rowsOf(slotsOf(s.keys.Descend(nil, nil)))
	}
	return s.each(s.view.Backward())
}

func (s snapshot) rowsOf(slots iter.Seq[uint32]) iter.Seq[*row] {
	return s.t.lookAhead(func(yield func(*row) bool) {
		defer s.release()
		for slot := range slots {
			if !yield(s.view.Get(slot)) {
				return
			}
		}
	})
}

func (s snapshot) each(recs iter.Seq2[uint32, *row]) iter.Seq[*row] {
	return func(yield func(*row) bool) {
		defer s.release()
		recs(func(_ uint32, r *row) bool { return yield(r) })
	}
}
