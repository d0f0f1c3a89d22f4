package noex

import (
	"fmt"
	"iter"
	"slices"
)

// plan is the way a query finds its candidates: by a value of an index, or by
// a walk over the bucket.
type plan struct {
	bucket string
	index  int // position in table.indexes; -1: scan
	name   string
	values []any
	rows   int
}

// String says what the plan does.
func (p plan) String() string {
	if p.index < 0 {
		return fmt.Sprintf("scan %s (%d records)", p.bucket, p.rows)
	}
	return fmt.Sprintf("index %s of %s (%d records)", p.name, p.bucket, p.rows)
}

// plan chooses the index with the fewest records among those whose fields all
// are compared with Eq.
func (t *table[K, R]) plan(preds []Pred[R]) plan {
	t.store.mu.RLock()
	defer t.store.mu.RUnlock()
	return t.planLocked(preds)
}

func (t *table[K, R]) planLocked(preds []Pred[R]) plan {
	best := plan{bucket: t.name, index: -1, rows: t.records.Len()}
	for i, ix := range t.indexes {
		info := ix.describe()
		values, ok := equalTo(preds, info.fields)
		if !ok {
			continue
		}
		if n := ix.count(values); best.index < 0 || n < best.rows {
			best.index, best.name, best.values, best.rows = i, info.name, values, n
		}
	}
	return best
}

// equalTo returns the values that preds, all of which hold, give to fields.
func equalTo[R any](preds []Pred[R], fields []string) ([]any, bool) {
	values := make([]any, len(fields))
	for i, field := range fields {
		at := slices.IndexFunc(preds, func(p Pred[R]) bool { return p.op == opEq && p.field == field })
		if at < 0 {
			return nil, false
		}
		values[i] = preds[at].args[0]
	}
	return values, true
}

func (t *table[K, R]) candidates(preds []Pred[R]) (iter.Seq[*R], plan) {
	now := t.now()
	t.store.mu.RLock()
	p := t.planLocked(preds)
	if p.index >= 0 {
		recs := t.resolve(t.indexes[p.index].slots(nil, p.values))
		t.store.mu.RUnlock()
		return t.visible(slices.Values(recs), now), p
	}
	t.store.mu.RUnlock()
	snap, _ := t.snapshotAt()
	return t.visible(snap.all, now), p
}

func (t *table[K, R]) visible(recs iter.Seq[*R], now Millis) iter.Seq[*R] {
	if t.ttl == 0 {
		return recs
	}
	return func(yield func(*R) bool) {
		for r := range recs {
			if !t.expired(r, now) && !yield(r) {
				return
			}
		}
	}
}
