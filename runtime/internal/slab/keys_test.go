package slab

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// TestKeysAreThoseAppended appends keys of one length and of several, merges chunks
// and asks for keys of records and for others, and for the words beside them.
func TestKeysAreThoseAppended(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := Slab{Type: numbered, Width: rapid.IntRange(0, 3).Draw(t, "width")}
		keys := map[uint32]string{}
		next := 0
		length := rapid.SampledFrom([]int{8, 8, 36, longestKey, longestKey + 1})
		lengths := rapid.SliceOfN(length, 1, 3).Draw(t, "lengths")
		for range rapid.IntRange(1, 6).Draw(t, "rounds") {
			if rapid.IntRange(0, 4).Draw(t, "other") == 0 {
				lengths = rapid.SliceOfN(length, 1, 3).Draw(t, "lengths")
			}
			for range rapid.IntRange(1, 700).Draw(t, "n") {
				next++
				key := fmt.Sprintf("%0*d", lengths[next%len(lengths)], next)
				_, slot, stored := s.Append(s.record(next), key)
				if stored != key {
					t.Fatalf("%q is stored as %q", key, stored)
				}
				keys[slot] = stored
				for i, word := range s.Words(slot) {
					if word != 0 {
						t.Fatalf("word %d of a new record is %d", i, word)
					}
					s.Words(slot)[i] = uint32(3*next + i)
				}
			}
			for slot := range keys {
				if rapid.IntRange(0, 5).Draw(t, "keep") == 0 || len(keys) < 40 {
					continue
				}
				delete(keys, slot)
				s.Delete(slot)
				s.Compact(slot, func(old, slot uint32, _ *Row) {
					keys[slot] = keys[old]
					delete(keys, old)
					copy(s.Words(slot), s.Words(old))
				})
			}
		}
		for slot, key := range keys {
			if n := number(s.Get(slot)); strings.TrimLeft(key, "0") != fmt.Sprint(n) {
				t.Fatalf("key %q of record %d changed", key, n)
			}
			for i, word := range s.Words(slot) {
				if n := number(s.Get(slot)); len(s.Words(slot)) != s.Width || word != uint32(3*n+i) {
					t.Fatalf("words of record %d are %v", n, s.Words(slot))
				}
			}
			if got, known := s.Key(slot); known && got != key {
				t.Fatalf("key %q is known as %q", key, got)
			}
			if s.Has(slot, key[:len(key)-1]+"x") || s.Has(slot, "") || s.Has(slot, key+"0") {
				t.Fatalf("record %q has another key", key)
			}
		}
	})
}

// TestKeysOfOneLengthAreKnown asks for keys after the first chunk, which learns
// their length.
func TestKeysOfOneLengthAreKnown(t *testing.T) {
	s := Slab{Type: numbered}
	var texts []*byte
	for i := range 3 * chunkSize {
		key := fmt.Sprintf("%036d", i)
		_, slot, stored := s.Append(s.record(i), key)
		if got, want := s.Has(slot, fmt.Sprintf("%036d", i)), i >= chunkSize; got != want {
			t.Fatalf("key %d is known: %v", i, got)
		}
		texts = append(texts, unsafe.StringData(stored))
	}
	snap := s.Snapshot()
	s.Set(2*chunkSize, s.record(7))
	if !s.Has(2*chunkSize, fmt.Sprintf("%036d", 2*chunkSize)) {
		t.Error("the key is not known after an update")
	}
	for i := chunkSize + 1; i < 2*chunkSize; i++ {
		if i%pieceKeys != 0 && uintptr(unsafe.Pointer(texts[i]))-uintptr(unsafe.Pointer(texts[i-1])) != 36 {
			t.Fatalf("keys %d and %d do not lie side by side", i-1, i)
		}
	}
	if snap.Len() != 3*chunkSize {
		t.Error("the snapshot changed")
	}
}

// TestSurvivorsKeepLittle deletes all but one record of each chunk, and looks at
// what the keys of the others still take.
func TestSurvivorsKeepLittle(t *testing.T) {
	const chunks = 2000
	s := Slab{Type: numbered}
	before := heap()
	survivors := 0
	for i := range chunks * chunkSize {
		r := s.record(i)
		_, slot, _ := s.Append(r, fmt.Sprintf("%036d", i))
		if i%chunkSize == 77 {
			survivors++
			continue
		}
		s.Delete(slot)
		s.Compact(slot, func(uint32, uint32, *Row) {})
	}
	if each := int(heap()-before) / survivors; each > 1000 {
		t.Errorf("a record that is left takes %d bytes", each)
	}
	if s.Len() != survivors {
		t.Errorf("%d records, want %d", s.Len(), survivors)
	}
}

func heap() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
