package noex

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

// TestKeySet adds keys, of which some have the same hash, removes the last ones again,
// and looks for all of them and for others.
func TestKeySet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s keySet
		var model []hashedKey
		key := func(n int) hashedKey {
			return hashedKey{s: fmt.Sprint(n / 2), n: uint64(n % 2), hash: uint32(n/2%7 + 1)}
		}
		for next := 0; next < 100; {
			for range rapid.IntRange(0, 12).Draw(t, "add") {
				s.add(key(next))
				model = append(model, key(next))
				next++
			}
			if rapid.Bool().Draw(t, "cut") {
				n := rapid.IntRange(0, len(model)).Draw(t, "to")
				s.cut(n)
				model = model[:n]
			}
			for n := range next + 5 {
				want := -1
				for i, k := range model {
					if k == key(n) {
						want = i
					}
				}
				if got := s.find(key(n)); got != want {
					t.Fatalf("key %d of %d has number %d, want %d", n, len(model), got, want)
				}
			}
			if rapid.IntRange(0, 5).Draw(t, "end") == 0 {
				return
			}
		}
	})
}
