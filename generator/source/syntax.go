package source

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/noexgen/noexgen/generator/diag"
)

var (
	yamlError     = regexp.MustCompile(`^yaml: (?:line (\d+): )?`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.+)' referenced$`)

	// grammarError matches what the parser says of a whole construct. It
	// counts their lines from 0, and those of single characters from 1.
	grammarError = regexp.MustCompile(`^did not find expected (',' or|key|node content|'-' indicator|<)`)
)

// syntaxHelp says what is behind the commonest of the parser's messages.
var syntaxHelp = [...]struct{ message, help string }{
	{"mapping values are not allowed", `a text that has ": " in it must be in quotes`},
	{"did not find expected ',' or", "a { or [ is not closed, or a comma is missing"},
	{"did not find expected node content", "a { or [ is not closed, or a comma is missing"},
	{"found character that cannot start any token", "a text that begins with @, %, ` or a tab must be in quotes"},
	{"did not find expected key", "look for a line with the wrong indentation, or a quote that ends too early"},
	{"found unexpected end of stream", "a quote is not closed"},
	{"could not find expected ':'", "a key needs a colon and a space: key: value"},
}

// syntaxError reports what the parser says, at the best place there is: it
// names a line at most.
func syntaxError(file string, data []byte, err error, diags *diag.List) {
	lines := splitLines(data)
	message := err.Error()
	line := 1
	if m := yamlError.FindStringSubmatch(message); m != nil {
		message = message[len(m[0]):]
		line, _ = strconv.Atoi(m[1]) // without a line: 0
	}
	if grammarError.MatchString(message) {
		line++
	}
	line = min(max(line, 1), len(lines))
	for line > 1 && strings.TrimSpace(lines[line-1]) == "" { // the end of the file
		line--
	}
	if m := unknownAnchor.FindStringSubmatch(message); m != nil && unknownAlias(file, lines, m[1], diags) {
		return
	}
	for i := max(line-2, 0); i < min(line+1, len(lines)); i++ {
		indent := lines[i][:len(lines[i])-len(strings.TrimLeft(lines[i], " \t"))]
		if at := strings.IndexByte(indent, '\t'); at >= 0 {
			diags.Errorf(diag.Syntax, diag.Pos{File: file, Line: i + 1, Col: at + 1}, "YAML is indented with spaces, and here is a tab")
			return
		}
	}
	text := lines[line-1]
	col := len(text) - len(strings.TrimLeft(text, " ")) + 1
	diags.Errorf(diag.Syntax, diag.Pos{File: file, Line: line, Col: col}, "this is not YAML, here or just below: %s", message)
	for _, h := range syntaxHelp {
		if strings.Contains(message, h.message) {
			diags.Help("%s", h.help)
			return
		}
	}
}

// unknownAlias finds the alias, for which the parser gives no line.
func unknownAlias(file string, lines []string, name string, diags *diag.List) bool {
	for i, text := range lines {
		if at := strings.Index(text, "*"+name); at >= 0 {
			col := utf8.RuneCountInString(text[:at]) + 1
			pos := diag.Pos{File: file, Line: i + 1, Col: col, EndCol: col + 1 + utf8.RuneCountInString(name)}
			diags.Errorf(diag.Syntax, pos, "the alias *%s has no anchor &%s before it; quote the text if it is no alias", name, name)
			return true
		}
	}
	return false
}
