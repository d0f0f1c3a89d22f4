package diag

import (
	_ "embed" // for explain.txt
	"slices"
	"strings"
)

// Explanation tells a person what a code means, at length.
type Explanation struct {
	Code  Code
	Title string // a few words
	Text  string // paragraphs of plain text, without a line break at the end
	Wrong string // a definition that has the problem
	Right string // one that has not
}

// explanations is the table. Each entry is "## CODE title", a text, and the
// two definitions below "wrong:" and "right:".
//
//go:embed explain.txt
var explanations string

// Explanations returns what there is to say about each code, sorted by code.
func Explanations() []Explanation {
	var all []Explanation
	for i, part := range strings.Split("\n"+explanations, "\n## ") {
		if i == 0 {
			continue
		}
		head, rest, _ := strings.Cut(part, "\n")
		code, title, _ := strings.Cut(head, " ")
		text, rest, _ := strings.Cut(rest, "\nwrong:\n")
		wrong, right, _ := strings.Cut(rest, "\nright:\n")
		all = append(all, Explanation{
			Code: Code(code), Title: title, Text: strings.TrimSpace(text),
			Wrong: strings.TrimRight(wrong, "\n") + "\n", Right: strings.TrimRight(right, "\n") + "\n",
		})
	}
	slices.SortFunc(all, func(a, b Explanation) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return all
}

// Explain returns the explanation of a code, in any case: e012 is E012.
func Explain(code string) (Explanation, bool) {
	all := Explanations()
	i := slices.IndexFunc(all, func(e Explanation) bool { return strings.EqualFold(string(e.Code), code) })
	if i < 0 {
		return Explanation{}, false
	}
	return all[i], true
}
