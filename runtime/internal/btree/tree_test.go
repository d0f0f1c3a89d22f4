package btree

import (
	"iter"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// An element is equal to another if key and slot are; val tells apart what
// replaced what.
func element(key, slot, val int) Entry {
	return Entry{Hi: uint64(key), Lo: uint32(slot), Slot: uint32(val)}
}

func same(a, b Entry) int { return 0 }

func atLeast(key int) func(Entry) bool { return func(e Entry) bool { return e.Hi >= uint64(key) } }

// model is a sorted slice and the tree that should hold the same.
type model struct {
	tree   *Tree
	sorted []Entry
}

func (m *model) clone() *model { return &model{m.tree.Clone(), slices.Clone(m.sorted)} }

func (m *model) insert(t rapid.TB, p Entry) {
	i, found := slices.BinarySearchFunc(m.sorted, p, Entry.Compare)
	old, replaced := m.tree.Insert(p)
	if replaced != found || found && old != m.sorted[i] {
		t.Fatalf("Insert(%v) = %v, %v", p, old, replaced)
	}
	if found {
		m.sorted[i] = p
	} else {
		m.sorted = slices.Insert(m.sorted, i, p)
	}
}

func (m *model) remove(t rapid.TB, p Entry) {
	i, found := slices.BinarySearchFunc(m.sorted, p, Entry.Compare)
	old, ok := m.tree.Delete(p)
	if ok != found || found && old != m.sorted[i] {
		t.Fatalf("Delete(%v) = %v, %v", p, old, ok)
	}
	if found {
		m.sorted = slices.Delete(m.sorted, i, i+1)
	}
}

func (m *model) check(t rapid.TB) {
	t.Helper()
	check(t, m.tree)
	got := slices.Collect(m.tree.Ascend(nil, nil))
	if !slices.Equal(got, m.sorted) {
		t.Fatalf("contents differ:\n%s", gocmp.Diff(m.sorted, got, gocmp.AllowUnexported(Entry{})))
	}
}

// checkReads compares every read for one range.
func (m *model) checkReads(t rapid.TB, lo, hi int) {
	t.Helper()
	i, _ := slices.BinarySearchFunc(m.sorted, element(lo, 0, 0), Entry.Compare)
	j, _ := slices.BinarySearchFunc(m.sorted, element(hi, 0, 0), Entry.Compare)
	for _, r := range []struct {
		lo, hi func(Entry) bool
		want   []Entry
	}{
		{nil, nil, m.sorted},
		{atLeast(lo), nil, m.sorted[i:]},
		{nil, atLeast(hi), m.sorted[:j]},
		{atLeast(lo), atLeast(hi), m.sorted[min(i, j):j]},
	} {
		if got := slices.Collect(m.tree.Ascend(r.lo, r.hi)); !slices.Equal(got, r.want) {
			t.Fatalf("Ascend(%d, %d) = %v, want %v", lo, hi, got, r.want)
		}
		backward := slices.Collect(m.tree.Descend(r.lo, r.hi))
		slices.Reverse(backward)
		if !slices.Equal(backward, r.want) {
			t.Fatalf("Descend(%d, %d) = %v reversed, want %v", lo, hi, backward, r.want)
		}
		if got := m.tree.Count(r.lo, r.hi); got != len(r.want) {
			t.Fatalf("Count(%d, %d) = %d, want %d", lo, hi, got, len(r.want))
		}
	}
	if got := m.tree.Rank(atLeast(lo)); got != i {
		t.Fatalf("Rank(%d) = %d, want %d", lo, got, i)
	}
	at := func(name string, got Entry, ok bool, i int) {
		t.Helper()
		if ok != (i >= 0 && i < len(m.sorted)) || ok && got != m.sorted[i] {
			t.Fatalf("%s = %v, %v, want element %d of %d", name, got, ok, i, len(m.sorted))
		}
	}
	e, ok := m.tree.Seek(atLeast(lo))
	at("Seek", e, ok, i)
	e, ok = m.tree.Min()
	at("Min", e, ok, 0)
	if m.tree.Len() != len(m.sorted) {
		t.Fatalf("Len() = %d, want %d", m.tree.Len(), len(m.sorted))
	}
}

func TestTreeAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const maxKey = 12_000
		key := rapid.IntRange(0, maxKey)
		live := []*model{{tree: New(same)}}
		var frozen []*model
		pick := func(t *rapid.T) *model { return live[rapid.IntRange(0, len(live)-1).Draw(t, "tree")] }
		val := 0
		next := func() int { val++; return val }
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				pick(t).insert(t, element(key.Draw(t, "key"), rapid.IntRange(0, 2).Draw(t, "slot"), next()))
			},
			"insert run": func(t *rapid.T) {
				m, k := pick(t), key.Draw(t, "from")
				step := rapid.SampledFrom([]int{1, -1, 3, 7919}).Draw(t, "step")
				for range rapid.IntRange(1, 3000).Draw(t, "count") {
					m.insert(t, element(k, 0, next()))
					k = (k + step + maxKey) % maxKey
				}
			},
			"append": func(t *rapid.T) {
				m, k := pick(t), 0
				if n := len(m.sorted); n > 0 {
					k = int(m.sorted[n-1].Hi) + 1
				}
				for i := range rapid.IntRange(1, 400).Draw(t, "count") {
					m.insert(t, element(k+i, 0, next()))
				}
			},
			"delete": func(t *rapid.T) {
				m := pick(t)
				p := element(key.Draw(t, "key"), 0, 0)
				if len(m.sorted) > 0 && rapid.Bool().Draw(t, "hit") {
					p = rapid.SampledFrom(m.sorted).Draw(t, "element")
				}
				m.remove(t, p)
			},
			"delete run": func(t *rapid.T) {
				m := pick(t)
				if len(m.sorted) == 0 {
					t.Skip()
				}
				i := rapid.IntRange(0, len(m.sorted)-1).Draw(t, "from")
				stride := rapid.IntRange(0, 3).Draw(t, "stride")
				for range rapid.IntRange(1, 4000).Draw(t, "count") {
					if i >= len(m.sorted) {
						break
					}
					m.remove(t, m.sorted[i])
					i += stride
				}
			},
			"clone": func(t *rapid.T) {
				c := pick(t).clone()
				if len(live) < 3 && rapid.Bool().Draw(t, "write") {
					live = append(live, c)
				} else {
					frozen = append(frozen, c)
				}
			},
			"": func(t *rapid.T) {
				for _, m := range live {
					check(t, m.tree)
				}
				pick(t).checkReads(t, key.Draw(t, "lo"), key.Draw(t, "hi"))
			},
		})
		for _, m := range slices.Concat(live, frozen) {
			m.check(t)
		}
	})
}

