package btree

import (
	"cmp"
	"iter"
	"slices"
	"sync"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// pair is what an index stores: elements are equal if key and slot are, val
// tells apart what replaced what.
type pair struct {
	key, slot, val int
}

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.key, b.key), cmp.Compare(a.slot, b.slot))
}

func atLeast(key int) func(pair) bool { return func(p pair) bool { return p.key >= key } }

// model is a sorted slice and the tree that should hold the same.
type model struct {
	tree   *Tree[pair]
	sorted []pair
}

func (m *model) clone() *model { return &model{m.tree.Clone(), slices.Clone(m.sorted)} }

func (m *model) insert(t rapid.TB, p pair) {
	i, found := slices.BinarySearchFunc(m.sorted, p, comparePairs)
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

func (m *model) remove(t rapid.TB, p pair) {
	i, found := slices.BinarySearchFunc(m.sorted, p, comparePairs)
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
		t.Fatalf("contents differ:\n%s", gocmp.Diff(m.sorted, got, gocmp.AllowUnexported(pair{})))
	}
}

// checkReads compares every read for one range.
func (m *model) checkReads(t rapid.TB, lo, hi int) {
	t.Helper()
	i, _ := slices.BinarySearchFunc(m.sorted, pair{key: lo}, comparePairs)
	j, _ := slices.BinarySearchFunc(m.sorted, pair{key: hi}, comparePairs)
	for _, r := range []struct {
		lo, hi func(pair) bool
		want   []pair
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
	at := func(name string, got pair, ok bool, i int) {
		t.Helper()
		if ok != (i >= 0 && i < len(m.sorted)) || ok && got != m.sorted[i] {
			t.Fatalf("%s = %v, %v, want element %d of %d", name, got, ok, i, len(m.sorted))
		}
	}
	e, ok := m.tree.Seek(atLeast(lo))
	at("Seek", e, ok, i)
	e, ok = m.tree.SeekLast(atLeast(lo))
	at("SeekLast", e, ok, i-1)
	e, ok = m.tree.At(lo)
	at("At", e, ok, lo)
	e, ok = m.tree.At(i)
	at("At", e, ok, i)
	e, ok = m.tree.Min()
	at("Min", e, ok, 0)
	e, ok = m.tree.Max()
	at("Max", e, ok, len(m.sorted)-1)
	if i < len(m.sorted) {
		e, ok = m.tree.Get(m.sorted[i])
		at("Get", e, ok, i)
	}
	if _, ok = m.tree.Get(pair{key: lo, slot: -1}); ok {
		t.Fatal("Get found what was never inserted")
	}
	if m.tree.Len() != len(m.sorted) {
		t.Fatalf("Len() = %d, want %d", m.tree.Len(), len(m.sorted))
	}
}

func TestTreeAgreesWithModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const maxKey = 12_000
		key := rapid.IntRange(0, maxKey)
		live := []*model{{tree: New(comparePairs)}}
		var frozen []*model
		pick := func(t *rapid.T) *model { return live[rapid.IntRange(0, len(live)-1).Draw(t, "tree")] }
		val := 0
		next := func() int { val++; return val }
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) {
				pick(t).insert(t, pair{key.Draw(t, "key"), rapid.IntRange(0, 2).Draw(t, "slot"), next()})
			},
			"insert run": func(t *rapid.T) {
				m, k := pick(t), key.Draw(t, "from")
				step := rapid.SampledFrom([]int{1, -1, 3, 7919}).Draw(t, "step")
				for range rapid.IntRange(1, 3000).Draw(t, "count") {
					m.insert(t, pair{k, 0, next()})
					k = (k + step + maxKey) % maxKey
				}
			},
			"append": func(t *rapid.T) {
				m, k := pick(t), 0
				if e, ok := m.tree.Max(); ok {
					k = e.key + 1
				}
				for i := range rapid.IntRange(1, 400).Draw(t, "count") {
					m.insert(t, pair{k + i, 0, next()})
				}
			},
			"delete": func(t *rapid.T) {
				m := pick(t)
				p := pair{key: key.Draw(t, "key")}
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
			"load": func(t *rapid.T) {
				m := pick(t)
				sorted := make([]pair, rapid.IntRange(0, 8000).Draw(t, "count"))
				for i := range sorted {
					sorted[i] = pair{i, 1, next()}
				}
				m.tree.Load(slices.Values(sorted))
				m.sorted = sorted
			},
			"clone": func(t *rapid.T) {
				c := pick(t).clone()
				if len(live) < 3 && rapid.Bool().Draw(t, "write") {
					live = append(live, c)
				} else {
					frozen = append(frozen, c)
				}
			},
			"clear": func(t *rapid.T) {
				if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
					t.Skip()
				}
				m := pick(t)
				m.tree.Clear()
				m.sorted = nil
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

func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func TestLoadOfEverySize(t *testing.T) {
	for n := range 60 * 70 {
		tree := New(cmp.Compare[int])
		tree.Load(numbers(n))
		check(t, tree)
		if n%61 == 0 && !slices.Equal(slices.Collect(tree.Ascend(nil, nil)), slices.Collect(numbers(n))) {
			t.Fatalf("%d elements: contents differ", n)
		}
	}
	tree := New(cmp.Compare[int])
	tree.Load(numbers(500_000))
	check(t, tree)
	for i := range 500_000 {
		tree.Delete(i * 7919 % 500_000)
	}
	if check(t, tree); tree.Len() != 0 {
		t.Errorf("%d elements left", tree.Len())
	}
}

func TestLoadRefusesDisorder(t *testing.T) {
	for _, in := range [][]int{{1, 1}, {1, 3, 2}} {
		tree := New(cmp.Compare[int])
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Load(%v) did not panic", in)
				}
			}()
			tree.Load(slices.Values(in))
		}()
		if check(t, tree); tree.Len() != 0 {
			t.Errorf("Load(%v) left %d elements", in, tree.Len())
		}
	}
}

func TestAppendingFillsNodes(t *testing.T) {
	tree := New(cmp.Compare[int])
	for i := range 100_000 {
		tree.Insert(i)
	}
	check(t, tree)
	if got := nodes(tree.root); got > 100_000/(maxItems-2) {
		t.Errorf("%d nodes", got)
	}
}

// TestClonesAreReadWhileTheTreeIsWritten is for the race detector: readers
// take clones side by side under a shared lock and read them without one.
func TestClonesAreReadWhileTheTreeIsWritten(t *testing.T) {
	tree := New(cmp.Compare[int])
	tree.Load(numbers(5000))
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
					if e <= last {
						t.Errorf("%d after %d", e, last)
						return
					}
					last = e
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
		tree.Insert(i * 7919 % 30_000)
		tree.Delete(i * 104_729 % 30_000)
		mu.Unlock()
	}
	wg.Wait()
	check(t, tree)
}

func TestBreakEndsIteration(t *testing.T) {
	tree := New(cmp.Compare[int])
	tree.Load(numbers(10_000))
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
	tree := New(comparePairs)
	for i := range 10_000 {
		tree.Insert(pair{key: i})
	}
	sum, lo, hi := 0, 5000, 6000
	got := testing.AllocsPerRun(100, func() {
		from := func(p pair) bool { return p.key >= lo }
		until := func(p pair) bool { return p.key >= hi }
		for e := range tree.Ascend(from, until) {
			sum += e.key
		}
		for e := range tree.Descend(from, nil) {
			sum += e.key
		}
		e, _ := tree.Seek(from)
		sum += e.key + tree.Count(from, until)
		e, _ = tree.Get(e)
		sum += e.key
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
