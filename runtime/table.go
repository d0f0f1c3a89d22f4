package noex

import (
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/internal/btree"
	"github.com/noexgen/noexgen/runtime/internal/slab"
	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// table is the content of one bucket: its records, the primary index, the
// other indexes and the queue of what expires. Everything but counter and
// pages is guarded by the lock of the store.
//
// A record in the table is immutable: an update puts a new one in its slot.
// So whoever took a pointer to one under the lock may read it without. The same
// record may get another place in memory when its neighbours change.
type table struct {
	store  *Store
	number int // of the bucket in the store
	name   string
	key    *attr
	metaAt uintptr
	typ    rowType
	none   *row // a zero record
	// clone replaces the slices and maps of a record by copies; nil: a plain
	// copy is the caller's own.
	clone func(*row)
	// append writes a record, its closing brace left out.
	append func([]byte, *row, codec.Form) []byte

	records slab.Slab
	primary slottable.Table
	hasher  hasher
	sorted  *sortedIndex // by key, in ordered buckets only
	indexes []index
	defs    []*indexDef // of indexes
	lookups []lookup    // what queries look things up in
	expiry  *btree.Tree // by time; nil without a ttl

	ttl     Millis
	maxSize int
	// unproven is set when records were loaded that break a rule, which those of
	// the original may do, since it notes no fingerprint. Then updates check all
	// rules again, and saves note no fingerprint either.
	unproven bool
	// counter is the highest autoincrement number given out.
	counter atomic.Int64
	// revision is that of the last commit that changed the bucket.
	revision uint64
	pages    cursors
	saves    *bucketSaves // nil: not persisted
	drafts   sync.Pool    // of *draft
	rooms    sync.Pool    // of *row, see room
}

// expiry is an element of the queue: when the record of a slot expires.
func expiry(at Millis, slot uint32) btree.Entry {
	return btree.Entry{Hi: uint64(at) ^ signBit, Lo: slot, Slot: slot}
}

// dueAfter is the bound after what is due at a time.
func dueAfter(now Millis) func(btree.Entry) bool {
	end := expiry(now, ^uint32(0))
	return func(e btree.Entry) bool { return e.Compare(end) > 0 }
}

func newTable(s *Store, schema *rowSchema, typ rowType) *table {
	first := typ.New()
	t := &table{
		store: s, name: schema.Name,
		key:     schema.Key.a,
		metaAt:  uintptr(unsafe.Pointer(schema.Meta(first))) - uintptr(unsafe.Pointer(first)),
		typ:     typ,
		none:    typ.New(),
		clone:   schema.Clone,
		ttl:     Millis(schema.TTL / time.Millisecond),
		maxSize: schema.MaxSize,
	}
	defs := make([]*indexDef, len(schema.Indexes))
	for i, ix := range schema.Indexes {
		defs[i] = ix.def
	}
	t.addIndexes(schema.Ordered, defs)
	return t
}

// addIndexes makes the indexes of an empty table.
func (t *table) addIndexes(ordered bool, defs []*indexDef) {
	t.hasher = newHasher()
	t.records.Type, t.records.Width = t.typ.Type, len(defs)
	in := &lookups{hasher: t.hasher, records: &t.records, order: t.order(ordered)}
	if ordered {
		t.sorted = newSortedIndex(&indexDef{name: t.key.name, attrs: []*attr{t.key}, unique: true, ordered: true}, in)
	}
	if t.ttl > 0 {
		t.expiry = btree.New(func(a, b btree.Entry) int { return 0 })
	}
	t.defs, t.lookups = defs, append(t.lookups, newKeyIndex(t))
	for _, def := range defs {
		ix := def.open(in)
		t.indexes = append(t.indexes, ix)
		t.lookups = append(t.lookups, ix)
	}
}

// keyOf returns the primary key of a record.
func (t *table) keyOf(r *row) scalar {
	key, _ := t.key.get(r)
	return key
}

// keyAt is keyOf for the record at a slot, which most often need not be looked at.
func (t *table) keyAt(slot uint32, r *row) scalar {
	if key, ok := t.records.Key(slot); ok {
		return scalar{s: key}
	}
	return t.keyOf(r)
}

// order returns the bucket order of slots: that of keys if it is ordered.
func (t *table) order(ordered bool) order {
	o := order{records: &t.records}
	if ordered {
		o.other = func(a, b uint32) int { return t.keyOf(t.records.Get(a)).compare(t.keyOf(t.records.Get(b))) }
	}
	return o
}

// hashed returns a key with its hash.
func (t *table) hashed(key scalar) hashedKey { return hashedKey{key.s, key.n, t.hasher.hash(key)} }

// find returns the slot and the record of a key, expired or not.
func (t *table) find(key scalar) (uint32, *row, bool) {
	return t.findHashed(key, t.hasher.hash(key))
}

func (t *table) findHashed(key scalar, hash uint32) (uint32, *row, bool) {
	slot, ok := t.primary.First(hash)
	if !ok {
		return 0, nil, false
	}
	if r := t.records.Get(slot); t.records.Has(slot, key.s) || t.key.is(r, key) {
		return slot, r, true
	}
	return t.searchHashed(key, hash)
}

// searchHashed is findHashed for the rare case that another key has the same hash.
func (t *table) searchHashed(key scalar, hash uint32) (uint32, *row, bool) {
	for p := t.primary.Probe(hash); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, nil, false
		}
		if r := t.records.Get(slot); t.records.Has(slot, key.s) || t.key.is(r, key) {
			return slot, r, true
		}
	}
}

