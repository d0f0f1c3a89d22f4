package noex

import (
	"encoding/binary"
	"encoding/hex"
	"regexp"
	"testing"

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
	for name, test := range map[string]struct {
		draw func() string
		form *regexp.Regexp
	}{
		"UUID": {UUID, regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)},
		"CUID": {CUID, regexp.MustCompile(`^c[0-9a-f]{32}$`)},
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
