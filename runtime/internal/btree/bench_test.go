package btree

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

var sizes = []int{100_000, 1_000_000}

// shuffled returns n different elements in random order.
func shuffled(n int) []Entry {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]Entry, n)
	for i, p := range rng.Perm(n) {
		out[i] = Entry{Hi: uint64(p), Slot: uint32(i)}
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
func benchmarkFill(b *testing.B, elements []Entry) {
	b.ReportAllocs()
	t, i := New(same), 0
	for b.Loop() {
		t.Insert(elements[i])
		if i++; i == len(elements) {
			t, i = New(same), 0
		}
	}
}

func BenchmarkInsertRandom(b *testing.B) {
	each(b, func(b *testing.B, n int) { benchmarkFill(b, shuffled(n)) })
}

func BenchmarkInsertAscending(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		elements := shuffled(n)
		slices.SortFunc(elements, Entry.Compare)
		benchmarkFill(b, elements)
	})
}

// BenchmarkInsertSlice is the sorted slice that the tree replaces.
func BenchmarkInsertSlice(b *testing.B) {
	elements := shuffled(100_000)
	var sorted []Entry
	i := 0
	for b.Loop() {
		at, _ := slices.BinarySearchFunc(sorted, elements[i], Entry.Compare)
		sorted = slices.Insert(sorted, at, elements[i])
		if i++; i == len(elements) {
			sorted, i = sorted[:0], 0
		}
	}
}

func filled(n int) (*Tree, []Entry) {
	t, elements := New(same), shuffled(n)
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
			e.Hi = (e.Hi + uint64(n)/3) % uint64(n)
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
			e.Hi = (e.Hi + uint64(n)/3) % uint64(n)
			t.Insert(*e)
			if i++; i%1000 == 0 {
				clone = t.Clone()
			}
		}
		runtime.KeepAlive(clone)
	})
}

func BenchmarkSeek(b *testing.B) {
	each(b, func(b *testing.B, n int) {
		t, elements := filled(n)
		i := 0
		for b.Loop() {
			key := elements[i].Hi
			t.Seek(func(e Entry) bool { return e.Hi >= key })
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
		slices.SortFunc(sorted, Entry.Compare)
		i, sum := 0, 0
		for b.Loop() {
			at, _ := slices.BinarySearchFunc(sorted, elements[i], Entry.Compare)
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
			lo := elements[i].Hi
			hi := lo + 1000
			t.Count(func(e Entry) bool { return e.Hi >= lo }, func(e Entry) bool { return e.Hi >= hi })
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
			lo := elements[i].Hi
			hi := lo + 1000
			for e := range t.Ascend(
				func(e Entry) bool { return e.Hi >= lo },
				func(e Entry) bool { return e.Hi >= hi },
			) {
				sum += int(e.Slot)
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
				sum += int(e.Slot)
			}
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

// BenchmarkMemory reports the bytes of an element in a tree filled at random
// or in order.
func BenchmarkMemory(b *testing.B) {
	random := shuffled(1_000_000)
	sorted := slices.Clone(random)
	slices.SortFunc(sorted, Entry.Compare)
	insert := func(elements []Entry) func(*Tree) {
		return func(t *Tree) {
			for _, e := range elements {
				t.Insert(e)
			}
		}
	}
	for name, fill := range map[string]func(*Tree){
		"random":    insert(random),
		"ascending": insert(sorted),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				before := heap()
				t := New(same)
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
