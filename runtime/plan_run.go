package noex

import (
	"cmp"
	"iter"
	"slices"
)

// underLock is the number of records up to which a query takes pointers to them
// while it holds the lock. More are looked up in a snapshot without it.
const underLock = 1024

// find returns the records that match, as they are now or in the snapshot.
func (r source) find(a ask) found {
	if v := r.view(); v != nil {
		return v.find(a)
	}
	now := r.t.now()
	r.t.store.mu.RLock()
	defer r.t.store.mu.RUnlock()
	return r.t.open(r.t.planner().plan(a), a, now)
}

// open captures what a plan needs. It needs the lock, what it returns does not.
func (t *table) open(p plan, a ask, now Millis) found {
	f := found{t: t, sorted: p.walk != nil, release: func() {}}
	switch {
	case p.walk != nil:
		if recs, ok := t.walkFew(p, a, now); ok {
			f.list(recs)
			return f
		}
		f.recs, f.release = t.openWalk(p, a, now)
		return f
	case p.reach == nil:
		f.recs, f.release = t.scan(p.rest, now)
		return f
	case p.reach.inOrder && len(p.with) == 0 && p.reach.rows <= underLock:
		recs := make([]*row, 0, p.reach.rows)
		for _, b := range p.reach.branches {
			recs = t.rowsOf(recs, b)
		}
		if len(p.rest) == 0 && t.ttl == 0 {
			f.list(recs)
			return f
		}
		f.recs = t.touched(recs)
	case p.reach.inOrder:
		f.recs, f.release = t.stream(p)
	default:
		var collected func() []placed
		collected, f.release = t.collect(p)
		f.recs = t.lookAhead(func(yield func(*row) bool) { recordsOf(slices.Values(collected()))(yield) })
	}
	if p.reach.distinct && len(p.with)+len(p.rest) == 0 && t.ttl == 0 {
		f.n = p.reach.rows
	}
	f.recs = t.matching(f.recs, p.rest, now)
	return f
}

// rowsOf appends the records of a branch.
func (t *table) rowsOf(recs []*row, b branch) []*row {
	if x, ok := b.ix.(*postingIndex); ok {
		return x.collect(recs, x.lookup(b.part.equal))
	}
	for slot := range b.ix.slots(b.part) {
		recs = append(recs, t.records.Get(slot))
	}
	return recs
}

// matching leaves out the expired records and those that fail a condition.
func (t *table) matching(recs iter.Seq[*row], preds []pred, now Millis) iter.Seq[*row] {
	if len(preds) == 0 {
		return t.visible(recs, now)
	}
	return func(yield func(*row) bool) {
		for r := range recs {
			if !t.expired(r, now) && matchAll(preds, r) && !yield(r) {
				return
			}
		}
	}
}

// visible leaves out the expired records.
func (t *table) visible(recs iter.Seq[*row], now Millis) iter.Seq[*row] {
	if t.ttl == 0 {
		return recs
	}
	return func(yield func(*row) bool) {
		for r := range recs {
			if !t.expired(r, now) && !yield(r) {
				return
			}
		}
	}
}

// stream yields the records of a part that is in bucket order.
func (t *table) stream(p plan) (recs iter.Seq[*row], release func()) {
	snap, release := t.records.Hold()
	slots := p.reach.slots(&snap)
	with := t.members(p.with, &snap)
	return func(yield func(*row) bool) {
		defer release()
		keep := with()
		for slot := range slots {
			if (keep == nil || keep.has(slot)) && !yield(snap.Get(slot)) {
				return
			}
		}
	}, release
}

// collect returns the records of a reach in bucket order, each once, with their
// ranks. It needs the lock, the function that it returns does not.
func (t *table) collect(p plan) (collected func() []placed, release func()) {
	if p.reach.rows <= underLock && len(p.with) == 0 {
		out := make([]placed, 0, p.reach.rows)
		for slot := range p.reach.slots(nil) {
			out = append(out, placed{t.records.Get(slot), t.records.Rank(slot)})
		}
		return func() []placed {
			t.arrange(out)
			return slices.CompactFunc(out, func(a, b placed) bool { return a.rec == b.rec })
		}, func() {}
	}
	snap, release := t.records.Hold()
	ordered := t.sorted == nil && t.records.RanksAreSlots()
	set := t.members(append([]*reach{p.reach}, p.with...), &snap)
	return func() []placed {
		defer release()
		slots := set()
		out := make([]placed, 0, slots.count())
		for slot := range slots.all() {
			out = append(out, placed{snap.Get(slot), snap.Rank(slot)})
		}
		if !ordered {
			t.arrange(out)
		}
		return out
	}, release
}

// arrange sorts records by bucket order.
func (t *table) arrange(recs []placed) {
	slices.SortFunc(recs, t.comparePlaced)
}

// comparePlaced compares records by bucket order.
func (t *table) comparePlaced(a, b placed) int {
	if t.sorted != nil {
		return t.keyOf(a.rec).compare(t.keyOf(b.rec))
	}
	return cmp.Compare(a.rank, b.rank)
}

// walkFew returns the records along a sorted index, if a few of those are what is asked
// for.
func (t *table) walkFew(p plan, a ask, now Millis) (recs []*row, ok bool) {
	w, need := p.walk, a.need
	if need < 0 && !w.tail {
		need = w.rows
	}
	if len(p.rest) > 0 || !w.whole || need < 0 || need > min(w.rows, underLock) || t.due(now) > 0 {
		return nil, false
	}
	recs = make([]*row, 0, need)
	if need == 0 {
		return recs, true
	}
	for slot := range w.ix.walk(w.part, w.fields, w.desc, nil) {
		if recs = append(recs, t.records.Get(slot)); len(recs) == need {
			break
		}
	}
	return recs, true
}

// openWalk yields the records that match along a sorted index, and after them
// those that have no value to be sorted by.
func (t *table) openWalk(p plan, a ask, now Millis) (iter.Seq[*row], func()) {
	w := p.walk
	snap, release := t.records.Hold()
	steps := w.ix.walk(w.part, w.fields, w.desc, &snap)
	recs := func(yield func(*row) bool) {
		defer release()
		if w.whole {
			for slot := range steps {
				if !yield(snap.Get(slot)) {
					return
				}
			}
			return
		}
		var group []placed
		flush := func() bool {
			t.arrange(group)
			for _, r := range group {
				if !yield(r.rec) {
					return false
				}
			}
			group = group[:0]
			return true
		}
		for slot, begins := range steps {
			if begins && !flush() {
				return
			}
			group = append(group, placed{snap.Get(slot), snap.Rank(slot)})
		}
		flush()
	}
	valued := t.matching(t.lookAhead(recs), p.rest, now)
	if !w.tail {
		return valued, release
	}
	others := ask{preds: a.preds, need: -1}
	tail := t.open(t.planner().plan(others), others, now)
	releaseAll := func() {
		release()
		tail.release()
	}
	return func(yield func(*row) bool) {
		defer releaseAll()
		for r := range valued {
			if !yield(r) {
				return
			}
		}
		for r := range tail.all() {
			if !hasAll(a.orders, r) && !yield(r) {
				return
			}
		}
	}, releaseAll
}

func hasAll(orders []ordering, r *row) bool {
	return !slices.ContainsFunc(orders, func(o ordering) bool { return !o.has(r) })
}
