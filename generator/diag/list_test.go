package diag_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/diag"
)

func at(file string, line, col int) diag.Pos { return diag.Pos{File: file, Line: line, Col: col} }

func TestSortedOrdersByPositionAndDropsRepetitions(t *testing.T) {
	var l diag.List
	l.Errorf(diag.BadName, at("b.yaml", 1, 1), "third")
	l.Errorf(diag.BadName, at("a.yaml", 10, 2), "second")
	l.Errorf(diag.BadName, at("a.yaml", 2, 9), "first")
	l.Errorf(diag.BadName, at("a.yaml", 10, 2), "second")
	l.Errorf(diag.BadName, at("a.yaml", 10, 2), "second, but different")

	var got []string
	for _, d := range l.Sorted() {
		got = append(got, d.Error())
	}
	want := []string{
		"a.yaml:2:9: first",
		"a.yaml:10:2: second",
		"a.yaml:10:2: second, but different",
		"b.yaml:1:1: third",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(l) != 5 {
		t.Errorf("Sorted changed its receiver to %d entries", len(l))
	}
}

func TestWarningsAreNoErrors(t *testing.T) {
	var l diag.List
	if l.HasErrors() {
		t.Error("an empty list has errors")
	}
	l.Warnf(diag.Redundant, at("a.yaml", 1, 2), "no effect")
	if l.HasErrors() {
		t.Error("a warning counts as an error")
	}
	if got, want := l[0].Error(), "a.yaml:1:2: warning: no effect"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	l.Errorf(diag.Missing, diag.Pos{}, "nowhere")
	if got := l[1].Error(); got != "nowhere" {
		t.Errorf("without a position: %q", got)
	}
	if !l.HasErrors() {
		t.Error("an error does not count")
	}
}

func TestWriteTextShowsTheLineACaretAndTheCode(t *testing.T) {
	long := strings.Repeat("ä", 200) + "X" + strings.Repeat("ö", 200)
	lines := map[int]string{1: "key: strng", 12: "\tkey:\tä: x", 3: "a\x1b[31mb", 4: long, 5: ""}
	src := func(file string, line int) (string, bool) {
		text, ok := lines[line]
		return text, ok && file == "f"
	}
	tests := []struct {
		name string
		pos  diag.Pos
		want string
	}{
		{"a span", diag.Pos{File: "f", Line: 1, Col: 6, EndCol: 11}, "f:1:6: m\n    1 | key: strng\n      |      ^^^^^ E007\n"},
		{"a start only", at("f", 1, 6), "f:1:6: m\n    1 | key: strng\n      |      ^ E007\n"},
		{"tabs and two digits", at("f", 12, 7), "f:12:7: m\n    12 | \tkey:\tä: x\n       | \t    \t^ E007\n"},
		{"control characters", at("f", 3, 1), "f:3:1: m\n    3 | a\uFFFD[31mb\n      | ^ E007\n"},
		{"an empty line", at("f", 5, 1), "f:5:1: m\n    5 | \n      | ^ E007\n"},
		{"a column past the end", at("f", 1, 99), "f:1:99: m\n    1 | key: strng\n      |           ^ E007\n"},
		{"an unknown line", at("f", 99, 1), "f:99:1: m\n"},
		{"an unknown file", at("g", 1, 1), "g:1:1: m\n"},
		{"no position", diag.Pos{}, "m\n"},
		{"a long line", at("f", 4, 201), "f:4:201: m\n    4 | " + strings.Repeat("ä", 60) + "X" + strings.Repeat("ö", 59) +
			"\n      | " + strings.Repeat(" ", 60) + "^ E007\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var l diag.List
			l.Errorf(diag.BadName, tt.pos, "m")
			var out strings.Builder
			if err := diag.WriteText(&out, l, src); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, out.String()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestHelpStandsBelowTheFrame(t *testing.T) {
	var l diag.List
	l.Help("nothing to help with")
	l.Errorf(diag.BadName, at("f", 1, 1), "m")
	l.Help("write %s", "n")
	var out strings.Builder
	if err := diag.WriteText(&out, l, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := out.String(), "f:1:1: m\n    help: write n\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
