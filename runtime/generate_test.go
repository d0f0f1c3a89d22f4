package noex

import (
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"strings"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

func TestHexDigitsAreThoseOfTheLibrary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x := rapid.Uint64().Draw(t, "x")
		var digits [8]byte
		binary.BigEndian.PutUint64(digits[:], hexDigits(x))
		want := hex.EncodeToString(binary.BigEndian.AppendUint32(nil, uint32(x)))
		if got := string(digits[:]); got != want {
			t.Fatalf("got %q, want %q", got, want)
		}
	})
}

// TestIDsHaveTheirForm draws more ids than one draw of randomness, and memory for texts,
// is good for.
func TestIDsHaveTheirForm(t *testing.T) {
	uuid := regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	cuid := regexp.MustCompile(`^c[0-9a-f]{32}$`)
	own := Gen{ids: new(supply)}
	for name, test := range map[string]struct {
		draw func() string
		form *regexp.Regexp
	}{
		"UUID":     {UUID, uuid},
		"CUID":     {CUID, cuid},
		"own UUID": {own.UUID, uuid},
		"own CUID": {own.CUID, cuid},
		"any UUID": {Gen{}.UUID, uuid},
		"any CUID": {Gen{}.CUID, cuid},
	} {
		t.Run(name, func(t *testing.T) {
			drawn := map[string]bool{}
			for range 1000 {
				id := test.draw()
				if !test.form.MatchString(id) {
					t.Fatalf("%q is none", id)
				}
				if drawn[id] {
					t.Fatalf("%q was drawn before", id)
				}
				drawn[id] = true
			}
			for id := range drawn {
				if !test.form.MatchString(id) {
					t.Fatalf("%q is none any longer", id)
				}
			}
		})
	}
}

// TestCopiesOfASupplyPart copies a supply, as a snapshot of a machine does: what is left of
// its seed makes the same ids, the next one of each makes others.
func TestCopiesOfASupplyPart(t *testing.T) {
	s := new(supply)
	s.uuid()
	twin := *s
	twin.texts, twin.used = nil, 0
	same := 0
	for ; same < 100 && s.uuid() == twin.uuid(); same++ {
	}
	if same != 31 {
		t.Errorf("%d ids are the same, want 31", same)
	}
}

// TestMemoryOfIDsIsUsedAgain gives back ids of which nobody else may have the memory.
func TestMemoryOfIDsIsUsedAgain(t *testing.T) {
	s := new(supply)
	same := func(a, b string) bool { return unsafe.StringData(a) == unsafe.StringData(b) }
	s.begin()
	first := s.uuid()
	s.reuse(first)
	second := s.uuid()
	if !same(first, second) {
		t.Error("the memory of an id is not used again")
	}
	third := s.uuid()
	s.reuse(second) // not the last
	if same(second, s.uuid()) {
		t.Error("an id between others is overwritten")
	}
	s.reuse(strings.Clone(third)) // not an id that was drawn here
	s.reuse("")
	last := s.uuid()
	s.begin()
	s.reuse(last) // of another record
	for range 20 {
		if next := s.uuid(); same(last, next) || same(third, next) {
			t.Fatal("an id of another record is overwritten")
		}
	}
}
