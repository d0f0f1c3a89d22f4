package noex

import (
	"math/bits"
	"slices"
	"sync"
)

// edits are the changes of an UpdateMany: of the records of which keys, and what.
type edits struct {
	n     int
	key   func(i int) scalar
	patch func(i int, r *row, c *Check)
}

// changeMany changes records in one commit, all or none. It looks ahead, so that what
// many of them need is waited for at once.
func (m *mutator) changeMany(v *view, e edits) error {
	if v != nil {
		return m.changeManyTx(v, e)
	}
	x := exchangesPool.Get().(*exchanges)
	defer x.release()
	for {
		if err := m.prepare(x, e); err != nil {
			return err
		}
		if m.t.changesUnique(x) {
			return m.t.store.insist(func(sn *Snapshot) error { return m.changeManyTx(sn.view(m.t), e) })
		}
		c, err := m.t.store.begin()
		if err != nil {
			return err
		}
		done := m.t.exchange(c, x)
		m.t.store.end(c)
		if done {
			return nil
		}
	}
}

// exchanges are records that take the place of others, made before the lock is taken.
type exchanges struct {
	all      []exchange
	placings []placing
	// changed has a true for each index that some placing is in.
	changed []bool
	check   Check
	// bySlot leads to the first exchange of a slot: an open-addressing hash table of
	// numbers, each one higher than it is.
	bySlot []uint32
}

// exchange is one of them. It has no old record if it became a part of one before it,
// of the same record.
type exchange struct {
	slot     uint32
	from, to uint32 // its placings
	old, new *row
}

var exchangesPool = sync.Pool{New: func() any { return new(exchanges) }}

// reset makes room for n exchanges in a bucket with so many indexes.
func (x *exchanges) reset(n, indexes int) {
	if n > cap(x.all) {
		x.all = make([]exchange, n)
		x.bySlot = make([]uint32, 2<<bits.Len(uint(n)))
	}
	x.all, x.placings = x.all[:n], x.placings[:0]
	clear(x.bySlot)
	x.changed = slices.Grow(x.changed[:0], indexes)[:indexes]
	clear(x.changed)
}

// release gives the room back, unless it is large.
func (x *exchanges) release() {
	const most = 4096
	if cap(x.all) <= most {
		clear(x.all)
		x.check = Check{}
		exchangesPool.Put(x)
	}
}

// first returns the first exchange of the record of the i-th.
func (x *exchanges) first(i int) *exchange {
	const golden = 0x9e3779b1 // 2³² divided by the golden ratio: Knuth's multiplicative hashing
	this, mask := &x.all[i], uint32(len(x.bySlot)-1)
	for at := this.slot * golden >> bits.LeadingZeros32(mask); ; at++ {
		number := &x.bySlot[at&mask]
		if *number == 0 {
			*number = uint32(i) + 1
		}
		if ex := &x.all[*number-1]; ex.slot == this.slot && ex.old == this.old {
			return ex
		}
	}
}

// changesUnique reports whether a unique value changes, which another of the records
// may have or give up.
func (t *table) changesUnique(x *exchanges) bool {
	for _, p := range x.placings {
		if t.defs[p.number].unique {
			return true
		}
	}
	return false
}

// prepare finds the records, and makes what takes their place.
func (m *mutator) prepare(x *exchanges, e edits) error {
	t, now := m.t, m.t.store.clock.now()
	var issues []Issue
	x.reset(e.n, len(t.indexes))
	for from := 0; from < e.n; from += readAhead {
		to := min(from+readAhead, e.n)
		if err := t.findMany(x.all[from:to], func(i int) scalar { return e.key(from + i) }, now); err != nil {
			return err
		}
		for i := from; i < to; i++ {
			if err := m.follow(x, i, e, now); err != nil {
				issues = appendIssues(issues, i, err)
			}
		}
	}
	if len(issues) > 0 {
		return &ValidationError{Bucket: t.name, Issues: issues}
	}
	return nil
}

