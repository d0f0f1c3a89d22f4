package noex

import (
	"fmt"
	"time"
	"unsafe"
)

// draft is a record that is made of an input, and what that takes. An insert stores a
// copy of the record, so that all of it may be used again.
type draft struct {
	row *row // nil if somebody keeps it
	// auto is set if the store is free to choose the key.
	auto    bool
	now     Millis
	expires Opt[time.Time]
	check   Check
	// ids are the draft's own. With that, and with the memory of a key used again that the
	// store keeps elsewhere, an insert takes a twentieth less.
	ids *supply
	// arrival is where the record belongs, foreseen is set once that was prefetched.
	arrival
	foreseen bool
}

// draft returns a draft of a zero record.
func (t *table) draft() *draft {
	d, ok := t.drafts.Get().(*draft)
	if !ok {
		d = &draft{ids: new(supply)}
	}
	if d.row == nil {
		d.row = t.typ.New()
	}
	d.now = t.store.clock.now()
	d.ids.begin()
	return d
}

// keep returns the record for somebody to keep.
func (d *draft) keep() *row {
	r := d.row
	d.row = nil
	return r
}

// spent takes back a draft that was inserted, or could not be.
func (t *table) spent(d *draft) {
	if d.row != nil {
		t.typ.Copy(d.row, t.none)
	}
	d.expires = Opt[time.Time]{}
	t.drafts.Put(d)
}

// foresee finds out where a draft belongs, which a check does not change, and prefetches
// what is there, so that it comes while the record is checked: an insert into a million
// takes a tenth less. Who writes is not waited for.
func (t *table) foresee(d *draft) {
	d.arrival = t.arrival(d.placings[:0], t.hasher.hash(t.keyOf(d.row)), d.row)
	if d.foreseen = t.store.mu.TryRLock(); d.foreseen {
		t.expect(&d.arrival)
		t.store.mu.RUnlock()
	}
}

// expectDraft goes on where foresee has come to.
func (t *table) expectDraft(d *draft) {
	if !d.foreseen {
		t.expect(&d.arrival)
		return
	}
	for i := range d.placings {
		p := &d.placings[i]
		t.indexes[p.number].prefetchNext(p.is)
	}
}

// put finishes a draft that comes by itself and writes it, by insert or upsert. It returns
// the record as the caller's own.
func (m *mutator) put(v *view, d *draft, write func(*mutator, *view, *draft) error) (*row, error) {
	if v == nil {
		m.t.foresee(d)
	}
	if err := m.finish(d); err != nil {
		return nil, err
	}
	r := d.row
	id := m.t.keyOf(r).s
	if err := write(m, v, d); err != nil {
		return nil, err
	}
	if kept := m.t.keyOf(r).s; unsafe.StringData(kept) != unsafe.StringData(id) { // elsewhere
		d.ids.reuse(id)
	}
	return m.t.own(r), nil
}

// batch is what InsertMany adds.
type batch struct {
	draft  draft // of each record in turn
	rows   []*row
	auto   []bool
	issues []Issue
}

func (t *table) newBatch(n int) *batch {
	d := draft{now: t.store.clock.now(), ids: supplies.Get().(*supply)}
	return &batch{draft: d, rows: make([]*row, n), auto: make([]bool, n)}
}

// add finishes record i of the batch, which is in the draft.
func (b *batch) add(m *mutator, i int) {
	b.rows[i], b.auto[i] = b.draft.row, b.draft.auto
	b.issues = appendIssues(b.issues, i, m.finish(&b.draft))
}

// made says that all records are made.
func (b *batch) made() {
	supplies.Put(b.draft.ids)
	b.draft.ids = nil
}

// appendIssues appends the issues of one of many records, if its error has some.
func appendIssues(issues []Issue, i int, err error) []Issue {
	if invalid, ok := err.(*ValidationError); ok {
		for _, is := range invalid.Issues {
			is.Field = fmt.Sprintf("[%d].%s", i, is.Field)
			issues = append(issues, is)
		}
	}
	return issues
}

func (m *mutator) insertBatch(v *view, b *batch) error {
	if len(b.issues) > 0 {
		return &ValidationError{Bucket: m.t.name, Issues: b.issues}
	}
	return m.insertMany(v, b.rows, b.auto, b.draft.now)
}
