package noex

import "iter"

// keyIndex is the primary key in the eyes of a query: by equality, and in an
// ordered bucket by ranges and order.
type keyIndex[K Key, R any] struct {
	t    *table[K, R]
	info indexInfo
}

func newKeyIndex[K Key, R any](t *table[K, R], field string) *keyIndex[K, R] {
	return &keyIndex[K, R]{t, indexInfo{name: field, fields: []string{field}, unique: true, ordered: t.sorted != nil}}
}

func (x *keyIndex[K, R]) describe() indexInfo { return x.info }

func (x *keyIndex[K, R]) size() int { return x.t.records.Len() }

func (x *keyIndex[K, R]) count(p part) int {
	if len(p.equal) == 0 {
		return x.t.sorted.Count(x.bounds(p))
	}
	if _, _, ok := x.t.find(p.equal[0].(K)); ok {
		return 1
	}
	return 0
}

func (x *keyIndex[K, R]) slots(p part) iter.Seq[uint32] {
	if len(p.equal) == 0 {
		return keySlots(x.t.sorted.Ascend(x.bounds(p)))
	}
	slot, _, ok := x.t.find(p.equal[0].(K))
	return func(yield func(uint32) bool) {
		if ok {
			yield(slot)
		}
	}
}

func (x *keyIndex[K, R]) frozen(p part) iter.Seq[uint32] {
	if len(p.equal) == 0 {
		return keySlots(x.t.sorted.Clone().Ascend(x.bounds(p)))
	}
	return x.slots(p)
}

func (x *keyIndex[K, R]) bounds(p part) (from, until func(sortedKey[K]) bool) {
	for _, s := range p.spans {
		if s.lo.set {
			lo, inclusive := s.lo.v.(K), s.lo.inclusive
			from = both(from, func(e sortedKey[K]) bool { return e.key > lo || inclusive && e.key == lo })
		}
		if s.hi.set {
			hi, inclusive := s.hi.v.(K), s.hi.inclusive
			until = either(until, func(e sortedKey[K]) bool { return e.key > hi || !inclusive && e.key == hi })
		}
	}
	return from, until
}

func keySlots[K Key](entries iter.Seq[sortedKey[K]]) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for e := range entries {
			if !yield(e.slot) {
				return
			}
		}
	}
}

func (x *keyIndex[K, R]) walk(p part, _ int, desc, frozen bool) iter.Seq2[uint32, bool] {
	tree := x.t.sorted
	if frozen {
		tree = tree.Clone()
	}
	entries := tree.Ascend(x.bounds(p))
	if desc {
		entries = tree.Descend(x.bounds(p))
	}
	return func(yield func(uint32, bool) bool) {
		for e := range entries {
			if !yield(e.slot, true) {
				return
			}
		}
	}
}
