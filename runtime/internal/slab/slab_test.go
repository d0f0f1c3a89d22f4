package slab

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// record returns a record of the type of the slab.
func (s *Slab) record(n int) *Row {
	r := s.Type.New()
	*(*int)(unsafe.Pointer(r)) = n
	return r
}

func number(r *Row) int { return *(*int)(unsafe.Pointer(r)) }

// numbered is the type of the records of these tests, large that of those which have
// no blocks.
var (
	numbered = TypeOf[[1]int]()
	large    = TypeOf[[largestBlock / BlockSize / unsafe.Sizeof(0)]int]()
)

// add appends a record without a key.
func (s *Slab) add(n int) uint32 {
	_, slot, _ := s.Append(s.record(n), "")
	return slot
}

// model is a slab as a slice of records in order.
type model struct {
	slots []uint32
	recs  []int
}

func (m *model) check(t *rapid.T, s *Slab) {
	t.Helper()
	if s.Len() != len(m.recs) {
		t.Fatalf("Len() = %d, want %d", s.Len(), len(m.recs))
	}
	var recs []int
	last, lastPlace, first := uint64(0), uint64(0), true
	for slot, r := range s.All() {
		recs = append(recs, number(r))
		if s.Get(slot) != r || !s.Holds(slot, r) {
			t.Fatalf("Get(%d) is not the record walked", slot)
		}
		if rank := s.Rank(slot); !first && rank <= last {
			t.Fatalf("rank %d of slot %d does not follow %d", rank, slot, last)
		}
		if place := s.Place(slot); !first && place <= lastPlace {
			t.Fatalf("place %d of slot %d does not follow %d", place, slot, lastPlace)
		}
		last, lastPlace, first = s.Rank(slot), s.Place(slot), false
	}
	if !slices.Equal(recs, m.recs) {
		t.Fatalf("All() yields %d records in another order or others than %d", len(recs), len(m.recs))
	}
	if len(recs) == 0 {
		if s.First() != None {
			t.Fatalf("First() = %d in an empty slab", s.First())
		}
	} else if number(s.Get(s.First())) != recs[0] {
		t.Fatal("First() is not the first record")
	}
	for _, c := range s.order {
		for n, first := range s.blocks[c.id].first {
			in := 0
			for off := n * BlockSize; first != nil && off < (n+1)*BlockSize; off++ {
				if off >= c.used || s.blocks[c.id].at(off, &s.Type) != nil && c.rows.at(off) != nil {
					in++
				}
			}
			if first != nil && in < BlockSize-mostApart {
				t.Fatalf("a block is kept for %d records", in)
			}
		}
	}
	if s.RanksAreSlots() && !slices.IsSorted(m.slots) {
		t.Fatal("RanksAreSlots, but the slots are not in order")
	}
}

