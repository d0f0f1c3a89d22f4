package noex

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestEmailsAreThoseOfTheOriginal compares isEmail with the regular expression that the
// original checks e-mail addresses by, in which \s is the white space of ECMAScript.
func TestEmailsAreThoseOfTheOriginal(t *testing.T) {
	const character = `[^@\s\v\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]`
	original := regexp.MustCompile(`^` + character + `+@` + character + `+\.` + character + `+$`)
	text := func(most int, characters string) *rapid.Generator[string] {
		return rapid.StringOfN(rapid.SampledFrom([]rune(characters)), 0, most, -1)
	}
	addresses := rapid.Custom(func(t *rapid.T) string {
		return text(9, "až.").Draw(t, "local") + "@" + text(12, "až..").Draw(t, "domain")
	})
	anything := text(19, "aaž@@... \t\v\r\n\u00a0\u2003\u2028\ufeff")
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(addresses, anything).Draw(t, "s")
		if got, want := isEmail(s), original.MatchString(s); got != want {
			t.Fatalf("isEmail(%q) = %v, want %v", s, got, want)
		}
	})
}

// TestSpaceIsSeenAnywhere has each character that is white space, or is next to one, at each
// place of texts of each length.
func TestSpaceIsSeenAnywhere(t *testing.T) {
	var characters []rune
	for c := rune(0); c <= 0xffff; c++ {
		if isSpace(c-1) || isSpace(c) || isSpace(c+1) || c == 0x7f || c == 0x80 {
			characters = append(characters, c)
		}
	}
	for n := range 20 {
		text := strings.Repeat("a", n)
		for i := range n + 1 {
			for _, c := range characters {
				s := text[:i] + string(c) + text[i:]
				if got, want := hasSpace(s), isSpace(c); got != want {
					t.Errorf("hasSpace(%q) = %v", s, got)
				}
			}
		}
		if hasSpace(text) {
			t.Errorf("hasSpace(%q) = true", text)
		}
	}
}
