package slottable

import (
	"math/rand/v2"
	"slices"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// slots returns every slot of the hash in ascending order.
func slots(t *Table, hash uint32) []uint32 {
	var out []uint32
	p := t.Probe(hash)
	for slot, ok := p.Next(); ok; slot, ok = p.Next() {
		out = append(out, slot)
	}
	slices.Sort(out)
	return out
}

// check fails the test unless the table is well formed: every place of the
// directory leads to the segment of its prefix and every entry can be reached
// from its home.
func check(t rapid.TB, table *Table) {
	t.Helper()
	if table.dir == nil {
		if table.n != 0 {
			t.Fatalf("no directory, but %d entries", table.n)
		}
		return
	}
	depth := hashBits - table.shift
	if len(table.dir) != 1<<depth {
		t.Fatalf("directory of %d places at depth %d", len(table.dir), depth)
	}
	total := 0
	for i := 0; i < len(table.dir); {
		s := table.dir[i]
		span := 1 << (depth - s.depth)
		if i%span != 0 {
			t.Fatalf("place %d: segment of depth %d does not start here", i, s.depth)
		}
		for j := i; j < i+span; j++ {
			if table.dir[j] != s {
				t.Fatalf("place %d leads to another segment than %d", j, i)
			}
		}
		checkSegment(t, s, uint64(i/span))
		total += int(s.n)
		i += span
	}
	if total != table.Len() {
		t.Fatalf("segments hold %d entries, table says %d", total, table.Len())
	}
}

func checkSegment(t rapid.TB, s *segment, prefix uint64) {
	t.Helper()
	n := uint32(0)
	for i, e := range s.entries {
		if e == 0 {
			continue
		}
		n++
		if e>>(2*hashBits-s.depth) != prefix {
			t.Fatalf("entry %x in the segment of prefix %b, depth %d", e, prefix, s.depth)
		}
		for j := s.home(e); j != uint32(i); j = (j + 1) & s.mask() {
			if s.entries[j] == 0 {
				t.Fatalf("entry %x at %d cannot be reached from its home", e, i)
			}
		}
	}
	if n != s.n {
		t.Fatalf("segment holds %d entries, says %d", n, s.n)
	}
	if int(n) > len(s.entries)-len(s.entries)/8 {
		t.Fatalf("%d entries in a segment of %d", n, len(s.entries))
	}
}

// hashKinds are distributions of hashes, from good ones to all equal.
var hashKinds = map[string]func(uint32) uint32{
	"spread":       func(i uint32) uint32 { return i * 0x9e3779b1 },
	"equal top":    func(i uint32) uint32 { return i & 0xfff },
	"equal low":    func(i uint32) uint32 { return i << 20 },
	"few":          func(i uint32) uint32 { return (i % 5) * 0x9e3779b1 },
	"all equal":    func(uint32) uint32 { return 0xdeadbeef },
	"zero":         func(uint32) uint32 { return 0 },
	"all ones":     func(uint32) uint32 { return ^uint32(0) },
	"half skewed":  func(i uint32) uint32 { return (i * 0x9e3779b1) | (i&1)*0xfffff000 },
	"last of bits": func(i uint32) uint32 { return i&1 | 0x7ffffffe },
}

func TestTableAgreesWithModel(t *testing.T) {
	for name, hashOf := range hashKinds {
		t.Run(name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				var table Table
				model := map[uint32][]uint32{}
				n := 0
				hash := rapid.Custom(func(t *rapid.T) uint32 { return hashOf(rapid.Uint32Range(0, 1500).Draw(t, "key")) })
				slot := rapid.OneOf(rapid.Uint32Range(0, 4), rapid.Uint32Range(0, None-1), rapid.Just(None-1))
				// pick returns a slot that is mostly there.
				pick := func(t *rapid.T, h uint32) uint32 {
					if have := model[h]; len(have) > 0 && rapid.IntRange(0, 9).Draw(t, "hit") > 0 {
						return rapid.SampledFrom(have).Draw(t, "slot")
					}
					return slot.Draw(t, "slot")
				}
				insert := func(h, s uint32) {
					table.Insert(h, s)
					model[h] = append(model[h], s)
					n++
				}
				remove := func(t *rapid.T, h, s uint32) {
					i := slices.Index(model[h], s)
					if got := table.Delete(h, s); got != (i >= 0) {
						t.Fatalf("Delete(%x, %d) = %v", h, s, got)
					}
					if i >= 0 {
						model[h] = slices.Delete(model[h], i, i+1)
						n--
					}
				}
				t.Repeat(map[string]func(*rapid.T){
					"insert": func(t *rapid.T) { insert(hash.Draw(t, "hash"), slot.Draw(t, "slot")) },
					"insert where it is vacant": func(t *rapid.T) {
						h := hash.Draw(t, "hash")
						if got := table.Vacant(h); got != (len(model[h]) == 0) {
							t.Fatalf("Vacant(%x) = %v", h, got)
						}
						switch other := hash.Draw(t, "other"); rapid.IntRange(0, 3).Draw(t, "between") {
						case 0:
							insert(other, slot.Draw(t, "slot"))
						case 1:
							remove(t, other, pick(t, other))
						}
						insert(h, slot.Draw(t, "slot"))
					},
					"insert many": func(t *rapid.T) {
						if n > 2000 {
							t.Skip() // equal hashes take quadratic time
						}
						from := rapid.Uint32Range(0, 1<<20).Draw(t, "from")
						for i := range rapid.Uint32Range(1, 700).Draw(t, "count") {
							insert(hashOf(from+i), i)
						}
					},
					"delete": func(t *rapid.T) {
						h := hash.Draw(t, "hash")
						remove(t, h, pick(t, h))
					},
					"delete hash": func(t *rapid.T) {
						h := hash.Draw(t, "hash")
						for _, s := range model[h] {
							if !table.Delete(h, s) {
								t.Fatalf("Delete(%x, %d) found nothing", h, s)
							}
							n--
						}
						delete(model, h)
					},
					"replace": func(t *rapid.T) {
						h, to := hash.Draw(t, "hash"), slot.Draw(t, "to")
						s := pick(t, h)
						i := slices.Index(model[h], s)
						if got := table.Replace(h, s, to); got != (i >= 0) {
							t.Fatalf("Replace(%x, %d, %d) = %v", h, s, to, got)
						}
						if i >= 0 {
							model[h][i] = to
						}
					},
					"reset": func(t *rapid.T) {
						if rapid.IntRange(0, 20).Draw(t, "really") > 0 {
							t.Skip()
						}
						table.Reset()
						model, n = map[uint32][]uint32{}, 0
					},
					"": func(t *rapid.T) {
						if table.Len() != n {
							t.Fatalf("Len() = %d, want %d", table.Len(), n)
						}
						h := hash.Draw(t, "probe")
						model[h] = slices.Sorted(slices.Values(model[h]))
						if got := slots(&table, h); !slices.Equal(got, model[h]) {
							t.Fatalf("slots of %x: %s", h, cmp.Diff(model[h], got))
						}
					},
				})
				check(t, &table)
				for h, want := range model {
					slices.Sort(want)
					if got := slots(&table, h); !slices.Equal(got, want) {
						t.Fatalf("slots of %x: %s", h, cmp.Diff(want, got))
					}
				}
			})
		})
	}
}