func TestSlabAgainstSlice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Slab{Type: rapid.SampledFrom([]Type{numbered, numbered, large}).Draw(t, "type")}
		var m model
		type frozen struct {
			snap    Snapshot
			recs    []int
			release func() // nil: it is kept
		}
		var snaps []frozen
		next := 0
		pick := func() int { return rapid.IntRange(0, len(m.recs)-1).Draw(t, "at") }
		t.Repeat(map[string]func(*rapid.T){
			"append": func(t *rapid.T) {
				for range rapid.IntRange(1, 300).Draw(t, "n") {
					next++
					m.slots, m.recs = append(m.slots, s.add(next)), append(m.recs, next)
				}
			},
			"set": func(t *rapid.T) {
				if len(m.recs) == 0 {
					t.Skip("empty")
				}
				from := pick()
				for at := from; at < min(len(m.recs), from+rapid.IntRange(1, 100).Draw(t, "n")); at++ {
					next++
					m.recs[at] = next
					s.Set(m.slots[at], s.record(next))
				}
			},
			"delete": func(t *rapid.T) {
				if len(m.recs) == 0 {
					t.Skip("empty")
				}
				from := pick()
				to := rapid.IntRange(from+1, min(len(m.recs), from+400)).Draw(t, "to")
				gone := slices.Clone(m.slots[from:to])
				m.slots, m.recs = slices.Delete(m.slots, from, to), slices.Delete(m.recs, from, to)
				for _, slot := range gone {
					s.Delete(slot)
				}
			},
			"thin out and compact": func(t *rapid.T) {
				keep := rapid.IntRange(2, 40).Draw(t, "keep")
				for i := len(m.slots) - 1; i >= 0; i-- {
					if i%keep == 0 {
						continue
					}
					slot, rank := m.slots[i], s.Rank(m.slots[i])
					m.slots, m.recs = slices.Delete(m.slots, i, i+1), slices.Delete(m.recs, i, i+1)
					s.Delete(slot)
					s.Compact(slot, func(old, new uint32, r *Row) {
						at := slices.Index(m.slots, old)
						if at < 0 || m.recs[at] != number(r) || number(s.Get(old)) != number(r) || s.Get(new) != r || s.Rank(old) != s.Rank(new) {
							t.Fatalf("move of %d to %d", old, new)
						}
						m.slots[at] = new
						if !slices.IsSortedFunc(m.slots, func(a, b uint32) int { return int(s.Place(a)) - int(s.Place(b)) }) {
							t.Fatalf("places are out of order while %d has moved to %d", old, new)
						}
					})
					var after []int
					for _, r := range s.Snapshot().After(rank) {
						after = append(after, number(r))
					}
					if !slices.Equal(after, m.recs[i:]) {
						t.Fatal("After the rank of a deleted record is not what follows it")
					}
				}
				if chunks := len(s.order); chunks > 3+len(m.recs)/(sparse/2) {
					t.Fatalf("%d chunks for %d records", chunks, len(m.recs))
				}
			},
			"snapshot": func(*rapid.T) {
				snaps = append(snaps, frozen{s.Snapshot(), slices.Clone(m.recs), nil})
			},
			"hold": func(t *rapid.T) {
				for range rapid.SampledFrom([]int{1, 1, 1, maxHolds + 2}).Draw(t, "n") {
					snap, release := s.Hold()
					snaps = append(snaps, frozen{snap, slices.Clone(m.recs), release})
				}
			},
			"release": func(t *rapid.T) {
				snaps = slices.DeleteFunc(snaps, func(f frozen) bool {
					if f.release == nil || rapid.IntRange(0, 2).Draw(t, "release") == 0 {
						return false
					}
					f.release()
					return true
				})
			},
			"": func(t *rapid.T) {
				m.check(t, &s)
				for _, f := range snaps {
					var recs []int
					for slot, r := range f.snap.All() {
						if f.snap.Get(slot) != r {
							t.Fatal("Get of a snapshot is not the record walked")
						}
						recs = append(recs, number(r))
					}
					if !slices.Equal(recs, f.recs) || f.snap.Len() != len(f.recs) {
						t.Fatal("a snapshot changed")
					}
				}
			},
		})
	})
}

func TestDeletesMoveFewRecords(t *testing.T) {
	const n = 100 * chunkSize
	s := Slab{Type: numbered}
	slots := make([]uint32, n) // of the records
	for i := range slots {
		slots[i] = s.add(i)
	}
	moves := 0
	for _, i := range rand.New(rand.NewPCG(1, 2)).Perm(n) {
		s.Delete(slots[i])
		s.Compact(slots[i], func(_, to uint32, r *Row) {
			moves++
			slots[number(r)] = to
		})
	}
	if moves > n/5 || len(s.order) > 0 {
		t.Errorf("deleting %d records moved %d, and leaves %d chunks", n, moves, len(s.order))
	}
}

func TestSnapshotWalks(t *testing.T) {
	s := Slab{Type: numbered}
	var slots []uint32
	for i := range 1000 {
		slots = append(slots, s.add(i))
	}
	for i := 0; i < 1000; i += 3 {
		s.Delete(slots[i])
	}
	snap := s.Snapshot()
	var forward, backward, after []int
	for _, r := range snap.All() {
		forward = append(forward, number(r))
	}
	for _, r := range snap.Backward() {
		backward = append(backward, number(r))
	}
	for _, r := range snap.After(snap.Rank(slots[500])) {
		after = append(after, number(r))
	}
	slices.Reverse(backward)
	if diff := cmp.Diff(forward, backward); diff != "" {
		t.Errorf("Backward (-forward +reversed):\n%s", diff)
	}
	at := slices.Index(forward, 500)
	if diff := cmp.Diff(forward[at+1:], after); diff != "" {
		t.Errorf("After (-want +got):\n%s", diff)
	}
}

