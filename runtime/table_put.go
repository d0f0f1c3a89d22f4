package noex

import "github.com/noexgen/noexgen/runtime/internal/slab"

// placing is where a record will be in the index with a number. Where it is now is known
// by the slab, as [slab.Slab.Words].
type placing struct {
	number uint32
	is     position
}

// fewIndexes is the number of indexes up to which their placings need no
// allocation.
const fewIndexes = 8

// arrival is where a record belongs that comes: the hash of its key, and its placings.
type arrival struct {
	hash     uint32
	placings []placing
}

// arrival finds out where a record belongs whose key has a certain hash.
func (t *table) arrival(buf []placing, hash uint32, r *row) arrival {
	for i, ix := range t.indexes {
		buf = append(buf, placing{uint32(i), ix.position(r)})
	}
	return arrival{hash, buf}
}

// arriving is arrival for a record that comes at once.
func (t *table) arriving(buf []placing, hash uint32, r *row) arrival {
	a := t.arrival(buf, hash, r)
	t.expect(&a)
	return a
}

// expect prefetches what will be looked up for a record.
func (t *table) expect(a *arrival) {
	t.primary.Prefetch(a.hash)
	for i := range a.placings {
		p := &a.placings[i]
		t.indexes[p.number].prefetch(p.is)
	}
}

// differing appends the placings of a record in the indexes that see a difference to
// another.
func (t *table) differing(all []placing, old, r *row) []placing {
	for i, ix := range t.indexes {
		if !t.defs[i].same(old, r) {
			all = append(all, placing{uint32(i), ix.position(r)})
		}
	}
	return all
}

// blockers returns the records that some indexes say stand in the way of r,
// which is at slot self or nowhere yet: expired ones that have to go, or an error if one of
// them is alive.
func (t *table) blockers(placings []placing, r *row, self uint32, now Millis) (gone []*row, err error) {
	for i := range placings {
		p := &placings[i]
		def := t.defs[p.number]
		if !def.unique {
			continue
		}
		slot, taken := t.indexes[p.number].taken(r, self, p.is)
		if !taken {
			continue
		}
		holder := t.records.Get(slot)
		if !t.expired(holder, now) {
			return nil, &UniqueError{Bucket: t.name, Field: def.name, Value: def.boxed(r)}
		}
		gone = append(gone, holder)
	}
	return gone, nil
}

// insert puts a copy of a new record into the bucket.
func (t *table) insert(c *commit, r *row, a *arrival, now Millis) error {
	key := t.keyOf(r)
	_, old, exists := t.findNew(key, a.hash)
	if exists && !t.expired(old, now) {
		return &DuplicateKeyError{Bucket: t.name, Key: t.key.box(key)}
	}
	gone, err := t.blockers(a.placings, r, slab.None, now)
	if err != nil {
		return err
	}
	if exists {
		gone = append(gone, old)
	}
	if len(gone) > 0 {
		t.removeAll(c, gone, ReasonExpired)
	}
	placed, _ := t.add(r, a)
	if t.key.kind == scalarString { // what is kept once need not be kept by the caller again
		*(*string)(t.key.field(r)) = *(*string)(t.key.field(placed))
	}
	c.inserted(t, placed)
	return nil
}

// add puts a copy of a record that conflicts with none at the end of the bucket.
func (t *table) add(draft *row, a *arrival) (r *row, slot uint32) {
	r, slot = t.place(draft)
	t.primary.Insert(a.hash, slot)
	if t.sorted != nil {
		t.sorted.insert(slot, r, nowhere)
	}
	t.enter(slot, r, a.placings)
	if t.expiry != nil {
		if at := t.meta(r).ExpiresAt; at != 0 {
			t.expiry.Insert(expiry(at, slot))
		}
	}
	t.saves.inserted(slot)
	return r, slot
}

// enter puts the record at a slot into indexes, and notes its positions.
func (t *table) enter(slot uint32, r *row, placings []placing) {
	if len(placings) == 0 {
		return // and the memory of words is not waited for
	}
	words := t.records.Words(slot)
	for i := range placings {
		p := &placings[i]
		words[p.number] = uint32(p.is)
		t.indexes[p.number].insert(slot, r, p.is)
	}
}

// place appends a copy of a record to the records, and lets its key be where they keep
// it.
func (t *table) place(draft *row) (r *row, slot uint32) {
	key := t.keyOf(draft).s
	r, slot, stored := t.records.Append(draft, key)
	if key != "" {
		*(*string)(t.key.field(r)) = stored
	}
	return r, slot
}

// replace puts r in the place of old, which is at slot and has the same key.
func (t *table) replace(c *commit, slot uint32, old, r *row, now Millis) error {
	var buf [fewIndexes]placing
	differing := t.differing(buf[:0], old, r)
	gone, err := t.blockers(differing, r, slot, now)
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		t.removeAll(c, gone, ReasonExpired)
		slot, _, _ = t.find(t.keyOf(r)) // a removal may move records
	}
	t.setIn(differing, slot, old, r)
	c.updated(t, old, r, t.records.Rank(slot))
	return nil
}

// set puts r, which conflicts with none, in the place of old.
func (t *table) set(slot uint32, old, r *row) {
	var buf [fewIndexes]placing
	t.setIn(t.differing(buf[:0], old, r), slot, old, r)
}

func (t *table) setIn(differing []placing, slot uint32, old, r *row) {
	if len(differing) > 0 {
		words := t.records.Words(slot)
		for _, p := range differing {
			t.indexes[p.number].remove(slot, old, position(words[p.number]))
		}
	}
	t.records.Set(slot, r)
	t.fitUnknown(slot, r)
	t.enter(slot, r, differing)
	if t.expiry != nil {
		if was, is := t.meta(old).ExpiresAt, t.meta(r).ExpiresAt; was != is {
			if was != 0 {
				t.expiry.Delete(expiry(was, slot))
			}
			if is != 0 {
				t.expiry.Insert(expiry(is, slot))
			}
		}
	}
	t.saves.updated(slot)
}
