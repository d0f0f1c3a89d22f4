package noex

import (
	"strings"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// removeExpired removes the expired records that have a unique value of r.
func (t *table) removeExpired(c *commit, r *row, now Millis) {
	for _, ix := range t.indexes {
		if slot, taken := ix.taken(r, slab.None, ix.position(r)); taken && t.expired(t.records.Get(slot), now) {
			t.remove(c, slot, ReasonExpired)
		}
	}
}

// removeAll takes records out of the bucket, those that are still there. Each is looked
// up anew, since a removal may give other records another slot.
func (t *table) removeAll(c *commit, recs []*row, why Reason) {
	for _, r := range recs {
		if slot, _, ok := t.find(t.keyOf(r)); ok {
			t.remove(c, slot, why)
		}
	}
}

// remove takes the record at slot out of the bucket.
func (t *table) remove(c *commit, slot uint32, why Reason) {
	old := t.records.Get(slot)
	t.removeHashed(c, slot, t.hasher.hash(t.keyAt(slot, old)), old, why)
}

// removeHashed is remove for a record whose key has a certain hash.
func (t *table) removeHashed(c *commit, slot, hash uint32, old *row, why Reason) {
	rank := t.drop(slot, hash, old)
	c.deleted(t, old, why, rank)
}

// drop is removeHashed without a change, and returns the place that the record had in bucket
// order. Where the record is in the indexes is not asked of itself, since memory that is
// nowhere near has to be waited for: so a delete takes a third less.
func (t *table) drop(slot, hash uint32, old *row) (rank uint64) {
	rank = t.records.Rank(slot)
	words := t.records.Words(slot)
	for i, ix := range t.indexes {
		ix.prefetch(position(words[i]))
	}
	key := t.keyAt(slot, old)
	t.primary.Delete(hash, slot)
	if t.sorted != nil {
		t.sorted.remove(slot, old, nowhere)
	} else {
		t.pages.left(t.hasher.wide(key), rank)
	}
	for i, ix := range t.indexes {
		ix.remove(slot, old, position(words[i]))
	}
	if t.expiry != nil {
		if at := t.meta(old).ExpiresAt; at != 0 {
			t.expiry.Delete(expiry(at, slot))
		}
	}
	t.saves.deleted(slot, key)
	t.records.Delete(slot)
	t.records.Compact(slot, t.moved)
	return rank
}

// moved follows a record that got another slot. Its key gets memory of its own, since most
// of those beside it are gone.
func (t *table) moved(old, slot uint32, r *row) {
	if t.key.kind == scalarString {
		key := (*string)(t.key.field(r))
		*key = strings.Clone(*key)
	}
	t.primary.Replace(t.hasher.hash(t.keyOf(r)), old, slot)
	if t.sorted != nil {
		t.sorted.insert(slot, r, nowhere)
	}
	words := t.records.Words(slot)
	copy(words, t.records.Words(old))
	for i, ix := range t.indexes {
		ix.move(old, slot, r, position(words[i]))
	}
	if t.expiry != nil {
		if at := t.meta(r).ExpiresAt; at != 0 {
			t.expiry.Delete(expiry(at, old))
			t.expiry.Insert(expiry(at, slot))
		}
	}
	t.saves.moved(old, slot)
}

// evict removes the oldest records until the bucket is no larger than its
// limit, expired ones first.
func (t *table) evict(c *commit, now Millis) {
	if t.maxSize == 0 || t.records.Len() <= t.maxSize {
		return
	}
	t.purge(c, now)
	for t.records.Len() > t.maxSize {
		t.remove(c, t.records.First(), ReasonEvicted)
	}
}

// purge removes the expired records.
func (t *table) purge(c *commit, now Millis) int {
	n := 0
	for t.expiry != nil {
		e, ok := t.expiry.Min()
		if !ok || dueAfter(now)(e) {
			break
		}
		t.remove(c, e.Slot, ReasonExpired)
		n++
	}
	return n
}

// clear removes every record and returns how many of them could be seen.
func (t *table) clear(c *commit, now Millis) int {
	var seen, gone []*row
	for _, r := range t.records.All() {
		if t.expired(r, now) {
			gone = append(gone, r)
		} else {
			seen = append(seen, r)
		}
	}
	t.removeAll(c, gone, ReasonExpired)
	t.removeAll(c, seen, ReasonCleared)
	return len(seen)
}
