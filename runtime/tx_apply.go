package noex

import (
	"cmp"
	"slices"
)

// apply writes inserts, then updates, then deletes; records that were inserted
// come to the end of the bucket in the order in which they were. What stands in
// the way of a unique value leaves with a later write or has expired.
func (v *view) apply(c *commit, now Millis) {
	t := v.t
	if t.ttl > 0 {
		v.makeWay(c, now)
	}
	if fresh := v.inserted(); len(fresh) > 0 {
		t.applyInserts(c, fresh)
	}
	for _, key := range v.cursors {
		if slot, _, ok := t.find(key); ok {
			t.pages.hand(t.hasher.wide(key), t.records.Rank(slot))
		}
	}
	v.ahead((*write).updates, func(w *write) {
		if slot, old, exists := t.locate(&w.base); exists {
			t.set(slot, old, w.rec)
			c.updated(t, old, w.rec, t.records.Rank(slot))
		}
	})
	v.ahead((*write).deletes, func(w *write) {
		if slot, old, exists := t.locate(&w.base); exists {
			if t.expired(old, now) {
				w.why = ReasonExpired
			}
			t.removeHashed(c, slot, w.hash, old, w.why)
		}
	})
	t.evict(c, now)
}

func (w *write) updates() bool { return w.rec != nil && !w.fresh }
func (w *write) deletes() bool { return w.rec == nil }

// applyInserts adds the records that were inserted. Those of which the key had a record
// are updates, and come after the others in the commit.
func (t *table) applyInserts(c *commit, fresh []*write) {
	var updates []change
	var ahead arrivals
	for some := range slices.Chunk(fresh, readAhead) {
		ahead.reset(t, len(some))
		for _, w := range some {
			ahead.add(t, w.hash, w.rec)
		}
		ahead.expect(t)
		for i, w := range some {
			slot, old, exists := t.findHashed(w.key(), w.hash)
			if !exists {
				r, _ := t.add(w.rec, &ahead.all[i])
				c.inserted(t, r)
				continue
			}
			rank := t.drop(slot, w.hash, old)
			r, _ := t.add(w.rec, &ahead.all[i])
			updates = append(updates, change{table: t, typ: Updated, old: old, new: r, rank: rank})
		}
	}
	c.changes = append(c.changes, updates...)
}

// ahead calls fn for the writes of a kind, in groups of readAhead: what leads to their
// records is looked up for all of a group at once.
func (v *view) ahead(kind func(*write) bool, fn func(*write)) {
	for some := range slices.Chunk(v.writes, readAhead) {
		if len(some) >= manyWrites {
			v.approach(some, kind)
		}
		for _, w := range some {
			if kind(w) {
				fn(w)
			}
		}
	}
}

// approach brings what writes of a kind need into the processor's cache. Where a record
// is that stays was found out already, unless it has moved since.
func (v *view) approach(some []*write, kind func(*write) bool) {
	var keys [readAhead]hashedKey
	var found [readAhead]uint32
	wanted, slots, leaving := keys[:0], found[:0], false
	for _, w := range some {
		switch {
		case !kind(w):
		case w.rec != nil && w.base.rec != nil && v.t.records.Holds(w.slot, w.base.rec):
			slots = append(slots, w.slot)
		default:
			wanted = append(wanted, w.hashedKey)
			leaving = w.rec == nil
		}
	}
	slots = v.t.approach(wanted, 1, slots)
	if leaving {
		v.t.expectLeaving(slots)
	}
}

// makeWay removes the expired records that have a key or a unique value of what
// is written.
func (v *view) makeWay(c *commit, now Millis) {
	t := v.t
	for _, w := range v.writes {
		if w.rec == nil {
			continue
		}
		t.removeExpired(c, w.rec, now)
		if slot, old, exists := t.find(w.key()); exists && t.expired(old, now) {
			t.remove(c, slot, ReasonExpired)
		}
	}
}

// locate is find for the key of a base, most often without a search.
func (t *table) locate(b *base) (uint32, *row, bool) {
	if b.rec != nil && t.records.Holds(b.slot, b.rec) {
		return b.slot, b.rec, true
	}
	return t.findHashed(b.key(), b.hash)
}

// inserted returns the records that the transaction inserted and that are still
// there, in the order in which it did.
func (v *view) inserted() []*write {
	var fresh []*write
	for _, w := range v.writes {
		if w.fresh && w.rec != nil {
			fresh = append(fresh, w)
		}
	}
	slices.SortFunc(fresh, func(a, b *write) int { return cmp.Compare(a.rank, b.rank) })
	return fresh
}
