package noex

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestChangeListKeepsWhatACopyHad(t *testing.T) {
	ranks := func(l changeList, from int) (out []uint64) {
		for i, ch := range l.from(from) {
			if out = append(out, ch.rank); ch.rank != uint64(i) {
				t.Fatalf("change %d at %d", ch.rank, i)
			}
		}
		return out
	}
	var list changeList
	copies := map[int]changeList{}
	for i := range uint64(3*changeBlock + 10) {
		if i%100 == 0 || i%changeBlock < 2 {
			copies[int(i)] = list
		}
		list.add(change{rank: i})
	}
	all := ranks(list, 0)
	for n, l := range copies {
		if diff := cmp.Diff(slices.Clip(all[:n]), ranks(l, 0), cmp.Comparer(slices.Equal[[]uint64])); diff != "" {
			t.Errorf("copy of %d: %s", n, diff)
		}
		if got := ranks(list, n); !slices.Equal(got, all[n:]) {
			t.Errorf("from %d: %d changes, want %d", n, len(got), len(all)-n)
		}
	}
}
