package noex

import (
	"cmp"
	"hash/maphash"
	"sync/atomic"
	"time"

	"github.com/noexgen/noexgen/runtime/internal/btree"
	"github.com/noexgen/noexgen/runtime/internal/slab"
	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// table is the content of one bucket: its records, the primary index, the
// other indexes and the queue of what expires. Everything but counter and
// pages is guarded by the lock of the store.
//
// A record in the table is immutable: an update puts a new one in its slot.
// So whoever took a pointer to one under the lock may read it without.
type table[K Key, R any] struct {
	store *Store
	name  string
	key   func(*R) K
	meta  func(*R) *Meta
	clone func(*R) // nil: a plain copy is the caller's own

	records slab.Slab[R]
	primary slottable.Table
	seed    maphash.Seed
	sorted  *btree.Tree[sortedKey[K]] // ordered buckets only
	indexes []index[R]
	lookups []lookup               // what queries look things up in
	byDef   map[IndexDef[R]]lookup // those of indexes
	expiry  *btree.Tree[expiry]    // buckets with a ttl only

	ttl     Millis
	maxSize int
	// counter is the highest autoincrement number given out.
	counter atomic.Int64
	// revision is that of the last commit that changed the bucket.
	revision uint64
	pages    cursors[K]
	saves    *bucketSaves[K] // nil: not persisted
}

type sortedKey[K Key] struct {
	key  K
	slot uint32
}

type expiry struct {
	at   Millis
	slot uint32
}

func newTable[K Key, R, I, P any](s *Store, schema *Schema[K, R, I, P]) *table[K, R] {
	t := &table[K, R]{
		store: s, name: schema.Name,
		key: schema.Key, meta: schema.Meta, clone: schema.Clone,
		ttl: Millis(schema.TTL / time.Millisecond), maxSize: schema.MaxSize,
		indexes: make([]index[R], len(schema.Indexes)),
	}
	if schema.Ordered {
		t.sorted = btree.New(func(a, b sortedKey[K]) int { return cmp.Compare(a.key, b.key) })
	}
	if t.ttl > 0 {
		t.expiry = btree.New(func(a, b expiry) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.slot, b.slot))
		})
	}
	t.seed = maphash.MakeSeed()
	in := &lookups[R]{record: t.records.Get, seed: t.seed, order: t.order}
	for i, def := range schema.Indexes {
		t.indexes[i] = def.define(in)
	}
	t.lookups, t.byDef = t.lookupsOf(schema.KeyField)
	return t
}

// order compares the slots of two records by bucket order.
func (t *table[K, R]) order(a, b uint32) int {
	switch {
	case t.sorted != nil:
		return cmp.Compare(t.key(t.records.Get(a)), t.key(t.records.Get(b)))
	case t.records.RanksAreSlots():
		return cmp.Compare(a, b)
	default:
		return cmp.Compare(t.records.Rank(a), t.records.Rank(b))
	}
}

// find returns the slot and the record of a key, expired or not.
func (t *table[K, R]) find(key K) (uint32, *R, bool) {
	return t.findHashed(key, hash32(t.seed, key))
}

func (t *table[K, R]) findHashed(key K, hash uint32) (uint32, *R, bool) {
	for p := t.primary.Probe(hash); ; {
		slot, ok := p.Next()
		if !ok {
			return 0, nil, false
		}
		if r := t.records.Get(slot); t.key(r) == key {
			return slot, r, true
		}
	}
}

// expired reports whether a record is no longer to be seen.
func (t *table[K, R]) expired(r *R, now Millis) bool {
	return t.ttl > 0 && t.meta(r).expired(now)
}

// now returns the time by which records expire, or 0 in a bucket without ttl.
func (t *table[K, R]) now() Millis {
	if t.ttl == 0 {
		return 0
	}
	return MillisOf(time.Now())
}

// copyOut returns a copy of a record that is the caller's own. Keeping the
// clone apart saves an allocation for flat records.
func (t *table[K, R]) copyOut(r *R) R {
	if t.clone == nil {
		return *r
	}
	return t.cloneOut(r)
}

func (t *table[K, R]) cloneOut(r *R) R {
	out := *r
	t.clone(&out)
	return out
}

// due counts the expired records that were not removed yet.
func (t *table[K, R]) due(now Millis) int {
	if t.expiry == nil {
		return 0
	}
	return t.expiry.Rank(func(e expiry) bool { return e.at > now })
}

// blockers returns the records that stand in the way of r, which is at slot
// self or nowhere yet: expired ones that have to go, or an error if one of
// them is alive.
func (t *table[K, R]) blockers(r *R, self uint32, now Millis) (gone []*R, err error) {
	for _, ix := range t.indexes {
		slot, taken := ix.taken(r, self)
		if !taken {
			continue
		}
		holder := t.records.Get(slot)
		if !t.expired(holder, now) {
			return nil, &UniqueError{Bucket: t.name, Field: ix.describe().name, Value: valueOf(ix, r)}
		}
		gone = append(gone, holder)
	}
	return gone, nil
}

