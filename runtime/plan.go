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

func (r Reader[K, R]) explain(preds []Pred[R]) plan {
	r.t.store.mu.RLock()
	defer r.t.store.mu.RUnlock()
	return r.t.planLocked(preds)
}

func (r Reader[K, R]) copyOut(rec *R) R { return r.t.copyOut(rec) }

// planLocked chooses the index with the fewest records among those whose
// fields all are compared with Eq.
func (t *table[K, R]) planLocked(preds []Pred[R]) plan {
	best := plan{bucket: t.name, index: -1, rows: t.records.Len()}
	for i, ix := range t.indexes {
		info := ix.describe()
		values, ok := equalTo(preds, ix, info.fields)
		if !ok {
			continue
		}
		if n := ix.count(values); best.index < 0 || n < best.rows {
			best.index, best.name, best.values, best.rows = i, info.name, values, n
		}
	}
	return best
}

// equalTo returns the values that preds, all of which hold, give to the fields
// of an index.
func equalTo[R any](preds []Pred[R], ix index[R], fields []string) ([]any, bool) {
	for i := range preds {
		if preds[i].index != nil && preds[i].index == ix.definition() {
			return preds[i].args, true
		}
	}
	values := make([]any, len(fields))
	for i, field := range fields {
		at := slices.IndexFunc(preds, func(p Pred[R]) bool { return p.op == opEq && p.index == nil && p.field == field })
		if at < 0 {
			return nil, false
		}
		values[i] = preds[at].args[0]
	}
	return values, true
}

func (r Reader[K, R]) candidates(preds []Pred[R]) iter.Seq[*R] {
	if r.v != nil {
		return recordsOf(slices.Values(r.v.find(preds)))
	}
	t := r.t
	t.store.mu.RLock()
	p := t.planLocked(preds)
	if p.index < 0 {
		t.store.mu.RUnlock()
		return r.walk()
	}
	recs := t.resolve(t.indexes[p.index].slots(nil, p.values))
	t.store.mu.RUnlock()
	return t.visible(slices.Values(recs), t.now())
}

// visible leaves out the expired records.
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