// follow makes what takes the place of the i-th record that was found.
func (m *mutator) follow(x *exchanges, i int, e edits, now Millis) error {
	ex := x.first(i)
	if this := &x.all[i]; this == ex {
		ex.new = ex.old
	} else {
		this.old = nil
	}
	r := m.t.typ.New()
	err := m.revise(r, ex.new, func(r *row, c *Check) error {
		e.patch(i, r, c)
		return nil
	}, &x.check, now)
	if err != nil {
		return err
	}
	ex.new = r
	ex.from = uint32(len(x.placings))
	x.placings = m.t.differing(x.placings, ex.old, r)
	ex.to = uint32(len(x.placings))
	for _, p := range x.placings[ex.from:] {
		x.changed[p.number] = true
	}
	return nil
}

// findMany finds the records of at most readAhead keys.
func (t *table) findMany(found []exchange, key func(i int) scalar, now Millis) error {
	var buf [readAhead]hashedKey
	keys := buf[:len(found)]
	for i := range keys {
		keys[i] = t.hashed(key(i))
	}
	if err := t.findSlots(found, keys); err != nil {
		return err
	}
	for i := range found {
		if r := found[i].old; r == nil || t.expired(r, now) {
			return &NotFoundError{Bucket: t.name, Key: t.key.box(keys[i].key())}
		}
	}
	return nil
}

func (t *table) findSlots(found []exchange, keys []hashedKey) error {
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	if t.store.state != storeOpen {
		return ErrClosed
	}
	var buf [readAhead]uint32
	slots := t.approach(keys, t.typ.Size, buf[:0])
	for i := range keys {
		ex := &found[i]
		*ex = exchange{}
		ex.slot, ex.old, _ = t.findAhead(keys, slots, i)
	}
	return nil
}

// current reports whether no record has changed since it was found.
func (t *table) current(x *exchanges) bool {
	for i := range x.all {
		if ex := &x.all[i]; ex.old != nil && !t.records.Holds(ex.slot, ex.old) {
			return false
		}
	}
	return true
}

// exchange puts records in the place of others, all or, if one of those has changed
// since it was found, none.
func (t *table) exchange(c *commit, x *exchanges) bool {
	if !t.current(x) {
		return false
	}
	c.expect(len(x.all))
	for some := range slices.Chunk(x.all, readAhead) {
		t.expectExchanges(x, some)
		for i := range some {
			ex := &some[i]
			if ex.old == nil {
				continue
			}
			t.setIn(x.placings[ex.from:ex.to], ex.slot, ex.old, ex.new)
			c.updated(t, ex.old, ex.new, t.records.Rank(ex.slot))
		}
	}
	return true
}

// deleteMany removes records in one commit, and returns how many there were. It looks
// ahead as changeMany does.
func (m *mutator) deleteMany(v *view, n int, key func(i int) scalar) (deleted int, err error) {
	if v != nil {
		return m.deleteManyTx(v, n, key)
	}
	t := m.t
	err = t.store.write(func(c *commit) error {
		now := t.now()
		c.expect(min(n, t.records.Len()))
		var buf [readAhead]hashedKey
		var slots [readAhead]uint32
		for from := 0; from < n; from += readAhead {
			keys := buf[:min(readAhead, n-from)]
			for i := range keys {
				keys[i] = t.hashed(key(from + i))
			}
			ahead := t.approach(keys, 0, slots[:0])
			t.expectLeaving(ahead)
			for i := range keys {
				if slot, r, ok := t.findAhead(keys, ahead, i); ok && t.deleteFound(c, slot, keys[i].hash, r, now) {
					deleted++
				}
			}
		}
		return nil
	})
	return deleted, err
}

// deleteFound removes the record at a slot, and reports whether it could be seen.
func (t *table) deleteFound(c *commit, slot, hash uint32, r *row, now Millis) bool {
	if t.expired(r, now) {
		t.removeHashed(c, slot, hash, r, ReasonExpired)
		return false
	}
	t.removeHashed(c, slot, hash, r, ReasonExplicit)
	return true
}
