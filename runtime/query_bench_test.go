package noex

import (
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
)

// byHandItems is what a competent programmer writes for the same questions: a
// lock, a map and a map of maps for each index.
type byHandItems struct {
	mu     sync.RWMutex
	recs   map[int64]*item
	groups map[int64]map[int64]struct{}
	names  map[string]map[int64]struct{}
}

func (h *byHandItems) list(group int64) []item {
	h.mu.RLock()
	defer h.mu.RUnlock()
	out := make([]item, 0, len(h.groups[group]))
	for id := range h.groups[group] {
		out = append(out, *h.recs[id])
	}
	return out
}

func (h *byHandItems) count(group int64) int {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return len(h.groups[group])
}

// both visits the records of a group that have a name.
func (h *byHandItems) both(group int64, name string) (n int) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for id := range h.groups[group] {
		if _, ok := h.names[name][id]; ok {
			n += int(h.recs[id].ID & 1)
		}
	}
	return n
}

// between filters and, to be in a defined order, sorts.
func (h *byHandItems) between(lo, hi float64) []item {
	h.mu.RLock()
	defer h.mu.RUnlock()
	var out []item
	for _, r := range h.recs {
		if v, ok := r.Score.Get(); ok && lo <= v && v <= hi {
			out = append(out, *r)
		}
	}
	slices.SortFunc(out, func(a, b item) int { return int(a.ID - b.ID) })
	return out
}

func (h *byHandItems) top(n int) []item {
	out := h.between(-1e9, 1e9)
	slices.SortFunc(out, func(a, b item) int { return int(b.Score.Or(0) - a.Score.Or(0)) })
	return out[:n]
}

func benchItem(i, n int) item {
	return item{
		ID: int64(i), Name: fmt.Sprint("name ", i%50), Active: i%2 == 0,
		Group: Some(int64(i * 7919 % (n / 1000))), Score: Some(float64(i * 7919 % n)),
	}
}

// BenchmarkQuery asks 100,000 records, of which 1,000 are of each group:
//
//	go test ./runtime -run '^$' -bench Query -count 5
func BenchmarkQuery(b *testing.B) {
	const n = 100_000
	group, score := NewIndex(items.Group.Part), NewSorted(items.Score.Part)
	s := openItems(b, itemSchema(false, group, NewIndex(items.Name.Part), score))
	hand := &byHandItems{recs: map[int64]*item{}, groups: map[int64]map[int64]struct{}{}, names: map[string]map[int64]struct{}{}}
	for i := range n {
		in := benchItem(i, n)
		r, err := s.Writer.Insert(in)
		if err != nil {
			b.Fatal(err)
		}
		g := r.Group.Or(0)
		if hand.groups[g] == nil {
			hand.groups[g] = map[int64]struct{}{}
		}
		if hand.names[r.Name] == nil {
			hand.names[r.Name] = map[int64]struct{}{}
		}
		hand.recs[r.ID] = &r
		hand.groups[g][r.ID], hand.names[r.Name][r.ID] = struct{}{}, struct{}{}
	}
	sink := 0
	for _, bench := range []struct {
		name            string
		generated, hand func(i int)
	}{
		{
			"count",
			func(i int) { sink += s.Items.Where(items.Group.Eq(int64(i % 100))).Count() },
			func(i int) { sink += hand.count(int64(i % 100)) },
		},
		{
			"list1000",
			func(i int) { sink += len(FindAll(s.Items, group, NumberValue(int64(i%100)))) },
			func(i int) { sink += len(hand.list(int64(i % 100))) },
		},
		{
			"where1000",
			func(i int) { sink += len(s.Items.Where(items.Group.Eq(int64(i % 100))).All()) },
			func(i int) { sink += len(hand.list(int64(i % 100))) },
		},
		{
			"iter1000",
			func(i int) {
				for r := range s.Items.Where(items.Group.Eq(int64(i % 100))).Iter() {
					sink += int(r.ID)
				}
			},
			nil,
		},
		{
			"range100",
			func(i int) {
				sink += len(s.Items.Where(items.Score.Between(float64(i*100%n), float64(i*100%n+99))).All())
			},
			func(i int) { sink += len(hand.between(float64(i*100%n), float64(i*100%n+99))) },
		},
		{
			"top10",
			func(int) { sink += len(s.Items.Where().OrderBy(items.Score.Desc()).Limit(10).All()) },
			func(int) { sink += len(hand.top(10)) },
		},
		{
			"intersect",
			func(i int) {
				sink += s.Items.Where(items.Group.Eq(int64(i%100)), items.Name.Eq("name 7")).Count()
			},
			func(i int) { sink += hand.both(int64(i%100), "name 7") },
		},
		{
			"scan",
			func(int) { sink += s.Items.Where(items.Active.Eq(true)).Count() },
			func(int) {
				hand.mu.RLock()
				for _, r := range hand.recs {
					if r.Active {
						sink++
					}
				}
				hand.mu.RUnlock()
			},
		},
	} {
		for kind, ask := range map[string]func(int){"generated": bench.generated, "byhand": bench.hand} {
			if ask == nil {
				continue
			}
			b.Run(bench.name+"/"+kind, func(b *testing.B) {
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					ask(i)
				}
			})
		}
	}
	runtime.KeepAlive(sink)
}

// BenchmarkIndexMemory reports the bytes an index takes for a record, by the
// number of records that share a value.
func BenchmarkIndexMemory(b *testing.B) {
	const n = 200_000
	for _, each := range []int{1, 2, 5, 100, n / 2} {
		b.Run(fmt.Sprint(each), func(b *testing.B) {
			tab := openItems(b, itemSchema(false)).Items.s.t
			in := &lookups{hasher: tab.hasher, records: &tab.records, order: tab.order(false)}
			slots := make([]uint32, n)
			for i := range slots {
				_, slots[i], _ = tab.records.Append(rowOf(&item{Name: fmt.Sprintf("name %08d", i*7919%n/each)}), "")
			}
			for b.Loop() {
				before := heapBytes()
				ix := NewIndex(items.Name.Part).def.open(in)
				for _, slot := range slots {
					r := tab.records.Get(slot)
					ix.insert(slot, r, ix.position(r))
				}
				b.ReportMetric(float64(heapBytes()-before)/n, "B/record")
				runtime.KeepAlive(ix)
			}
			runtime.KeepAlive(tab)
		})
	}
}

func heapBytes() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// TestReadsAllocateLittle holds the reads to what they may allocate: nothing
// for a record by key, and no more for a long answer than for a short one.
func TestReadsAllocateLittle(t *testing.T) {
	group, serial := NewIndex(items.Group.Part), NewUnique(items.Serial.Part)
	s := openItems(t, itemSchema(false, group, serial))
	for i := range 1000 {
		if _, err := s.Writer.Insert(item{ID: int64(i), Group: Some(int64(i % 2)), Serial: Some(int64(i))}); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name string
		most float64
		read func()
	}{
		{"Get", 0, func() { s.Items.Get(77) }},
		{"FindOne", 0, func() { FindOne(&s.Items, serial, NumberValue(int64(77))) }},
		{"FindAll", 5, func() { FindAll(s.Items, group, NumberValue(int64(1))) }},
		{"Count", 20, func() { s.Items.Where(items.Group.Eq(1)).Count() }},
		{"Iter", 30, func() {
			for range s.Items.Where(items.Group.Eq(1)).Iter() {
			}
		}},
	} {
		if got := testing.AllocsPerRun(100, test.read); got > test.most {
			t.Errorf("%s allocates %v times, want at most %v", test.name, got, test.most)
		}
	}
}
