package emit

import (
	"bytes"
	"strings"
)

// indent indents lines as gofmt does, and cuts the spaces and empty lines that
// jennifer puts around them. It works on lines, because what opens a block ends its line and
// what closes it begins one; a line that begins with a tab goes on the one
// above.
func indent(source string) []byte {
	out := make([]byte, 0, len(source)+len(source)/8)
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
