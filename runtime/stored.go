package noex

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// storedBucket is a bucket in the eyes of the persister.
type storedBucket interface {
	bucket() string
	setRevision(uint64)
	describe() []FieldInfo
	// load fills the empty bucket and reports whether its records were
	// migrated. After an error it is empty again.
	load(PersistedState, []Migration) (migrated bool, err error)
	// changedAt returns the revision of the last change. It needs the lock.
	changedAt() uint64
	// state captures the whole bucket for a save; it needs the lock, what it
	// returns does not.
	state() PersistedState
	// takeAll notes everything as stored, for a save of the whole bucket.
	takeAll()
	// changes captures what changed since the last save, likewise, and how to
	// take note again if it cannot be saved.
	changes() (ch BucketChanges, giveBack func())
	// noteChanges makes the bucket note what changes from now on.
	noteChanges()
}

type storedTable[K Key, R any] struct {
	*table[K, R]
	fields      []FieldInfo
	version     int
	fingerprint string
	append      func([]byte, *R, codec.Form) []byte
	decode      func(*codec.Decoder, *R) []byte
	check       func(*R, *Check)
	number      func(*R) int64
}

func newStoredBucket[K Key, R, I, P any](t *table[K, R], s *Schema[K, R, I, P]) *storedTable[K, R] {
	return &storedTable[K, R]{
		table: t, fields: s.Fields, version: s.Version, fingerprint: s.Fingerprint,
		append: s.Append, decode: s.Decode, check: s.Check, number: s.Number,
	}
}

func (t *storedTable[K, R]) describe() []FieldInfo { return t.fields }

func (t *storedTable[K, R]) changedAt() uint64 { return t.revision }

func (t *storedTable[K, R]) noteChanges() { t.saves = new(bucketSaves[K]) }

func (t *storedTable[K, R]) metadata() Metadata {
	return Metadata{
		PersistedAt:   MillisOf(time.Now()),
		ServerID:      t.store.name,
		SchemaVersion: t.version,
		Fingerprint:   t.fingerprint,
		Revision:      t.store.revision,
	}
}

func (t *storedTable[K, R]) state() PersistedState {
	view := t.records.Snapshot()
	return PersistedState{
		AutoincrementCounter: t.counter.Load(),
		Metadata:             t.metadata(),
		Records: func(yield func(PersistedRecord, error) bool) {
			var key, value []byte
			for r, extra := range view.Extras() {
				key, value = appendKey(key[:0], t.key(r)), t.encode(value[:0], r, extra)
				if !yield(PersistedRecord{Key: key, Value: value}, nil) {
					return
				}
			}
		},
	}
}

func (t *storedTable[K, R]) takeAll() {
	if t.saves != nil {
		t.saves.take()
	}
}

func (t *storedTable[K, R]) changes() (ch BucketChanges, giveBack func()) {
	view := t.records.Snapshot()
	changed, gone := t.saves.take()
	if !t.records.RanksAreSlots() { // new records go to the end in the order given
		slices.SortFunc(changed, func(a, b savedSlot) int { return cmp.Compare(view.Rank(a.slot), view.Rank(b.slot)) })
	}
	ch = BucketChanges{
		Key:                  StorageKey(t.store.name, t.name),
		AutoincrementCounter: t.counter.Load(),
		Metadata:             t.metadata(),
		Changes: func(yield func(PersistedChange, error) bool) {
			var key, value []byte
			for _, k := range gone {
				key = appendKey(key[:0], k)
				if !yield(PersistedChange{Type: Deleted, Key: key}, nil) {
					return
				}
			}
			for _, c := range changed {
				r := view.Get(c.slot)
				key, value = appendKey(key[:0], t.key(r)), t.encode(value[:0], r, view.Extra(c.slot))
				typ := Updated
				if c.new {
					typ = Inserted
				}
				if !yield(PersistedChange{Type: typ, Key: key, Value: value}, nil) {
					return
				}
			}
		},
	}
	return ch, func() { t.saves.giveBack(t.locate(view, changed), gone) }
}

// locate returns the slots that records of a snapshot have now, without those
// that were deleted since.
func (t *storedTable[K, R]) locate(view slab.Snapshot[R], slots []savedSlot) []savedSlot {
	var out []savedSlot
	for _, s := range slots {
		if slot, _, exists := t.find(t.key(view.Get(s.slot))); exists {
			out = append(out, savedSlot{slot, s.new})
		}
	}
	return out
}

func (t *storedTable[K, R]) encode(b []byte, r *R, extra []byte) []byte {
	start := len(b)
	return codec.CloseObject(t.append(b, r, codec.Stored), start, extra)
}

// appendKey appends a primary key as JSON. Only keys of a named type, such as
// an enum, need reflection.
func appendKey[K Key](b []byte, key K) []byte {
	switch k := any(key).(type) {
	case string:
		return codec.AppendString(b, k)
	case int64:
		return codec.AppendInt(b, k)
	case float64:
		return codec.AppendFloat(b, k)
	}
	switch v := reflect.ValueOf(key); v.Kind() {
	case reflect.String:
		return codec.AppendString(b, v.String())
	case reflect.Int64:
		return codec.AppendInt(b, v.Int())
	default:
		return codec.AppendFloat(b, v.Float())
	}
}

// NewerError is returned by Open for a bucket that a newer version of the
// program has written.
type NewerError struct {
	Bucket string
	// Stored is the version in storage, Known the one of the definition.
	Stored, Known int
}

// Error names the bucket and both versions.
func (e *NewerError) Error() string {
	return fmt.Sprintf("bucket %s is stored with schema version %d, this program knows version %d: run a newer program",
		e.Bucket, e.Stored, e.Known)
}

// refusesOpen reports whether a bucket that failed to load with err must not
// start empty, whatever the configuration says.
func refusesOpen(err error) bool {
	var newer *NewerError
	var unfit *SchemaError
	return errors.Is(err, ErrLocked) || errors.As(err, &newer) || errors.As(err, &unfit) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
