package noex

import (
	"sync"

	"github.com/noexgen/noexgen/runtime/internal/slab"
	"github.com/noexgen/noexgen/runtime/internal/slottable"
)

// filler puts records that were loaded into an empty bucket, which nobody else
// uses yet: one goroutine appends them in their order, and each index takes them
// in with one of its own.
//
//	decoded ─▶ append ─┬─▶ primary key
//	                   ├─▶ index
//	                   └─▶ index …
type filler struct {
	t       *storedTable
	records sync.RWMutex // held for writing to append
	feeders []*feeder
	running sync.WaitGroup
}

// feeder feeds one index.
type feeder struct {
	in chan filled
	// put takes in records and returns which of them cannot be, and why.
	put func(filled) (bad int, err error)
	bad uint32 // its slot
	err error
}

// filled are records and their slots.
type filled struct {
	slots []uint32
	rows  []*row
}

func newFiller(t *storedTable) *filler {
	f := &filler{t: t}
	f.feed(t.fillPrimary)
	if t.sorted != nil {
		f.feed(fillIndex(t, t.sorted, func(uint32, position) {}))
	}
	for i, ix := range t.indexes {
		f.feed(fillIndex(t, ix, func(slot uint32, p position) { t.records.Words(slot)[i] = uint32(p) }))
	}
	if t.expiry != nil {
		f.feed(t.fillExpiry)
	}
	return f
}

func (f *filler) feed(put func(filled) (int, error)) {
	const batches = 16 // that may wait
	fd := &feeder{in: make(chan filled, batches), put: put}
	f.feeders = append(f.feeders, fd)
	f.running.Go(func() {
		for b := range fd.in {
			if fd.err != nil {
				continue
			}
			f.records.RLock()
			bad, err := put(b)
			f.records.RUnlock()
			if err != nil {
				fd.bad, fd.err = b.slots[bad], err
			}
		}
	})
}

// add appends records.
func (f *filler) add(recs []loadedRecord) {
	t := f.t
	b := filled{make([]uint32, len(recs)), make([]*row, len(recs))}
	f.records.Lock()
	for i, in := range recs {
		r, slot := t.place(in.rec)
		t.recycle(in.rec)
		if len(in.extra) > 0 {
			t.records.SetExtra(slot, in.extra)
		}
		t.saves.loaded(slot)
		b.slots[i], b.rows[i] = slot, r
	}
	f.records.Unlock()
	if t.number != nil {
		for _, r := range b.rows {
			t.raiseCounter(t.number(r))
		}
	}
	for _, fd := range f.feeders {
		fd.in <- b
	}
}

// end waits until all is done, and returns the error of the first record that
// could not be put into an index, and its number.
func (f *filler) end() (n int, err error) {
	for _, fd := range f.feeders {
		close(fd.in)
	}
	f.running.Wait()
	for _, fd := range f.feeders {
		if fd.err != nil && (err == nil || int(fd.bad) < n) {
			n, err = int(fd.bad), fd.err
		}
	}
	return n, err
}

func (t *storedTable) fillPrimary(b filled) (int, error) {
	var buf [readAhead]uint32
	for from := 0; from < len(b.rows); from += readAhead {
		rows := b.rows[from:min(from+readAhead, len(b.rows))]
		hashes := buf[:len(rows)]
		for i, r := range rows {
			hashes[i] = t.hasher.hash(t.keyOf(r))
		}
		slottable.TouchAll(&t.primary, hashes)
		for i, r := range rows {
			key := t.keyOf(r)
			if _, _, exists := t.findNew(key, hashes[i]); exists {
				return from + i, &DuplicateKeyError{Bucket: t.name, Key: t.key.box(key)}
			}
			t.primary.Insert(hashes[i], b.slots[from+i])
		}
	}
	return 0, nil
}

// fillIndex returns what puts records into an index and has their positions noted.
func fillIndex(t *storedTable, ix index, note func(uint32, position)) func(filled) (int, error) {
	return func(b filled) (int, error) {
		var buf [readAhead]position
		for from := 0; from < len(b.rows); from += readAhead {
			rows := b.rows[from:min(from+readAhead, len(b.rows))]
			at := buf[:len(rows)]
			for i, r := range rows {
				at[i] = ix.position(r)
			}
			ix.touchAll(at, nil)
			for i, r := range rows {
				if _, taken := ix.taken(r, slab.None, at[i]); taken {
					def := ix.define()
					return from + i, &UniqueError{Bucket: t.name, Field: def.name, Value: def.boxed(r)}
				}
				ix.insert(b.slots[from+i], r, at[i])
				note(b.slots[from+i], at[i])
			}
		}
		return 0, nil
	}
}

func (t *storedTable) fillExpiry(b filled) (int, error) {
	for i, r := range b.rows {
		if at := t.meta(r).ExpiresAt; at != 0 {
			t.expiry.Insert(expiry(at, b.slots[i]))
		}
	}
	return 0, nil
}
