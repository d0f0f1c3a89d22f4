package noex

import (
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
