package emit

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// width is the length at which lines of comments are broken.
const width = 78

// comment returns // lines, one statement each, for the paragraphs given.
// Every line gets its // here: jennifer writes text that begins like a comment
// as it is, and text of several lines as a /* */ comment.
func comment(paragraphs ...string) *jen.Statement {
	s := new(jen.Statement)
	for i, line := range commentLines(paragraphs...) {
		if i > 0 {
			s.Line()
		}
		s.Comment(strings.TrimRight("// "+line, " "))
	}
	return s
}

// commentLines breaks paragraphs into lines, with an empty one between two.
// Lines of a definition that begin with white space stay as they are.
func commentLines(paragraphs ...string) []string {
	var lines []string
	for _, p := range paragraphs {
		text := strings.Trim(printable(p), "\n")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, "")
		}
		for line := range strings.SplitSeq(text, "\n") {
			lines = append(lines, wrap(strings.TrimRight(line, " "))...)
		}
	}
	return lines
}

func wrap(line string) []string {
	if utf8.RuneCountInString(line) <= width || strings.HasPrefix(line, " ") {
		return []string{line}
	}
	var lines []string
	var current string
	for word := range strings.FieldsSeq(line) {
		switch {
		case current == "":
			current = word
		case utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > width:
			lines = append(lines, current)
			current = word
		default:
			current += " " + word
		}
	}
	return append(lines, current)
}

// printable is text with every character that Go source may not hold, or that
// would end a line, replaced by a space; line feeds stay.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\r':
			return -1
		case r == utf8.RuneError, r == '\uFEFF', unicode.IsControl(r), r == '\u2028', r == '\u2029':
			return ' '
		}
		return r
	}, text)
}

// oneLine is text for a comment behind code, or within a sentence.
func oneLine(text string) string {
	return strings.Join(strings.Fields(printable(text)), " ")
}

// deprecated is the paragraph that tools know, or "".
func deprecated(why string) string {
	if why == "" {
		return ""
	}
	return "Deprecated: " + oneLine(why)
}

// documented puts comment lines above code.
func documented(code jen.Code, paragraphs ...string) *jen.Statement {
	if len(commentLines(paragraphs...)) == 0 {
		return jen.Add(code)
	}
	return comment(paragraphs...).Line().Add(code)
}
