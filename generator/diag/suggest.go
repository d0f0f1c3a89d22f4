package diag

import (
	"strconv"
	"strings"
)

// DidYouMean is ` (did you mean "x"?)` for the candidate nearest to word, or
// "" when none is near. It is made to stand at the end of a message.
func DidYouMean(word string, candidates []string) string {
	if best := Nearest(word, candidates); best != "" {
		return Suggestion(best)
	}
	return ""
}

// Nearest returns the candidate with the fewest edits from word, at most a
// third of the word's length, or "". Of equals the first one wins.
func Nearest(word string, candidates []string) string {
	const longest, most = 64, 500 // so that a huge definition costs no more than a moment
	if word == "" || len(word) > longest {
		return ""
	}
	best, limit := "", max(1, (len(word)+1)/3)+1
	for _, c := range candidates[:min(most, len(candidates))] {
		if len(c) > longest || c == word {
			continue
		}
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < limit {
			best, limit = c, d
		}
	}
	return best
}

// distance counts insertions, deletions, replacements and swaps of neighbours
// (optimal string alignment).
func distance(a, b string) int {
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	cur := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			cur[j] = min(prev[j]+1, cur[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cur[j] = min(cur[j], prev2[j-2]+1)
			}
		}
		prev2, prev, cur = prev, cur, prev2
	}
	return prev[len(b)]
}

// Words lists words as a sentence does: a, b or c, with last as the final
// conjunction.
func Words(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + last + " " + words[len(words)-1]
}

// Suggestion is ` (did you mean "x"?)` for a word that is known to be meant.
func Suggestion(word string) string {
	return " (did you mean " + strconv.Quote(word) + "?)"
}