func TestExtraStaysWithItsRecord(t *testing.T) {
	s := Slab{Type: numbered}
	with, without := s.add(1), s.add(2)
	s.SetExtra(with, []byte("x"))
	snap := s.Snapshot()
	s.Set(with, s.record(3))
	if got := string(s.Extra(with)) + string(snap.Extra(with)) + string(s.Extra(without)); got != "xx" {
		t.Errorf("extras are %q", got)
	}
	n := 0
	for _, extra := range snap.Extras() {
		n += len(extra)
	}
	if n != 1 {
		t.Errorf("Extras yields %d bytes", n)
	}
}

// TestWritesCopyWhatIsHeld counts what a write allocates after a snapshot: nothing
// once that was released, however many others come and go.
func TestWritesCopyWhatIsHeld(t *testing.T) {
	s := Slab{Type: numbered}
	r := s.record(1)
	for range 10 * chunkSize {
		s.add(1)
	}
	write := func(take func() func()) float64 {
		return testing.AllocsPerRun(20, func() {
			release := take()
			before := s.chunks[3]
			s.Set(3*chunkSize, r)
			if copied := s.chunks[3] != before; copied != (release != nil) {
				t.Errorf("copied: %v", copied)
			}
			if release != nil {
				release()
			}
		})
	}
	held := write(func() func() { _, release := s.Hold(); return release })
	released := write(func() func() { _, release := s.Hold(); release(); release(); return nil })
	if held < 3 || released > 1 {
		t.Errorf("%v allocations while held, %v after", held, released)
	}
}

func BenchmarkAppend(b *testing.B) {
	s := Slab{Type: numbered}
	b.ReportAllocs()
	for b.Loop() {
		s.add(1)
	}
}

func BenchmarkSnapshot(b *testing.B) {
	s := Slab{Type: numbered}
	r := s.record(1)
	for range 1_000_000 {
		s.add(1)
	}
	b.Run("take", func(b *testing.B) {
		for b.Loop() {
			s.Snapshot()
		}
	})
	b.Run("take and write", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			s.Snapshot()
			s.Set(0, r)
		}
	})
}

// TestBetween searches a slab for words that change, several times and through
// more columns than are kept, and compares what is found with a walk.
func TestBetween(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Slab{Type: numbered}
		var slots []uint32
		for i := range rapid.IntRange(1, 1000).Draw(t, "records") {
			slots = append(slots, s.add(i%50))
		}
		for range rapid.IntRange(1, 12).Draw(t, "rounds") {
			snap, release := s.Hold()
			if rapid.Bool().Draw(t, "kept") {
				snap = s.Snapshot()
			}
			if rapid.Bool().Draw(t, "write") {
				slot := rapid.SampledFrom(slots).Draw(t, "slot")
				s.Set(slot, s.record(rapid.IntRange(0, 60).Draw(t, "word")))
			}
			word := func(r *Row) uint64 { return uint64(number(r)) }
			of := rapid.Uint64Range(1, maxColumns+2).Draw(t, "column")
			lo := rapid.Uint64Range(0, 60*of).Draw(t, "lo")
			hi := rapid.Uint64Range(lo, 60*of).Draw(t, "hi")
			within := func(r *Row) bool { return lo <= word(r)*of && word(r)*of <= hi }
			var got, want []*Row
			read := func(recs []*Row, words []uint64) bool {
				whole := true
				for i, r := range recs {
					if r != nil {
						words[i] = word(r) * of
						whole = whole && word(r) != 7
					}
				}
				return whole
			}
			for r, sure := range snap.Between(of, read, lo, hi) {
				if sure && !within(r) {
					t.Fatalf("sure of a record with the word %d, which is not from %d to %d", word(r)*of, lo, hi)
				}
				if within(r) {
					got = append(got, r)
				}
			}
			for _, r := range snap.All() {
				if within(r) {
					want = append(want, r)
				}
			}
			if !slices.Equal(got, want) {
				t.Fatalf("words of %d from %d to %d: %d records, want %d", of, lo, hi, len(got), len(want))
			}
			release()
		}
	})
}

// TestBetweenReadsColumns counts how many records are read: by the first search all,
// later only where one changed.
func TestBetweenReadsColumns(t *testing.T) {
	s := Slab{Type: numbered}
	for i := range 2 * chunkSize {
		s.add(i)
	}
	search := func() (read int) {
		for range s.Snapshot().Between("column", func(recs []*Row, _ []uint64) bool { read += len(recs); return true }, 7, 7) {
		}
		return read
	}
	got := []int{search(), search()}
	s.Set(3, s.record(3))
	got = append(got, search(), search())
	want := []int{2 * chunkSize, 0, chunkSize, 0}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words asked for (-want +got):\n%s", diff)
	}
}
