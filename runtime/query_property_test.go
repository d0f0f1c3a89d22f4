package noex

import (
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestQueriesAgreeWithFilterAndSort asks random questions of buckets with
// random indexes, directly and through snapshots with commits since and
// writes pending, and compares the answers with those of a list. It does so
// five times a check, 500 times by default.
func TestQueriesAgreeWithFilterAndSort(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		for seed := range uint64(5) {
			agree(t, rapid.Uint64().Draw(t, "seed")+seed, rapid.IntRange(0, 9).Draw(t, "size"))
		}
	})
}

type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func agree(t fataler, seed uint64, size int) {
	t.Helper()
	d := drawer{rand.New(rand.NewPCG(seed, uint64(size)))}
	var defs []*Index
	for _, make := range itemIndexes {
		if d.oneIn(3) {
			defs = append(defs, make())
		}
	}
	schema := itemSchema(d.oneIn(3), defs...)
	if d.oneIn(3) {
		schema.TTL = time.Hour
	}
	s := newItems(t, schema)
	defer s.Close()
	m := &naive{ordered: schema.Ordered}
	records := 40
	if size == 9 {
		records = 1500
	}
	s.fill(t, d, m, records)
	ask := func(where string, from Reader[int64, item], m *naive) {
		t.Helper()
		for range 6 {
			if a := d.asked(); !m.agrees(t, a, from) {
				t.Fatalf("seed %d, size %d, %s, ordered %v: %v\n%s", seed, size, where, schema.Ordered, a, a.query(from).Explain())
			}
		}
	}
	ask("store", s.Items, m)
	s.checkIndexes(t, defs)

	view, tx := s.openSnapshot(false), s.openSnapshot(true)
	defer view.close()
	defer tx.close()
	ask("view", ReadIn(view, s.Items), m)
	then, mine := m.clone(), m.clone()
	s.scribble(d, mine, tx, records)
	ask("tx", ReadIn(tx, s.Items), mine)
	s.change(t, d, m, records, 20)
	ask("store", s.Items, m)
	ask("view of the past", ReadIn(view, s.Items), then)
	s.scribble(d, mine, tx, records)
	ask("tx in the past", ReadIn(tx, s.Items), mine)
	s.checkIndexes(t, defs)
}

func newItems(t fataler, schema *Schema[int64, item, item, item]) itemStore {
	s := NewStore("items", Config{TTLCheckInterval: -1})
	b := AddBucket(s, schema)
	return itemStore{s, b.Reader, b.Writer}
}

// fill inserts records and deletes many again, so that slots are used anew.
func (s itemStore) fill(t fataler, d drawer, m *naive, n int) {
	s.change(t, d, m, n, 2*n)
	if d.oneIn(2) {
		for _, r := range m.clone().recs {
			if !d.oneIn(8) {
				s.Writer.Delete(r.ID)
				m.remove(r.ID)
			}
		}
		s.change(t, d, m, n, n)
	}
}

// change commits random writes.
func (s itemStore) change(t fataler, d drawer, m *naive, ids, n int) {
	for range n {
		id := int64(d.IntN(ids))
		in := d.item(id)
		if d.oneIn(10) {
			in.Serial = Some(int64(d.IntN(ids)))
		}
		expired := s.Items.s.t.ttl > 0 && d.oneIn(5)
		if expired {
			in.ExpiresAt = 1
		}
		var got item
		var err error
		switch at := m.at(id); {
		case at < 0:
			got, err = s.Writer.Insert(in)
		case d.oneIn(3):
			_, err = s.Writer.Delete(id)
			m.remove(id)
			expired = true
		default:
			got, err = s.Writer.Update(id, in)
			if err == nil && expired {
				m.remove(id)
			}
		}
		switch unique := (*UniqueError)(nil); {
		case errors.As(err, &unique):
		case err != nil:
			t.Fatalf("write: %v", err)
		case !expired:
			m.put(got)
		}
	}
}

// scribble writes at random in a transaction.
func (s itemStore) scribble(d drawer, m *naive, tx *Snapshot, ids int) {
	w := WriteIn(tx, s.Writer)
	for range 10 {
		id := int64(d.IntN(ids))
		if m.at(id) >= 0 && d.oneIn(3) {
			w.Delete(id)
			m.remove(id)
		} else if m.at(id) >= 0 {
			if got, err := w.Update(id, d.item(id)); err == nil {
				m.put(got)
			}
		} else if got, err := w.Insert(d.item(id)); err == nil {
			m.put(got)
		}
	}
}

func same(got item, want *item) bool {
	return got.ID == want.ID && got.Version == want.Version && got.Name == want.Name
}

