package noex

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"

	"github.com/noexgen/noexgen/runtime/codec"
)

// storedTable is a table in the eyes of the persister, of exports and backups.
type storedTable struct {
	*table
	fields      []FieldInfo
	version     int
	fingerprint string
	decode      func(*codec.Decoder, *row) []byte
	check       func(old, r *row, c *Check)
	number      func(*row) int64 // nil: no field is filled by the counter
}

func newStoredTable(t *table, s *rowSchema) *storedTable {
	t.append = s.Append
	return &storedTable{
		table: t, fields: s.Fields, version: max(s.Version, 1), fingerprint: s.Fingerprint,
		decode: func(d *codec.Decoder, r *row) []byte { return t.keepNested(d, r, s.Decode(d, r)) },
		check:  s.Check, number: s.Number,
	}
}

// noteChanges makes the table note what changes from now on.
func (t *storedTable) noteChanges() { t.saves = new(bucketSaves) }

func (t *storedTable) metadata() Metadata {
	m := Metadata{
		PersistedAt:   t.store.clock.now(),
		ServerID:      t.store.name,
		SchemaVersion: t.version,
		Revision:      t.store.revision,
	}
	if !t.unproven {
		m.Fingerprint = t.fingerprint
	}
	return m
}

// state captures the whole bucket for a save; it needs the lock, what it
// returns does not.
func (t *storedTable) state() PersistedState {
	view := t.records.Snapshot()
	return PersistedState{
		AutoincrementCounter: t.counter.Load(),
		Metadata:             t.metadata(),
		Records: func(yield func(PersistedRecord, error) bool) {
			var key, value []byte
			for r, extra := range view.Extras() {
				key, value = t.appendKey(key[:0], t.keyOf(r)), t.encode(value[:0], r, extra)
				if !yield(PersistedRecord{Key: key, Value: value}, nil) {
					return
				}
			}
		},
	}
}

// takeAll notes everything as stored, for a save of the whole bucket.
func (t *storedTable) takeAll() {
	if t.saves != nil {
		t.saves.take()
	}
}

// changes captures what changed since the last save, likewise, and how to take
// note again if it cannot be saved, which needs the lock.
func (t *storedTable) changes() (ch BucketChanges, giveBack func()) {
	changed, gone := t.takeChanged()
	ch = BucketChanges{
		Key:                  StorageKey(t.store.name, t.name),
		AutoincrementCounter: t.counter.Load(),
		Metadata:             t.metadata(),
		Changes: func(yield func(PersistedChange, error) bool) {
			var key, value []byte
			for _, keys := range gone {
				for _, k := range keys {
					key = t.appendKey(key[:0], k)
					if !yield(PersistedChange{Type: Deleted, Key: key}, nil) {
						return
					}
				}
			}
			for c := range changed {
				key, value = t.appendKey(key[:0], t.keyOf(c.row)), t.encode(value[:0], c.row, c.extra)
				typ := Updated
				if c.fresh {
					typ = Inserted
				}
				if !yield(PersistedChange{Type: typ, Key: key, Value: value}, nil) {
					return
				}
			}
		},
	}
	return ch, t.saves.giveBack
}

// changedRecord is a record to be stored; fresh ones go to the end.
type changedRecord struct {
	row   *row
	extra []byte
	rank  uint64
	fresh bool
}

// fewChanges is up to how many records are noted one by one, which spares
// writers the copies that they make of what a snapshot holds.
const fewChanges = 256

// takeChanged returns the records that changed, in the order of the bucket: new
// ones go to the end in the order given.
func (t *storedTable) takeChanged() (iter.Seq[changedRecord], goneKeys) {
	chunks, n, gone := t.saves.take()
	if n > fewChanges {
		return t.changedOf(chunks, n), gone
	}
	few := make([]changedRecord, 0, n)
	for i := range chunks {
		chunks[i].each(func(slot uint32, fresh bool) bool {
			few = append(few, changedRecord{t.records.Get(slot), t.records.Extra(slot), t.records.Rank(slot), fresh})
			return true
		})
	}
	return func(yield func(changedRecord) bool) {
		slices.SortFunc(few, func(a, b changedRecord) int { return cmp.Compare(a.rank, b.rank) })
		slices.Values(few)(yield)
	}, gone
}

// changedOf is takeChanged for many records.
func (t *storedTable) changedOf(chunks []savedChunk, n int) iter.Seq[changedRecord] {
	view, inOrder := t.records.Snapshot(), t.records.RanksAreSlots()
	each := func(fn func(slot uint32, fresh bool) bool) {
		for i := range chunks {
			if !chunks[i].each(fn) {
				return
			}
		}
	}
	return func(yield func(changedRecord) bool) {
		record := func(slot uint32, fresh bool) bool {
			return yield(changedRecord{row: view.Get(slot), extra: view.Extra(slot), fresh: fresh})
		}
		if inOrder {
			each(record)
			return
		}
		type place struct {
			slot  uint32
			fresh bool
		}
		places := make([]place, 0, n)
		each(func(slot uint32, fresh bool) bool { places = append(places, place{slot, fresh}); return true })
		slices.SortFunc(places, func(a, b place) int { return cmp.Compare(view.Rank(a.slot), view.Rank(b.slot)) })
		for _, p := range places {
			if !record(p.slot, p.fresh) {
				return
			}
		}
	}
}

func (t *storedTable) encode(b []byte, r *row, extra []byte) []byte {
	start := len(b)
	return codec.CloseObject(t.append(b, r, codec.Stored), start, extra)
}

// appendKey appends a primary key as JSON.
func (t *table) appendKey(b []byte, key scalar) []byte {
	switch t.key.kind {
	case scalarString:
		return codec.AppendString(b, key.s)
	case scalarInt:
		return codec.AppendInt(b, key.int())
	default:
		return codec.AppendFloat(b, key.float())
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
