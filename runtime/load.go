package noex

import (
	"bytes"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// load fills the bucket from storage: records, order, indexes, unknown members
// and counter. It reports whether the records were migrated. It runs before
// the store is used; after an error the bucket is empty.
func (t *storedTable) load(state PersistedState, migrations []Migration) (changed bool, err error) {
	l := &loader{t: t, fit: SchemaError{Bucket: t.name, Stored: state.Metadata.SchemaVersion, Known: t.version}}
	if l.fit.Stored > l.fit.Known {
		return false, &NewerError{Bucket: t.name, Stored: l.fit.Stored, Known: l.fit.Known}
	}
	// The original stores no fingerprint, and its version is always 1.
	l.otherSchema = state.Metadata.Fingerprint != "" && state.Metadata.Fingerprint != t.fingerprint
	if from := max(l.fit.Stored, 1); from < t.version {
		l.otherSchema = true
		if l.steps, err = migrationsFor(migrations, t.name, from, t.version); err != nil {
			l.fit.add(err.Error())
			return false, &l.fit
		}
	}
	l.unmarked = state.Metadata.Fingerprint == "" && !l.otherSchema
	if !l.otherSchema {
		l.fill = newFiller(t)
	}
	switch {
	case state.Split != nil:
		err = l.runParts(state.Split(runtime.GOMAXPROCS(0)))
	case state.Records != nil:
		err = l.run(state.Records)
	}
	if l.fill != nil {
		if n, e := l.fill.end(); e != nil { // of a record before any other error
			err = fmt.Errorf("record %d: %w", n, e)
		}
	}
	if err == nil && l.fit.Count > 0 {
		err = &l.fit
	}
	if err != nil {
		t.forget()
		return false, err
	}
	t.raiseCounter(state.AutoincrementCounter)
	t.unproven = l.invalid.Load()
	return len(l.steps) > 0, nil
}

// forget takes back a load.
func (t *storedTable) forget() {
	defs := make([]*indexDef, len(t.indexes))
	for i, ix := range t.indexes {
		defs[i] = ix.define()
	}
	t.records, t.indexes, t.lookups = slab.Slab{}, nil, nil
	t.primary.Reset()
	t.addIndexes(t.sorted != nil, defs)
	if t.saves != nil {
		t.noteChanges()
	}
}

// loader decodes records on all cores and puts them into the bucket in order.
// A state that can be split is read in parts as well:
//
//	stream ─▶ batches ─▶ decode, migrate, validate (a goroutine a core) ─▶ insert
//	parts ──▶ read, decode, migrate, validate (a goroutine a part) ──────▶ insert
type loader struct {
	t *storedTable
	// otherSchema is set when the records were stored under another
	// definition: they are validated, and what does not fit is a SchemaError.
	otherSchema bool
	// unmarked is set when nobody says under which they were stored, and invalid
	// once one of them then breaks a rule, with which it is loaded all the same.
	unmarked bool
	invalid  atomic.Bool
	steps    []Migration
	fit      SchemaError
	count    int
	fill     *filler // nil with otherSchema
}

// loadBatch is a number of records on their way.
type loadBatch struct {
	stored []PersistedRecord
	recs   []loadedRecord
	ready  chan struct{}
}

type loadedRecord struct {
	rec   *row
	extra []byte
	err   error
	// unfit is set for an error that lies in the definition.
	unfit bool
}

const loadBatchSize = 512

func (l *loader) run(records iter.Seq2[PersistedRecord, error]) error {
	workers := runtime.GOMAXPROCS(0)
	work := make(chan *loadBatch, workers)
	ordered := make(chan *loadBatch, 2*workers)
	stop := make(chan struct{})
	var running sync.WaitGroup
	var readErr error
	running.Go(func() {
		defer close(ordered)
		defer close(work)
		defer recoverAs(&readErr)
		readErr = l.read(records, work, ordered, stop)
	})
	for range workers {
		running.Go(func() {
			var d codec.Decoder
			d.ShareStrings()
			for b := range work {
				for _, rec := range b.stored {
					b.recs = append(b.recs, l.decode(&d, rec))
				}
				close(b.ready)
			}
		})
	}
	var err error
	for b := range ordered {
		<-b.ready
		if err = l.insertBatch(b); err != nil {
			close(stop)
			for range ordered { // let the reader end
			}
			break
		}
	}
	running.Wait()
	if err == nil {
		err = readErr
	}
	return err
}

// runParts reads all parts at the same time. Those that come later wait in memory.
func (l *loader) runParts(parts []iter.Seq2[PersistedRecord, error]) error {
	type result struct {
		batches chan *loadBatch
		err     error
	}
	results := make([]*result, len(parts))
	stop := make(chan struct{})
	var running sync.WaitGroup
	for i, part := range parts {
		r := &result{batches: make(chan *loadBatch, 1<<12)}
		results[i] = r
		running.Go(func() {
			defer close(r.batches)
			defer recoverAs(&r.err)
			r.err = l.readPart(part, r.batches, stop)
		})
	}
	var err error
	for _, r := range results {
		for b := range r.batches {
			if err == nil {
				if err = l.insertBatch(b); err != nil {
					close(stop)
				}
			}
		}
		if err == nil && r.err != nil {
			err = r.err
			close(stop)
		}
	}
	running.Wait()
	return err
}

// readPart reads and decodes one part.
func (l *loader) readPart(part iter.Seq2[PersistedRecord, error], out chan<- *loadBatch, stop <-chan struct{}) error {
	var d codec.Decoder
	d.ShareStrings()
	b := new(loadBatch)
	send := func() bool {
		select {
		case out <- b:
			b = &loadBatch{recs: make([]loadedRecord, 0, loadBatchSize)}
			return true
		case <-stop:
			return false
		}
	}
	for rec, err := range part {
		if err != nil {
			send()
			return err
		}
		if b.recs = append(b.recs, l.decode(&d, rec)); len(b.recs) == loadBatchSize && !send() {
			return nil
		}
	}
	send()
	return nil
}

func (l *loader) insertBatch(b *loadBatch) error {
	if l.fill != nil {
		return l.fillBatch(b.recs)
	}
	for _, r := range b.recs {
		if err := l.insert(l.count, r); err != nil {
			return err
		}
		l.count++
	}
	return nil
}

// fillBatch puts records into the bucket up to the first that has an error.
func (l *loader) fillBatch(recs []loadedRecord) (err error) {
	for i, r := range recs {
		if r.err != nil {
			err = fmt.Errorf("record %d: %w", l.count+i, r.err)
			recs = recs[:i]
			break
		}
	}
	l.fill.add(recs)
	l.count += len(recs)
	return err
}

// read cuts the stream into batches.
func (l *loader) read(records iter.Seq2[PersistedRecord, error], work, ordered chan<- *loadBatch, stop <-chan struct{}) error {
	next := func() *loadBatch {
		return &loadBatch{stored: make([]PersistedRecord, 0, loadBatchSize), ready: make(chan struct{})}
	}
	b := next()
	send := func() bool {
		b.recs = make([]loadedRecord, 0, len(b.stored))
		select {
		case ordered <- b:
		case <-stop:
			return false
		}
		work <- b
		b = next()
		return true
	}
	for rec, err := range records {
		if err != nil {
			send()
			return err
		}
		if b.stored = append(b.stored, rec); len(b.stored) == loadBatchSize && !send() {
			return nil
		}
	}
	send()
	return nil
}

func (l *loader) decode(d *codec.Decoder, rec PersistedRecord) (out loadedRecord) {
	t := l.t
	value := rec.Value
	if len(l.steps) > 0 {
		value, out.err = migratedSafely(value, l.steps)
		if out.err != nil {
			out.unfit = true
			return out
		}
	}
	out.rec = t.room()
	d.Reset(value)
	out.extra = t.decode(d, out.rec)
	if out.err = d.End(); out.err != nil {
		out.unfit = l.otherSchema
		return out
	}
	var buf [64]byte
	if key := t.appendKey(buf[:0], t.keyOf(out.rec)); len(l.steps) == 0 && !bytes.Equal(key, rec.Key) {
		out.err = fmt.Errorf("it is stored under the key %s but has the key %s", rec.Key, key)
		return out
	}
	if l.otherSchema {
		out.err = t.valid(out.rec)
		out.unfit = out.err != nil
		return out
	}
	if l.unmarked && t.valid(t.copyRow(out.rec)) != nil {
		l.invalid.Store(true)
	}
	if t.clone != nil {
		t.clone(out.rec)
	}
	return out
}

// room returns a zero record.
func (t *table) room() *row {
	if r, ok := t.rooms.Get().(*row); ok {
		return r
	}
	return t.typ.New()
}

// recycle takes a record that room returned and that nobody looks at any more.
func (t *table) recycle(r *row) {
	t.typ.Copy(r, t.none)
	t.rooms.Put(r)
}

func migratedSafely(value []byte, steps []Migration) (out []byte, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("migration panicked: %v", v)
		}
	}()
	return migrated(value, steps)
}

