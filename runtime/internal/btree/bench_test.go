package btree

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

type numKey struct {
	key  int64
	slot uint32
}

func compareNumKeys(a, b numKey) int {
	if a.key != b.key {
		return cmp.Compare(a.key, b.key)
	}
	return cmp.Compare(a.slot, b.slot)
}

type strKey struct {
	key  string
	slot uint32
}

func compareStrKeys(a, b strKey) int {
	if c := cmp.Compare(a.key, b.key); c != 0 {
		return c
	}
	return cmp.Compare(a.slot, b.slot)
}

var sizes = []int{100_000, 1_000_000}

// shuffled returns n different elements in random order.
func shuffled(n int) []numKey {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]numKey, n)
	for i, p := range rng.Perm(n) {
		out[i] = numKey{int64(p), uint32(i)}
	}
	return out
}

func each(b *testing.B, run func(b *testing.B, n int)) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) { run(b, n) })
	}
}

// benchmarkFill inserts the elements into an empty tree over and over; one
// operation is one insert.
func benchmarkFill[E any](b *testing.B, compare func(a, b E) int, elements []E) {
	b.ReportAllocs()
	t, i := New(compare), 0
	for b.Loop() {
		t.Insert(elements[i])
		if i++; i == len(elements) {
			t, i = New(compare), 0
		}
	}
}

func BenchmarkInsertRandom(b *testing.B) {
	each(b, func(b *testing.B, n int) { benchmarkFill(b, compareNumKeys, shuffled(n)) })
}

func BenchmarkInsertAscending(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		elements := shuffled(n)
		slices.SortFunc(elements, compareNumKeys)
		benchmarkFill(b, compareNumKeys, elements)
	})
}

func BenchmarkInsertRandomString(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		elements := make([]strKey, n)
		for i, e := range shuffled(n) {
			elements[i] = strKey{fmt.Sprintf("key-%012d", e.key), e.slot}
		}
		benchmarkFill(b, compareStrKeys, elements)
	})
}

// BenchmarkInsertSlice is the sorted slice that the tree replaces.
func BenchmarkInsertSlice(b *testing.B) {
	elements := shuffled(100_000)
	var sorted []numKey
	i := 0
	for b.Loop() {
		at, _ := slices.BinarySearchFunc(sorted, elements[i], compareNumKeys)
		sorted = slices.Insert(sorted, at, elements[i])
		if i++; i == len(elements) {
			sorted, i = sorted[:0], 0
		}
	}
}

func filled(n int) (*Tree[numKey], []numKey) {
	t, elements := New(compareNumKeys), shuffled(n)
	for _, e := range elements {
		t.Insert(e)
	}
	return t, elements
}

func BenchmarkMove(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i := 0
		for b.Loop() {
			e := &elements[i%n]
			t.Delete(*e)
			e.key = (e.key + int64(n)/3) % int64(n)
			t.Insert(*e)
			i++
		}
	})
}

// BenchmarkMoveAfterClone writes 1,000 times between clones, which are kept
// until the next one.
func BenchmarkMoveAfterClone(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		b.ReportAllocs()
		t, elements := filled(n)
		clone, i := t.Clone(), 0
		for b.Loop() {
			e := &elements[i%n]
			t.Delete(*e)
			e.key = (e.key + int64(n)/3) % int64(n)
			t.Insert(*e)
			if i++; i%1000 == 0 {
				clone = t.Clone()
			}
		}
		runtime.KeepAlive(clone)
	})
}

func BenchmarkGet(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i := 0
		for b.Loop() {
			t.Get(elements[i])
			if i++; i == n {
				i = 0
			}
		}
	})
}

func BenchmarkSeek(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i := 0
		for b.Loop() {
			key := elements[i].key
			t.Seek(func(e numKey) bool { return e.key >= key })
			if i++; i == n {
				i = 0
			}
		}
	})
}

func BenchmarkSeekSlice(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		elements := shuffled(n)
		sorted := slices.Clone(elements)
		slices.SortFunc(sorted, compareNumKeys)
		i, sum := 0, 0
		for b.Loop() {
			at, _ := slices.BinarySearchFunc(sorted, elements[i], compareNumKeys)
			sum += at
			if i++; i == n {
				i = 0
			}
		}
	})
}

func BenchmarkCount(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i := 0
		for b.Loop() {
			lo := elements[i].key
			hi := lo + 1000
			t.Count(func(e numKey) bool { return e.key >= lo }, func(e numKey) bool { return e.key >= hi })
			if i++; i == n {
				i = 0
			}
		}
	})
}

// BenchmarkRange iterates over 1,000 elements from a random start.
func BenchmarkRange(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i, sum := 0, 0
		for b.Loop() {
			lo := elements[i].key
			hi := lo + 1000
			for e := range t.Ascend(
				func(e numKey) bool { return e.key >= lo },
				func(e numKey) bool { return e.key >= hi },
			) {
				sum += int(e.slot)
			}
			if i++; i == n {
				i = 0
			}
		}
	})
}

// BenchmarkIterate walks over all elements.
func BenchmarkIterate(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, _ := filled(n)
		sum := 0
		for b.Loop() {
			for e := range t.Ascend(nil, nil) {
				sum += int(e.slot)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/elem")
	})
}

func BenchmarkLoad(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		elements := shuffled(n)
		slices.SortFunc(elements, compareNumKeys)
		for b.Loop() {
			New(compareNumKeys).Load(slices.Values(elements))
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/elem")
	})
}

func BenchmarkClone(b *testing.B) {
	t, _ := filled(100_000)
	b.ReportAllocs()
	for b.Loop() {
		runtime.KeepAlive(t.Clone())
	}
}

// BenchmarkMemory reports the bytes of an element in a tree filled at random,
// in order, or by Load.
func BenchmarkMemory(b *testing.B) {
	random := shuffled(1_000_000)
	sorted := slices.Clone(random)
	slices.SortFunc(sorted, compareNumKeys)
	insert := func(elements []numKey) func(*Tree[numKey]) {
		return func(t *Tree[numKey]) {
			for _, e := range elements {
				t.Insert(e)
			}
		}
	}
	for name, fill := range map[string]func(*Tree[numKey]){
		"random":    insert(random),
		"ascending": insert(sorted),
		"load":      func(t *Tree[numKey]) { t.Load(slices.Values(sorted)) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				t := New(compareNumKeys)
				fill(t)
				b.ReportMetric(float64(heap()-before)/float64(t.Len()), "B/elem")
			}
		})
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
