package noex

import "fmt"

// draft is a record made of an input at a time. An insert stores a copy of it, so that
// its memory may be used again.
type draft struct {
	row *row
	// auto is set if the store is free to choose the key.
	auto bool
	now  Millis
	// err is what is wrong with it.
	err error
}

// draft returns a zero record.
func (t *table) draft() *row {
	if r, ok := t.drafts.Get().(*row); ok {
		return r
	}
	return t.typ.New()
}

// recycle takes a record that draft returned and that nobody looks at any more.
func (t *table) recycle(r *row) {
	t.typ.Copy(r, t.none)
	t.drafts.Put(r)
}

// spent recycles a draft that was inserted, or could not be, unless a transaction
// keeps it.
func (r source) spent(draft *row) {
	if r.sn == nil {
		r.t.recycle(draft)
	}
}

// insertDraft inserts what was made of an input. It returns the record as the
// caller's own.
func (m *mutator) insertDraft(v *view, d draft) (*row, error) {
	if d.err != nil {
		return nil, d.err
	}
	if err := m.insert(v, d.row, d.auto, d.now); err != nil {
		return nil, err
	}
	return m.t.own(d.row), nil
}

// upsertDraft is insertDraft where a record may be replaced: by the draft itself, which
// is kept then.
func (m *mutator) upsertDraft(v *view, d draft) (r *row, kept bool, err error) {
	if d.err != nil {
		return nil, false, d.err
	}
	if kept, err = m.upsert(v, d.row, d.auto, d.now); err != nil {
		return nil, kept, err
	}
	return m.t.own(d.row), kept, nil
}

// batch is what InsertMany adds.
type batch struct {
	rows   []*row
	auto   []bool
	now    Millis
	issues []Issue
}

func newBatch(n int, now Millis) batch {
	return batch{rows: make([]*row, n), auto: make([]bool, n), now: now}
}

// add sets a record of a batch.
func (b *batch) add(i int, d draft) {
	b.rows[i], b.auto[i] = d.row, d.auto
	b.issues = appendIssues(b.issues, i, d.err)
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
	return m.insertMany(v, b.rows, b.auto, b.now)
}
