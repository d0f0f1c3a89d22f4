package noex

import "github.com/noexgen/noexgen/runtime/internal/slottable"

// readAhead is how many records are looked up together. What leads to them, and what is
// changed for them, is mostly in no cache of the processor. Loops that do nothing but
// read it have many of those reads under way at once, where a loop that does all there
// is to do for one record after the other waits for each. Of a million records, changes
// of 1,000 in one call take a fifth to a third less than with what was read ahead for
// each record by itself.
const readAhead = 32

// manyWrites is from how many writes on what they need is looked up together.
const manyWrites = 4

// arrivals are where up to readAhead records belong that come together.
type arrivals struct {
	all      []arrival
	placings []placing
	// one is the room for one record, which so needs no allocation.
	one struct {
		arrival  [1]arrival
		placings [fewIndexes]placing
	}
}

// reset makes room for n records.
func (a *arrivals) reset(t *table, n int) {
	switch indexes := len(t.indexes); {
	case n == 1 && indexes <= fewIndexes:
		a.all, a.placings = a.one.arrival[:], a.one.placings[:]
	case n > cap(a.all):
		a.all, a.placings = make([]arrival, n), make([]placing, n*indexes)
	}
	a.all = a.all[:0]
}

// add finds out where a record belongs whose key has a certain hash.
func (a *arrivals) add(t *table, hash uint32, r *row) {
	at, n := len(a.all), len(t.indexes)
	a.all = append(a.all, t.arrival(a.placings[at*n:at*n:(at+1)*n], hash, r))
}

// expect is [table.expect] for all of them.
func (a *arrivals) expect(t *table) {
	if len(a.all) == 1 {
		t.expect(&a.all[0])
		return
	}
	t.expectAll(a.all)
}

// expectAll is expect for up to readAhead records. Of a million, an insert of many takes
// a quarter less than with expect for each.
func (t *table) expectAll(all []arrival) {
	var buf [readAhead]position
	at := buf[:len(all)]
	for i := range all {
		at[i] = position(all[i].hash)
	}
	slottable.TouchAll(&t.primary, at)
	for n, ix := range t.indexes {
		for i := range all {
			at[i] = all[i].placings[n].is
		}
		ix.touchAll(at, nil)
	}
}

// approach brings what leads to the records of up to readAhead keys into the processor's
// cache, with the first bytes of each record, and appends their slots to a list. A key may
// be missing there, or have the slot of another.
func (t *table) approach(keys []hashedKey, bytes uintptr, slots []uint32) []uint32 {
	var buf [readAhead]uint32
	hashes := buf[:len(keys)]
	for i := range keys {
		hashes[i] = keys[i].hash
	}
	slottable.TouchAll(&t.primary, hashes)
	for _, hash := range hashes {
		if slot, ok := t.primary.First(hash); ok {
			slots = append(slots, slot)
		}
	}
	t.records.Touch(slots, bytes)
	return slots
}

// findAhead is findHashed for the i-th of the keys whose slots approach has found. Since then
// records may have been deleted or got another slot. Deletes of 1,000 in one call take a
// fiftieth less than with another look at the primary index.
func (t *table) findAhead(keys []hashedKey, slots []uint32, i int) (uint32, *row, bool) {
	each := len(slots) == len(keys) // has a slot, which is its own most often
	if each && t.records.Has(slots[i], keys[i].s) {
		if r := t.records.Get(slots[i]); r != nil {
			return slots[i], r, true
		}
	}
	return t.findHashed(keys[i].key(), keys[i].hash)
}

// expectLeaving brings the places of up to readAhead records that go into the
// processor's cache.
func (t *table) expectLeaving(slots []uint32) {
	var buf [readAhead]position
	at := buf[:len(slots)]
	for n, ix := range t.indexes {
		for i, slot := range slots {
			at[i] = position(t.records.Words(slot)[n])
		}
		ix.touchAll(at, slots)
	}
}

// expectExchanges brings the places that up to readAhead records leave and get into the
// processor's cache.
func (t *table) expectExchanges(x *exchanges, some []exchange) {
	var was, is [readAhead]position
	var slots [readAhead]uint32
	for n, ix := range t.indexes {
		if !x.changed[n] {
			continue
		}
		k := 0
		for i := range some {
			ex := &some[i]
			if ex.old == nil {
				continue
			}
			for _, p := range x.placings[ex.from:ex.to] {
				if p.number == uint32(n) {
					was[k], is[k], slots[k] = position(t.records.Words(ex.slot)[n]), p.is, ex.slot
					k++
				}
			}
		}
		ix.touchAll(was[:k], slots[:k])
		ix.touchAll(is[:k], slots[:k])
	}
}
