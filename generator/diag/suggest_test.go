package diag_test

import (
	"strings"
	"testing"

	"github.com/noexgen/noexgen/generator/diag"
)

func TestNearest(t *testing.T) {
	types := []string{"string", "number", "integer", "boolean", "date", "object", "array"}
	tests := []struct {
		word       string
		candidates []string
		want       string
	}{
		{"strng", types, "string"},
		{"STRING", types, "string"},
		{"sting", types, "string"},
		{"nubmer", types, "number"}, // two neighbours swapped are one edit
		{"dat", types, "date"},
		{"zebra", types, ""},
		{"x", types, ""},
		{"", types, ""},
		{"string", types, ""}, // what is right needs no suggestion
		{"a", []string{"b"}, "b"},
		{"role", nil, ""},
		{strings.Repeat("x", 100), []string{strings.Repeat("x", 99)}, ""},
	}
	for _, tt := range tests {
		if got := diag.Nearest(tt.word, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q) = %q, want %q", tt.word, got, tt.want)
		}
	}
}

func TestWords(t *testing.T) {
	tests := []struct {
		words []string
		want  string
	}{
		{nil, ""},
		{[]string{"a"}, "a"},
		{[]string{"a", "b"}, "a or b"},
		{[]string{"a", "b", "c"}, "a, b or c"},
	}
	for _, tt := range tests {
		if got := diag.Words(tt.words, "or"); got != tt.want {
			t.Errorf("Words(%q) = %q, want %q", tt.words, got, tt.want)
		}
	}
}