// getText returns the record of a key that is a string, expired or not, or nil. It is find
// with the lock, but writes half as much to the stack: the processor, which can wait for
// so many writes at once only, is sooner at the next call of a loop while it waits for
// this record. A get takes an eighth less.
func (t *table) getText(key string) (r *row) {
	hash := t.hasher.hash(scalar{s: key})
	mu := &t.store.mu
	mu.RLock()
	if slot, ok := t.primary.First(hash); ok {
		if t.records.Has(slot, key) {
			r = t.records.Get(slot)
		} else {
			_, r, _ = t.findHashed(scalar{s: key}, hash)
		}
	}
	mu.RUnlock()
	return r
}

// living returns a record, or nil if there is none or it is no longer to be seen.
func (t *table) living(r *row) *row {
	if r != nil && t.ttl > 0 && hasExpired(t.meta(r), t.now()) {
		return nil
	}
	return r
}

// expired reports whether a record is no longer to be seen.
func (t *table) expired(r *row, now Millis) bool {
	return t.ttl > 0 && hasExpired(t.meta(r), now)
}

// now returns the time by which records expire, or 0 in a bucket without ttl.
func (t *table) now() Millis {
	if t.ttl == 0 {
		return 0
	}
	return t.store.clock.now()
}

// due counts the expired records that were not removed yet.
func (t *table) due(now Millis) int {
	if t.expiry == nil {
		return 0
	}
	return t.expiry.Rank(dueAfter(now))
}

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

// insert puts a new record into the bucket.
func (t *table) insert(c *commit, r *row, a *arrival, now Millis) error {
	key := t.keyOf(r)
	_, old, exists := t.findHashed(key, a.hash)
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
	rank := t.records.Rank(slot)
	t.drop(slot, hash, old)
	c.deleted(t, old, why, rank)
}

// drop is removeHashed without a change. Where the record is in the indexes is not asked of
// itself, since memory that is nowhere near has to be waited for: so a delete takes a third
// less.
func (t *table) drop(slot, hash uint32, old *row) {
	words := t.records.Words(slot)
	for i, ix := range t.indexes {
		ix.prefetch(position(words[i]))
	}
	key := t.keyAt(slot, old)
	t.primary.Delete(hash, slot)
	if t.sorted != nil {
		t.sorted.remove(slot, old, nowhere)
	} else {
		t.pages.left(key, t.records.Rank(slot))
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