// agrees compares every way to ask.
func (m *naive) agrees(t fataler, a asked, from Reader[int64, item]) bool {
	want := m.answer(a)
	equal := func(got []item) bool {
		return slices.EqualFunc(got, want, func(g item, w *item) bool { return same(g, w) })
	}
	all := a.query(from).All()
	if !equal(all) || !equal(slices.Collect(a.query(from).Iter())) {
		t.Fatalf("got %v, want %v: %v", ids(all), idsOf(want), a)
	}
	if got := a.query(from).Count(); got != len(want) {
		t.Fatalf("count %d, want %d: %v", got, len(want), a)
	}
	one, ok := a.query(from).One()
	if ok != (len(want) > 0) || ok && !same(one, want[0]) {
		t.Fatalf("one %v, want %v: %v", one.ID, idsOf(want), a)
	}
	return m.sums(a, want, from) && m.extremes(a, want, from)
}

func (m *naive) sums(a asked, want []*item, from Reader[int64, item]) bool {
	var ids int64
	var sum, n float64
	for _, r := range want {
		ids += r.ID
		if v, ok := r.Score.Get(); ok {
			sum += v
			n++
		}
	}
	q := a.query(from)
	return SumOf(q, items.ID) == ids && q.Sum(items.ID) == float64(ids) &&
		q.Sum(items.Score) == sum && q.Avg(items.Score) == sum/max(n, 1)
}

func (m *naive) extremes(a asked, want []*item, from Reader[int64, item]) bool {
	q := a.query(from)
	score := func(r *item) (float64, bool) { return r.Score.Get() }
	day := func(r *item) (time.Time, bool) { return r.Day.Get() }
	group := func(r *item) (int64, bool) { return r.Group.Get() }
	minimum, hasMin := q.Min(items.Score)
	maximum, hasMax := q.Max(items.Score)
	first, hasFirst := MinOf(q, items.Day)
	last, hasLast := MaxOf(q, items.Day)
	low, hasLow := MinOf(q, items.Group)
	high, hasHigh := MaxOf(q, items.Group)
	return is(minimum, hasMin)(least(want, score, false)) && is(maximum, hasMax)(least(want, score, true)) &&
		is(first, hasFirst)(leastDay(want, day, false)) && is(last, hasLast)(leastDay(want, day, true)) &&
		is(low, hasLow)(least(want, group, false)) && is(high, hasHigh)(least(want, group, true))
}

func is[V comparable](got V, ok bool) func(V, bool) bool {
	return func(want V, has bool) bool { return ok == has && equalValues(got, want) }
}

func least[V int64 | float64](recs []*item, get func(*item) (V, bool), most bool) (best V, found bool) {
	for _, r := range recs {
		if v, ok := get(r); ok && (!found || v < best && !most || v > best && most) {
			best, found = v, true
		}
	}
	return best, found
}

func leastDay(recs []*item, get func(*item) (time.Time, bool), most bool) (best time.Time, found bool) {
	for _, r := range recs {
		if v, ok := get(r); ok && (!found || v.Before(best) && !most || v.After(best) && most) {
			best, found = v, true
		}
	}
	return best, found
}

func ids(recs []item) []int64 {
	out := make([]int64, len(recs))
	for i := range recs {
		out[i] = recs[i].ID
	}
	return out
}

func idsOf(recs []*item) []int64 {
	out := make([]int64, len(recs))
	for i, r := range recs {
		out[i] = r.ID
	}
	return out
}

// checkIndexes compares the indexes with new ones of the same records.
func (s itemStore) checkIndexes(t fataler, defs []*Index) {
	t.Helper()
	tab := s.Items.s.t
	in := &lookups{hasher: tab.hasher, records: &tab.records, order: tab.order(tab.sorted != nil)}
	for i, def := range defs {
		old, fresh := tab.indexes[i], def.def.open(in)
		parts := map[string]part{}
		for slot, r := range tab.records.All() {
			fresh.insert(slot, r, fresh.position(r))
			if p := position(tab.records.Words(slot)[i]); p != old.position(r) {
				t.Fatalf("index %s of %v: position %d is noted, want %d", def.def.name, r, p, old.position(r))
			}
			if values, ok := def.def.values(nil, r); ok {
				parts[fmt.Sprint(values)] = part{equal: values}
			}
		}
		if old.size() != fresh.size() {
			t.Fatalf("index %s has %d records, want %d", def.def.name, old.size(), fresh.size())
		}
		held, release := tab.records.Hold()
		for p := range maps.Values(parts) {
			got, want := slices.Collect(old.slots(p)), slices.Collect(fresh.slots(p))
			if !slices.Equal(got, want) || old.count(p) != len(want) || !slices.Equal(got, slices.Collect(old.frozen(p, held))) {
				t.Fatalf("index %s of %v: got %v (%d), want %v", def.def.name, p, got, old.count(p), want)
			}
			if !slices.IsSortedFunc(got, in.order.compare) {
				t.Fatalf("index %s of %v: %v is not in bucket order", def.def.name, p, got)
			}
		}
		release()
	}
}
