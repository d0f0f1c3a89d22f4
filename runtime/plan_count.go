package noex

// count returns the number of matching records, at least need if it stops
// early; a negative need counts all.
func (r source) count(preds []pred, need int) int {
	if v := r.view(); v != nil {
		return v.count(preds, need)
	}
	now := r.t.now()
	r.t.store.mu.RLock()
	n := r.t.counting(preds, need, now)
	r.t.store.mu.RUnlock()
	return n()
}

// counting counts the records that match: from the indexes if they tell, by
// slots if the indexes know all that is asked, else by looking at records. It
// needs the lock, the function that it returns does not.
func (t *table) counting(preds []pred, need int, now Millis) func() int {
	pl := t.planner()
	due := t.due(now)
	if n, ok := pl.exact(preds); ok && due <= min(n, underLock) {
		gone := t.dueRecords(due)
		return func() int {
			for _, r := range gone {
				if matchAll(preds, r) {
					n--
				}
			}
			return n
		}
	}
	a := ask{preds: preds, need: need}
	p := pl.plan(a)
	if p.reach != nil && len(p.rest) == 0 && due == 0 {
		return t.countSlots(p)
	}
	f := t.open(p, a, now)
	return func() int {
		n := 0
		for range f.all() {
			if n++; n == need {
				break
			}
		}
		return n
	}
}

// countSlots counts what a plan finds without a test of records.
func (t *table) countSlots(p plan) func() int {
	held, release := t.records.Hold()
	if !p.reach.distinct {
		set := t.members(append([]*reach{p.reach}, p.with...), &held)
		return func() int {
			defer release()
			return set().count()
		}
	}
	slots, with := p.reach.slots(&held), t.members(p.with, &held)
	return func() int {
		defer release()
		n, keep := 0, with()
		for slot := range slots {
			if keep == nil || keep.has(slot) {
				n++
			}
		}
		return n
	}
}

// dueRecords returns the n records that expire first.
func (t *table) dueRecords(n int) []*row {
	if n == 0 {
		return nil
	}
	recs := make([]*row, 0, n)
	for e := range t.expiry.Ascend(nil, nil) {
		if recs = append(recs, t.records.Get(e.Slot)); len(recs) == n {
			break
		}
	}
	return recs
}

// countEqual counts the records with a value of an index of its field alone,
// without a plan, which would cost ten times as much. It is false where that
// cannot be done.
func (r source) countEqual(p *pred) (int, bool) {
	for _, ix := range r.t.indexes {
		if x, ok := ix.(*postingIndex); ok && len(x.def.attrs) == 1 && x.def.attrs[0] == p.attr {
			return r.countIn(x, []scalar{p.arg})
		}
	}
	return 0, false
}

// countAll returns the number of records that have values in an index.
func (r source) countAll(def *indexDef, values []scalar) int {
	if x, ok := r.t.index(def).(*postingIndex); ok {
		if n, ok := r.countIn(x, values); ok {
			return n
		}
	}
	q := newQuery(r, equalities(def, values))
	return q.count()
}

// countIn is false where the index alone does not tell.
func (r source) countIn(x *postingIndex, values []scalar) (int, bool) {
	t := r.t
	if t.ttl > 0 {
		return 0, false
	}
	v := r.view()
	if v == nil {
		in := t.store.mu.Enter()
		n := x.number(values)
		t.store.mu.Leave(in)
		return n, true
	}
	if !v.begin(x.def, values) {
		return 0, false
	}
	defer v.unlock()
	return x.number(values), true
}
