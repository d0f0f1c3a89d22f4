package emit

import (
	"go/doc/comment"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/dave/jennifer/jen"
)

// width is the length at which lines of comments are broken.
const width = 78

// comments returns // lines for the paragraphs given, or "". Every line gets
// its // here: jennifer writes text that begins like a comment as it is, and
// text of several lines as a /* */ comment.
func comments(paragraphs ...string) string {
	var text strings.Builder
	for i, line := range canonical(paragraphs) {
		if i > 0 {
			text.WriteByte('\n')
		}
		text.WriteString("//")
		if line != "" && line[0] != '\t' {
			text.WriteByte(' ')
		}
		text.WriteString(line)
	}
	return text.String()
}

// canonical breaks paragraphs into the lines that gofmt would make of them: it
// has opinions on lists and indented text, and with them it takes two runs.
func canonical(paragraphs []string) []string {
	lines := broken(paragraphs)
	if !slices.ContainsFunc(lines, opinionated) && !mayHaveHeading(lines) {
		return lines
	}
	text := strings.Join(lines, "\n")
	var parser comment.Parser
	var printer comment.Printer
	for range 3 {
		text = strings.TrimRight(string(printer.Comment(parser.Parse(text))), "\n")
	}
	return strings.Split(text, "\n")
}

// opinionated reports whether a line may be anything but a line of a paragraph,
// a heading aside.
func opinionated(line string) bool {
	first, _ := utf8.DecodeRuneInString(line)
	return line != "" && !unicode.IsLetter(first) || strings.ContainsAny(line, "`'[") ||
		strings.Contains(line, "“") || strings.Contains(line, "”")
}

// mayHaveHeading reports whether a paragraph stands between two others.
func mayHaveHeading(lines []string) bool {
	first := slices.Index(lines, "")
	return first >= 0 && slices.Contains(lines[first+1:], "")
}

// broken breaks long lines, and puts one empty line between paragraphs. Lines
// that begin with white space stay as they are.
func broken(paragraphs []string) []string {
	var out []string
	for _, p := range paragraphs {
		text := strings.TrimRight(strings.TrimLeft(printable(p), "\n"), " \n")
		if text == "" {
			continue
		}
		if len(out) > 0 {
			out = append(out, "")
		}
		for line := range strings.SplitSeq(text, "\n") {
			line = strings.TrimRight(harmless(line), " ")
			if line != "" || len(out) > 0 && out[len(out)-1] != "" {
				out = append(out, wrap(line)...)
			}
		}
	}
	return out
}

// harmless is a line that gofmt does not take for a build constraint, which it
// moves to the top of the file.
func harmless(line string) string {
	if strings.HasPrefix(strings.TrimSpace(line), "+build") {
		return strings.Replace(line, "+build", "+ build", 1)
	}
	return line
}

// marker matches a word that would begin a list or a heading.
var marker = regexp.MustCompile(`^([-*+•#]|[0-9]+[.)])`)

func wrap(line string) []string {
	if utf8.RuneCountInString(line) <= width || strings.HasPrefix(line, " ") {
		return []string{line}
	}
	var out []string
	var current string
	for word := range strings.FieldsSeq(line) {
		switch {
		case current == "":
			current = word
		case utf8.RuneCountInString(current)+1+utf8.RuneCountInString(word) > width && !marker.MatchString(word):
			out = append(out, current)
			current = word
		default:
			current += " " + word
		}
	}
	return append(out, current)
}

// printable is text with every character that Go source may not hold, or that
// would end a line, replaced by a space; line feeds stay.
func printable(text string) string {
	if !strings.ContainsFunc(text, func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }) {
		return text
	}
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

// about is a sentence on a declaration and what the definition says of it: one
// paragraph if they fit into one line.
func about(sentence, doc string) []string {
	doc = strings.Trim(printable(doc), " \n")
	if joined := sentence + " " + doc; !strings.Contains(doc, "\n") && utf8.RuneCountInString(joined) <= width {
		return []string{joined}
	}
	return []string{sentence, doc}
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
	if doc := comments(paragraphs...); doc != "" {
		return jen.Comment(doc).Line().Add(code)
	}
	return jen.Add(code)
}