func numbers(n int) iter.Seq[Entry] {
	return func(yield func(Entry) bool) {
		for i := range n {
			if !yield(element(i, 0, 0)) {
				return
			}
		}
	}
}

func fill(tree *Tree, elements iter.Seq[Entry]) {
	for e := range elements {
		tree.Insert(e)
	}
}

// TestDeletesInAnyOrder takes all elements out again of a tree that was filled
// in order.
func TestDeletesInAnyOrder(t *testing.T) {
	tree := New(same)
	fill(tree, numbers(500_000))
	check(t, tree)
	for i := range 500_000 {
		tree.Delete(element(i*7919%500_000, 0, 0))
	}
	if check(t, tree); tree.Len() != 0 {
		t.Errorf("%d elements left", tree.Len())
	}
}

func TestAppendingFillsNodes(t *testing.T) {
	tree := New(same)
	for i := range 100_000 {
		tree.Insert(element(i, 0, 0))
	}
	check(t, tree)
	if got := nodes(tree.root); got > 100_000/(maxItems-2) {
		t.Errorf("%d nodes", got)
	}
}

// TestClonesAreReadWhileTheTreeIsWritten is for the race detector: readers
// take clones side by side under a shared lock and read them without one.
func TestClonesAreReadWhileTheTreeIsWritten(t *testing.T) {
	tree := New(same)
	fill(tree, numbers(5000))
	var mu sync.RWMutex
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				mu.RLock()
				clone := tree.Clone()
				want := tree.Len()
				mu.RUnlock()
				last, n := -1, 0
				for e := range clone.Ascend(nil, nil) {
					if int(e.Hi) <= last {
						t.Errorf("%d after %d", e.Hi, last)
						return
					}
					last = int(e.Hi)
					n++
				}
				if n != want || clone.Len() != want {
					t.Errorf("%d elements, want %d", n, want)
					return
				}
			}
		})
	}
	for i := range 20_000 {
		mu.Lock()
		tree.Insert(element(i*7919%30_000, 0, 0))
		tree.Delete(element(i*104_729%30_000, 0, 0))
		mu.Unlock()
	}
	wg.Wait()
	check(t, tree)
}

func TestBreakEndsIteration(t *testing.T) {
	tree := New(same)
	fill(tree, numbers(10_000))
	for stop := range 10_000 {
		n := 0
		for range tree.Ascend(nil, nil) {
			if n++; n > stop {
				break
			}
		}
		for range tree.Descend(nil, nil) {
			if n--; n == 0 {
				break
			}
		}
		if n != 0 {
			t.Fatalf("after a break at %d: %d", stop, n)
		}
	}
}

func TestReadsDoNotAllocate(t *testing.T) {
	tree := New(same)
	for i := range 10_000 {
		tree.Insert(element(i, 0, 0))
	}
	sum, lo, hi := uint64(0), uint64(5000), uint64(6000)
	got := testing.AllocsPerRun(100, func() {
		from := func(p Entry) bool { return p.Hi >= lo }
		until := func(p Entry) bool { return p.Hi >= hi }
		for e := range tree.Ascend(from, until) {
			sum += e.Hi
		}
		for e := range tree.Descend(from, nil) {
			sum += e.Hi
		}
		e, _ := tree.Seek(from)
		sum += e.Hi + uint64(tree.Count(from, until))
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
