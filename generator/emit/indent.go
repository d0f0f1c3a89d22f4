package emit

import (
	"bytes"
	"strings"
)

// indented appends the lines of source to out, indented as gofmt does, without
// the spaces and empty lines that jennifer puts around them. It works on lines,
// because what opens a block ends its line and what closes it begins one; a
// line that begins with a tab goes on the one above.
func indented(out []byte, source string) []byte {
	depth := 0
	for line := range strings.Lines(source) {
		line = strings.Trim(line, " \n")
		if line == "" {
			if !bytes.HasSuffix(out, []byte("\n\n")) {
				out = append(out, '\n')
			}
			continue
		}
		tabs := depth
		switch first := line[0]; {
		case first == '}' || first == ')':
			depth--
			tabs = depth
		case strings.HasPrefix(line, "case ") || line == "default:":
			tabs = depth - 1
		}
		for range tabs {
			out = append(out, '\t')
		}
		out = append(append(out, line...), '\n')
		if last := line[len(line)-1]; (last == '{' || last == '(') && !strings.HasPrefix(line, "//") {
			depth++
		}
	}
	return out
}