// insert puts a new record into the bucket.
func (t *table[K, R]) insert(c *commit, r *R, now Millis) error {
	key := t.key(r)
	hash := hash32(t.seed, key)
	_, old, exists := t.findHashed(key, hash)
	if exists && !t.expired(old, now) {
		return &DuplicateKeyError{Bucket: t.name, Key: key}
	}
	gone, err := t.blockers(r, slab.None, now)
	if err != nil {
		return err
	}
	if exists {
		gone = append(gone, old)
	}
	t.removeAll(c, gone, ReasonExpired)
	t.add(r, key, hash)
	c.add(change{table: t, typ: Inserted, new: r})
	return nil
}

// add puts a record that conflicts with none at the end of the bucket.
func (t *table[K, R]) add(r *R, key K, hash uint32) uint32 {
	slot := t.records.Append(r)
	t.primary.Insert(hash, slot)
	if t.sorted != nil {
		t.sorted.Insert(sortedKey[K]{key, slot})
	}
	for _, ix := range t.indexes {
		ix.insert(slot, r)
	}
	if t.expiry != nil {
		if at := t.meta(r).ExpiresAt; at != 0 {
			t.expiry.Insert(expiry{at, slot})
		}
	}
	t.saves.inserted(slot)
	return slot
}

// replace puts r in the place of the record at slot, which has the same key.
func (t *table[K, R]) replace(c *commit, slot uint32, r *R, now Millis) error {
	gone, err := t.blockers(r, slot, now)
	if err != nil {
		return err
	}
	if len(gone) > 0 {
		t.removeAll(c, gone, ReasonExpired)
		slot, _, _ = t.find(t.key(r)) // a removal may move records
	}
	old := t.records.Get(slot)
	t.set(slot, old, r)
	c.add(change{table: t, typ: Updated, old: old, new: r, rank: t.records.Rank(slot)})
	return nil
}

// set puts r, which conflicts with none, in the place of old.
func (t *table[K, R]) set(slot uint32, old, r *R) {
	t.records.Set(slot, r)
	for _, ix := range t.indexes {
		ix.update(slot, old, r)
	}
	if t.expiry != nil {
		if was, is := t.meta(old).ExpiresAt, t.meta(r).ExpiresAt; was != is {
			if was != 0 {
				t.expiry.Delete(expiry{was, slot})
			}
			if is != 0 {
				t.expiry.Insert(expiry{is, slot})
			}
		}
	}
	t.saves.updated(slot)
}

// removeExpired removes the expired records that have a unique value of r.
func (t *table[K, R]) removeExpired(c *commit, r *R, now Millis) {
	for _, ix := range t.indexes {
		if slot, taken := ix.taken(r, slab.None); taken && t.expired(t.records.Get(slot), now) {
			t.remove(c, slot, ReasonExpired)
		}
	}
}

// removeAll takes records out of the bucket. Each is looked up anew, since a
// removal may give other records another slot.
func (t *table[K, R]) removeAll(c *commit, recs []*R, why Reason) {
	for _, r := range recs {
		if slot, found, ok := t.find(t.key(r)); ok && found == r {
			t.remove(c, slot, why)
		}
	}
}

// remove takes the record at slot out of the bucket.
func (t *table[K, R]) remove(c *commit, slot uint32, why Reason) {
	old, rank := t.records.Get(slot), t.records.Rank(slot)
	t.drop(slot, old)
	c.add(change{table: t, typ: Deleted, old: old, reason: why, rank: rank})
}

func (t *table[K, R]) drop(slot uint32, old *R) {
	key := t.key(old)
	t.primary.Delete(hash32(t.seed, key), slot)
	if t.sorted != nil {
		t.sorted.Delete(sortedKey[K]{key, slot})
	} else {
		t.pages.left(key, t.records.Rank(slot))
	}
	for _, ix := range t.indexes {
		ix.remove(slot, old)
	}
	if t.expiry != nil {
		if at := t.meta(old).ExpiresAt; at != 0 {
			t.expiry.Delete(expiry{at, slot})
		}
	}
	t.saves.deleted(slot, key)
	t.records.Delete(slot)
	t.records.Compact(slot, t.moved)
}

// moved follows a record that got another slot.
func (t *table[K, R]) moved(old, slot uint32, r *R) {
	key := t.key(r)
	t.primary.Replace(hash32(t.seed, key), old, slot)
	if t.sorted != nil {
		t.sorted.Insert(sortedKey[K]{key, slot})
	}
	for _, ix := range t.indexes {
		ix.remove(old, r)
		ix.insert(slot, r)
	}
	if t.expiry != nil {
		if at := t.meta(r).ExpiresAt; at != 0 {
			t.expiry.Delete(expiry{at, old})
			t.expiry.Insert(expiry{at, slot})
		}
	}
	t.saves.moved(old, slot)
}

// evict removes the oldest records until the bucket is no larger than its
// limit, expired ones first.
func (t *table[K, R]) evict(c *commit, now Millis) {
	if t.maxSize == 0 || t.records.Len() <= t.maxSize {
		return
	}
	t.purge(c, now)
	for t.records.Len() > t.maxSize {
		t.remove(c, t.records.First(), ReasonEvicted)
	}
}

// purge removes the expired records.
func (t *table[K, R]) purge(c *commit, now Millis) int {
	n := 0
	for t.expiry != nil {
		e, ok := t.expiry.Min()
		if !ok || e.at > now {
			break
		}
		t.remove(c, e.slot, ReasonExpired)
		n++
	}
	return n
}

// clear removes every record and returns how many of them could be seen.
func (t *table[K, R]) clear(c *commit, now Millis) int {
	var seen, gone []*R
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