// insert puts record number n into the bucket. What does not fit the
// definition is noted, so that all of it can be reported.
func (l *loader) insert(n int, in loadedRecord) error {
	t := l.t
	if in.err == nil {
		in.err = t.loadRecord(in.rec, in.extra)
		if _, duplicate := in.err.(*UniqueError); duplicate && l.otherSchema {
			in.unfit = true
		}
	}
	switch {
	case in.err == nil:
		if t.number != nil {
			t.raiseCounter(t.number(in.rec))
		}
		return nil
	case in.unfit:
		l.fit.add(fmt.Sprintf("record %d: %v", n, in.err))
		return nil
	default:
		return fmt.Errorf("record %d: %w", n, in.err)
	}
}

func (t *storedTable) loadRecord(r *row, extra []byte) error {
	key := t.keyOf(r)
	hash := t.hasher.hash(key)
	if _, _, exists := t.findHashed(key, hash); exists {
		return &DuplicateKeyError{Bucket: t.name, Key: t.key.box(key)}
	}
	var buf [fewIndexes]placing
	a := t.arriving(buf[:0], hash, r)
	if _, err := t.blockers(a.placings, r, slab.None, 0); err != nil {
		return err
	}
	_, slot := t.add(r, &a)
	if len(extra) > 0 {
		t.records.SetExtra(slot, extra)
	}
	if t.saves != nil {
		t.saves.dirty.remove(slot)
		t.saves.loaded(slot)
	}
	return nil
}