func TestZeroTableIsEmpty(t *testing.T) {
	var table Table
	if got := slots(&table, 7); got != nil {
		t.Errorf("slots = %v", got)
	}
	if table.Delete(7, 1) || table.Replace(7, 1, 2) || table.Len() != 0 {
		t.Error("an empty table has entries")
	}
}

func TestGrowsAndShrinksThroughManySplits(t *testing.T) {
	for name, n := range map[string]uint32{"spread": 300_000, "half skewed": 12_000} {
		t.Run(name, func(t *testing.T) {
			hashOf := hashKinds[name]
			var table Table
			for i := range n {
				table.Insert(hashOf(i), i)
			}
			check(t, &table)
			for i := range n {
				if !slices.Contains(slots(&table, hashOf(i)), i) {
					t.Fatalf("entry %d is lost", i)
				}
			}
			for i := range n {
				if !table.Delete(hashOf(i), i) {
					t.Fatalf("Delete(%d) found nothing", i)
				}
			}
			check(t, &table)
		})
	}
}

func TestEqualHashesDoNotGrowTheDirectory(t *testing.T) {
	var table Table
	for i := range uint32(20_000) {
		table.Insert(0xabcdef01, i)
	}
	check(t, &table)
	if len(table.dir) > 20_000/sparsest {
		t.Errorf("directory of %d places", len(table.dir))
	}
	if got := len(slots(&table, 0xabcdef01)); got != 20_000 {
		t.Errorf("%d slots, want 20000", got)
	}
}

func TestMemoryPerEntryIsBounded(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var table Table
	for table.Len() < 1<<20 {
		for range table.Len()/8 + 1 {
			table.Insert(rng.Uint32(), uint32(table.Len()))
		}
		if got := size(&table); got > 120+25*table.Len() {
			t.Errorf("%d entries take %d bytes", table.Len(), got)
		}
	}
}

// size returns the bytes that the table takes.
func size(t *Table) int {
	total := int(unsafe.Sizeof(*t)) + len(t.dir)*int(unsafe.Sizeof(t.dir[0]))
	for i, s := range t.dir {
		if i == 0 || s != t.dir[i-1] {
			total += int(unsafe.Sizeof(*s)) + 8*len(s.entries)
		}
	}
	return total
}

// TestFirstIsThatOfTheProbe asks for hashes that are there and that are not, 0 among them.
func TestFirstIsThatOfTheProbe(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 8))
	var table Table
	for n := range uint32(2000) {
		for _, hash := range []uint32{0, 1, rng.Uint32(), rng.Uint32() >> 20} {
			p := table.Probe(hash)
			want, wantOK := p.Next()
			if got, ok := table.First(hash); got != want || ok != wantOK {
				t.Fatalf("the first of %d entries with hash %x is %d, %t, want %d, %t", n, hash, got, ok, want, wantOK)
			}
		}
		table.Insert(rng.Uint32()>>(n%2*20), n)
	}
}

func TestNothingAllocatesButGrowth(t *testing.T) {
	var table Table
	for i := range uint32(1000) {
		table.Insert(i*0x9e3779b1, i)
	}
	hash, sum := uint32(0x9e3779b1), uint32(0)
	got := testing.AllocsPerRun(100, func() {
		p := table.Probe(hash)
		for slot, ok := p.Next(); ok; slot, ok = p.Next() {
			sum += slot
		}
		table.Replace(hash, 1, 2)
		table.Delete(hash, 2)
		table.Insert(hash, 1)
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
