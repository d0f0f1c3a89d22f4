package noex

import "slices"

// find is Reader.find in a snapshot: the same where the bucket is as the
// snapshot sees it, else by way of merge.
func (v *view) find(a ask) found {
	if v.sn.track {
		v.reads.cond(a.preds)
	}
	if v.sn.ended {
		return found{t: v.t}
	}
	t := v.t
	v.lock()
	if v.current() {
		defer v.unlock()
		return t.open(t.planner().plan(a), a, v.sn.now)
	}
	p := t.planner().plan(ask{preds: a.preds, need: -1})
	if p.reach == nil {
		snap, release := t.records.Hold()
		v.unlock()
		defer release()
		return found{t: v.t, recs: recordsOf(slices.Values(v.merge(placedIn(snap), a.preds)))}
	}
	base, _ := t.collect(p) // which releases what it holds
	v.unlock()
	return found{t: v.t, recs: recordsOf(slices.Values(v.merge(base(), a.preds)))}
}

// begin takes the lock for a look into an index, if the bucket is what the
// snapshot sees; if not, it takes no lock and is false.
func (v *view) begin(def *indexDef, values []scalar) bool {
	if v.sn.ended {
		return false
	}
	v.lock()
	if !v.current() {
		v.unlock()
		return false
	}
	if v.sn.track {
		v.reads.cond(equalities(def, values))
	}
	return true
}

// current reports whether the bucket is what the snapshot sees. It needs the
// lock.
func (v *view) current() bool { return len(v.undo) == 0 && len(v.writes) == 0 }

// count is Reader.count in a snapshot: what the bucket has, plus and minus what
// the snapshot sees differently.
func (v *view) count(preds []pred, need int) int {
	if v.sn.track {
		v.reads.cond(preds)
	}
	return v.counted(preds, need)
}

// counted is count without taking note.
func (v *view) counted(preds []pred, need int) int {
	if v.sn.ended {
		return 0
	}
	t := v.t
	v.lock()
	if !v.current() {
		need = -1
	}
	count := t.counting(preds, need, v.sn.now)
	var seen, now []*row
	note := func(key scalar, rec *row) {
		seen = append(seen, rec)
		_, held, _ := t.find(key)
		now = append(now, held)
	}
	for key, p := range v.undo {
		if !v.writesTo(key) {
			note(key, p.rec)
		}
	}
	for _, w := range v.writes {
		note(w.key(), w.rec)
	}
	v.unlock()
	return count() + v.matches(seen, preds) - v.matches(now, preds)
}

func (v *view) matches(recs []*row, preds []pred) int {
	n := 0
	for _, r := range recs {
		if v.visible(r) != nil && matchAll(preds, r) {
			n++
		}
	}
	return n
}
