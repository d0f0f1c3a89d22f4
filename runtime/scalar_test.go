package noex

import (
	"cmp"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// TestScalarsAreOrderedAsTheirValues compares scalars, and the beginnings that
// sorted indexes hold of them, with the values that they were made of.
func TestScalarsAreOrderedAsTheirValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		floats := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN()}))
		times := rapid.Custom(func(t *rapid.T) time.Time {
			sec := rapid.Int64Range(-62_135_596_800, 253_402_300_799).Draw(t, "sec")
			return time.Unix(sec, rapid.Int64Range(0, 999_999_999).Draw(t, "nsec")).UTC()
		})
		checkScalars(t, scalarInt, rapid.Int64(), numberScalar, cmp.Compare)
		checkScalars(t, scalarFloat, floats, numberScalar, cmp.Compare)
		checkScalars(t, scalarString, rapid.String(), stringScalar, cmp.Compare)
		checkScalars(t, scalarTime, times, timeScalar, time.Time.Compare)
		checkScalars(t, scalarBool, rapid.Bool(), boolScalar, func(a, b bool) int { return falseFirst(a, b) })
	})
}

func checkScalars[V any](t *rapid.T, kind scalarKind, values *rapid.Generator[V], erase func(V) scalar, compare func(a, b V) int) {
	v, w := values.Draw(t, "v"), values.Draw(t, "w")
	want := compare(v, w)
	if got := erase(v).compare(erase(w)); got != want {
		t.Fatalf("%v and %v compare as %d, want %d", v, w, got, want)
	}
	if got := beginning(erase(v)).Compare(beginning(erase(w))); got != 0 && got != want {
		t.Fatalf("the beginnings of %v and %v compare as %d, want %d", v, w, got, want)
	}
	if got := valueOf[V](kind, erase(v)); compare(got, v) != 0 {
		t.Fatalf("%v comes back as %v", v, got)
	}
	h := newHasher()
	if want == 0 && h.hash(erase(v)) != h.hash(erase(w)) {
		t.Fatalf("%v and %v are equal but differ in their hashes", v, w)
	}
}
