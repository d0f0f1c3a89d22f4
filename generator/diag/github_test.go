package diag_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/diag"
)

func TestWriteGitHubEscapes(t *testing.T) {
	var l diag.List
	l.Errorf(diag.BadName, diag.Pos{File: "a,b:c.yaml", Line: 2, Col: 3, EndCol: 5}, "100%% wrong:\r\nreally")
	l.Help("write it")
	l.Warnf(diag.Redundant, diag.Pos{File: "z.yaml", Line: 1, Col: 1}, "no effect")
	l.Errorf(diag.Missing, diag.Pos{}, "nowhere")
	var out strings.Builder
	if err := diag.WriteGitHub(&out, l); err != nil {
		t.Fatal(err)
	}
	want := "::error title=E006::nowhere\n" +
		"::error file=a%2Cb%3Ac.yaml,line=2,col=3,endColumn=5,title=E007::100%25 wrong:%0D%0Areally%0Awrite it\n" +
		"::warning file=z.yaml,line=1,col=1,title=W001::no effect\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestStyledTextIsTheTextWithColours(t *testing.T) {
	var l diag.List
	l.Errorf(diag.BadName, diag.Pos{File: "f", Line: 1, Col: 2, EndCol: 4}, "m")
	l.Help("h")
	src := func(string, int) (string, bool) { return "abcd", true }
	var plain, styled strings.Builder
	if err := diag.WriteText(&plain, l, src); err != nil {
		t.Fatal(err)
	}
	if err := diag.WriteStyled(&styled, l, src, diag.ANSI); err != nil {
		t.Fatal(err)
	}
	s := diag.ANSI
	if got := strings.NewReplacer(s.Where, "", s.Error, "", s.Help, "", s.Reset, "").Replace(styled.String()); got != plain.String() || got == styled.String() {
		t.Errorf("got %q, want %q in colours", styled.String(), plain.String())
	}
}
