package noex

import (
	"slices"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// view is a bucket in a snapshot: what has to be taken back, what a
// transaction has written, and what was read. It belongs to one goroutine, but
// for the part of the snapshot that commits fill.
type view struct {
	sn   *Snapshot
	t    *table
	seen int // how many of sn.since are in undo
	// foreseen is how many of sn.since are known not to touch what was read.
	foreseen int
	// undo holds what has to be taken back of each key changed since.
	undo map[scalar]undone
	// writes holds what the transaction leaves of each key it wrote, in the order
	// of the first write; writeKeys numbers their keys.
	writes    []*write
	writeKeys keySet
	room      []write // for writes to come
	// before holds what writes said that were changed while whole is set.
	before []was
	whole  bool
	// met is what was read last.
	met base
	// last is the rank given to the record inserted last by the transaction.
	last  uint64
	reads readSet
	// cursors are the keys of records of the transaction that were handed out as
	// cursors; the records have no place in the bucket yet.
	cursors []scalar
}

// undone is the record of a key at the revision of the snapshot, and whether it has one
// now.
type undone struct {
	placed
	exists bool
}

// placed is a record and its place in the order of a bucket in insertion
// order.
type placed struct {
	rec  *row
	rank uint64
}

// base is what a key had at the revision of a snapshot, which never changes.
type base struct {
	placed
	hashedKey
	// slot is where the record was when it was met, which may change.
	slot uint32
}

// ownRank is above every rank of a slab: records that a transaction inserts
// come last.
const ownRank = uint64(1) << 63

// ReadIn returns a reader of the bucket of r in a snapshot.
//
//go:noinline
func ReadIn[K Key, R any](sn *Snapshot, r Reader[K, R]) Reader[K, R] {
	return Reader[K, R]{source{r.s.t, sn}}
}

// view returns the view of a bucket. It is made when the bucket is first used, since
// most transactions use few of those that a store has.
func (sn *Snapshot) view(t *table) *view {
	for _, v := range sn.views {
		if v.t == t {
			return v
		}
	}
	return sn.newView(t)
}

func (sn *Snapshot) newView(t *table) *view {
	var v *view
	if sn.track {
		v = trackedView()
	} else {
		v = new(view)
	}
	v.sn, v.t, v.last = sn, t, ownRank
	sn.views = append(sn.views, v)
	return v
}

// fewUsed is how many keys of a bucket a transaction may read, and write, before it
// needs more room for them.
const fewUsed = 2

// trackedView returns a view with room for a few keys. A transaction over two buckets
// so allocates a third less often.
func trackedView() *view {
	room := new(struct {
		view
		read, wrote [fewUsed]hashedKey
		writes      [fewUsed]*write
		write       [1]write
	})
	room.reads.keys.all, room.writeKeys.all = room.read[:0], room.wrote[:0]
	room.view.writes, room.view.room = room.writes[:0], room.write[:]
	return &room.view
}

// lock takes the lock of the store to read, with all commits taken note of.
func (v *view) lock() {
	mu := &v.sn.store.mu
	mu.RLock()
	for v.sn.since.n-v.seen > changeBlock { // which would keep writers waiting
		since := v.sn.since
		mu.RUnlock()
		v.note(since)
		mu.RLock()
	}
	v.catchUp()
}

func (v *view) unlock() { v.sn.store.mu.RUnlock() }

// catchUp takes note of the commits since the last look. It needs the lock of
// the store.
func (v *view) catchUp() {
	if v.sn.since.n != v.seen {
		v.note(v.sn.since)
	}
}

func (v *view) note(since changeList) {
	for _, ch := range since.from(v.seen) {
		if ch.table != v.t {
			continue
		}
		if v.undo == nil {
			v.undo = make(map[scalar]undone)
		}
		key := ch.key()
		was, ok := v.undo[key]
		if !ok {
			was.placed = placed{ch.old, ch.rank}
		}
		was.exists = ch.new != nil
		v.undo[key] = was
	}
	v.seen = since.n
}

func has[K comparable, V any](m map[K]V, key K) bool {
	_, ok := m[key]
	return ok
}

// base returns what a key had at the revision of the snapshot, a record that is
// nil for nothing, and its slot, 0 if it has changed since. It needs the lock of the view.
func (v *view) base(k hashedKey) (p placed, slot uint32) {
	if u, ok := v.undo[k.key()]; ok {
		return u.placed, 0
	}
	if slot, rec, ok := v.t.findHashed(k.key(), k.hash); ok {
		return placed{rec, v.t.records.Rank(slot)}, slot
	}
	return placed{}, 0
}

// lookAhead brings what leads to the next of n records into the processor's cache, with
// the first bytes of each, every readAhead of them.
func (v *view) lookAhead(i, n int, bytes uintptr, key func(i int) scalar) {
	if i%readAhead != 0 || n-i < manyWrites || v.sn.ended {
		return
	}
	var keys [readAhead]hashedKey
	var slots [readAhead]uint32
	some := keys[:min(readAhead, n-i)]
	for j := range some {
		some[j] = v.t.hashed(key(i + j))
	}
	v.lock()
	v.t.approach(some, bytes, slots[:0])
	v.unlock()
}

// meet is base, remembered until the next.
func (v *view) meet(k hashedKey) *base {
	if v.met.hashedKey != k {
		v.lock()
		v.met.hashedKey = k
		v.met.placed, v.met.slot = v.base(k)
		v.unlock()
	}
	return &v.met
}

// get returns the record of a key as the snapshot sees it, or nil.
func (v *view) get(key scalar) *row { return v.getHashed(v.t.hashed(key)) }

func (v *view) getHashed(k hashedKey) *row {
	if v.sn.track {
		v.reads.key(k)
	}
	if v.sn.ended {
		return nil
	}
	_, rec := v.look(k)
	return rec
}

// look is get in a snapshot that goes on, without taking note, for who writes: what is
// written need not be read for the commit to see what others made of it. It returns what
// the transaction wrote of the key before as well, nil for nothing.
func (v *view) look(k hashedKey) (w *write, rec *row) {
	if w = v.writeOf(k); w != nil {
		return w, v.visible(w.rec)
	}
	return nil, v.visible(v.record(k))
}

// record is meet without what only writes need to know.
func (v *view) record(k hashedKey) (rec *row) {
	if v.sn.track {
		return v.meet(k).rec
	}
	v.lock()
	if u, ok := v.undo[k.key()]; ok {
		rec = u.rec
	} else {
		_, rec, _ = v.t.findHashed(k.key(), k.hash)
	}
	v.unlock()
	return rec
}

// writeOf returns what the transaction wrote of a key, or nil.
func (v *view) writeOf(k hashedKey) *write {
	if len(v.writes) == 0 {
		return nil
	}
	if i := v.writeKeys.find(k); i >= 0 {
		return v.writes[i]
	}
	return nil
}

// writesTo reports whether the transaction wrote a key.
func (v *view) writesTo(key scalar) bool {
	return len(v.writes) > 0 && v.writeOf(v.t.hashed(key)) != nil
}

func (v *view) visible(rec *row) *row {
	if rec == nil || v.t.expired(rec, v.sn.now) {
		return nil
	}
	return rec
}

// all returns the records that the snapshot sees, in bucket order.
func (v *view) all() []placed {
	if v.sn.track {
		v.reads.whole = true
	}
	return v.scan()
}

func (v *view) scan() []placed {
	if v.sn.ended {
		return nil
	}
	v.lock()
	snap, release := v.t.records.Hold()
	v.unlock()
	defer release()
	return v.merge(placedIn(snap), nil)
}

// placedIn returns all records with their ranks.
func placedIn(snap slab.Snapshot) []placed {
	out := make([]placed, 0, snap.Len())
	for slot, rec := range snap.All() {
		out = append(out, placed{rec, snap.Rank(slot)})
	}
	return out
}

// merge makes of current records those that the snapshot sees and that match
// all of preds, in bucket order.
func (v *view) merge(base []placed, preds []pred) []placed {
	sees := func(rec *row) bool { return v.visible(rec) != nil && matchAll(preds, rec) }
	out := slices.DeleteFunc(base, func(p placed) bool {
		if !sees(p.rec) {
			return true
		}
		key := v.t.keyOf(p.rec)
		return has(v.undo, key) || v.writesTo(key)
	})
	for key, p := range v.undo {
		if !v.writesTo(key) && sees(p.rec) {
			out = append(out, p.placed)
		}
	}
	for _, w := range v.writes {
		if sees(w.rec) {
			out = append(out, placed{w.rec, w.rank})
		}
	}
	v.t.arrange(out)
	return out
}

// rankOf returns the place of a key that may be gone, for a pagination.
func (v *view) rankOf(key scalar) (uint64, bool) {
	k := v.t.hashed(key)
	if w := v.writeOf(k); w != nil {
		return w.rank, true
	}
	v.lock()
	defer v.unlock()
	if p, _ := v.base(k); p.rec != nil {
		return p.rank, true
	}
	return v.t.pages.rank(v.t.hasher.wide(key))
}

// page is table.page in a snapshot.
func (v *view) page(after scalar, has bool, limit int) []placed {
	all := v.all()
	if has {
		if v.t.sorted != nil {
			all = slices.DeleteFunc(all, func(p placed) bool { return v.t.keyOf(p.rec).compare(after) <= 0 })
		} else if rank, ok := v.rankOf(after); ok {
			all = slices.DeleteFunc(all, func(p placed) bool { return p.rank <= rank })
		} else {
			return nil
		}
	}
	return all[:min(len(all), limit+1)]
}
