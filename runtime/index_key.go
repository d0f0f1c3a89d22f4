package noex

import (
	"iter"

	"github.com/noexgen/noexgen/runtime/internal/slab"
)

// keyIndex is the primary key in the eyes of a query: by equality, and in an
// ordered bucket by ranges and order.
type keyIndex struct {
	t   *table
	def *indexDef
}

func newKeyIndex(t *table) *keyIndex {
	return &keyIndex{t, &indexDef{name: t.key.name, attrs: []*attr{t.key}, unique: true, ordered: t.sorted != nil}}
}

func (x *keyIndex) define() *indexDef { return x.def }

func (x *keyIndex) size() int { return x.t.records.Len() }

func (x *keyIndex) count(p part) int {
	if len(p.equal) == 0 {
		return x.t.sorted.count(p)
	}
	if _, _, ok := x.t.find(p.equal[0]); ok {
		return 1
	}
	return 0
}

func (x *keyIndex) slots(p part) iter.Seq[uint32] {
	if len(p.equal) == 0 {
		return x.t.sorted.slots(p)
	}
	slot, _, ok := x.t.find(p.equal[0])
	return oneSlot(slot, ok)
}

func (x *keyIndex) frozen(p part, held slab.Snapshot) iter.Seq[uint32] {
	if len(p.equal) == 0 {
		return x.t.sorted.frozen(p, held)
	}
	return x.slots(p)
}

func (x *keyIndex) walk(p part, n int, desc bool, held *slab.Snapshot) iter.Seq2[uint32, bool] {
	return x.t.sorted.walk(p, n, desc, held)
}
