package noex

import (
	"iter"
	"math"
	"slices"
)

// scan yields the records that meet conditions, of all there are. It needs the
// lock, what it returns does not.
func (t *table) scan(preds []pred, now Millis) (recs iter.Seq[*row], release func()) {
	if t.sorted == nil {
		if at, r := narrowest(preds); at >= 0 {
			return t.search(preds, at, r, now)
		}
	}
	snap := t.frozen()
	return t.matching(snap.all(), preds, now), snap.release
}

// search is a scan that looks only at records of which a value begins as the
// condition at a place demands. The beginnings of a field's values lie side by
// side since it was first searched, and where they are all there is to the values
// no record is looked at for that condition.
func (t *table) search(preds []pred, at int, r beginnings, now Millis) (recs iter.Seq[*row], release func()) {
	view, release := t.records.Hold()
	attr := preds[at].attr
	others := slices.Delete(slices.Clone(preds), at, at+1)
	return func(yield func(*row) bool) {
		defer release()
		for rec, sure := range view.Between(attr, attr.beginnings, r.lo, r.hi) {
			test := preds
			if sure && r.exact {
				test = others
			}
			if !t.expired(rec, now) && matchAll(test, rec) && !yield(rec) {
				return
			}
		}
	}, release
}

// beginnings are those that values may have for which a condition holds, from one
// to another, both included. Exact says that the condition holds for all of them.
type beginnings struct {
	lo, hi uint64
	exact  bool
}

// narrowest returns the place of the first equality, or else of the first
// condition that says how values begin; -1 is none.
func narrowest(preds []pred) (at int, r beginnings) {
	at = -1
	for i := range preds {
		if at >= 0 && preds[i].op != opEq {
			continue
		}
		if begin, ok := preds[i].beginnings(); ok {
			at, r = i, begin
			if preds[i].op == opEq {
				break
			}
		}
	}
	return at, r
}

func (p *pred) beginnings() (r beginnings, ok bool) {
	if p.attr == nil {
		return r, false
	}
	s, ok := p.span()
	if p.op == opEq {
		s, ok = span{bound{p.arg, true, true}, bound{p.arg, true, true}}, true
	}
	r = beginnings{hi: math.MaxUint64, exact: p.attr.kind != scalarString && p.attr.kind != scalarTime}
	if s.lo.set {
		r.lo = beginning(s.lo.v).Hi
		if r.exact && !s.lo.inclusive {
			ok = ok && r.lo != math.MaxUint64
			r.lo++
		}
	}
	if s.hi.set {
		r.hi = beginning(s.hi.v).Hi
		if r.exact && !s.hi.inclusive {
			ok = ok && r.hi != 0
			r.hi--
		}
	}
	return r, ok && r.lo <= r.hi
}
