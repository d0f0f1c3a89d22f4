package emit

import "strings"

// imports are what generated code can import, in the order of an import block.
var imports = []struct{ name, spec string }{
	{"bytes", `"bytes"`},
	{"context", `"context"`},
	{"regexp", `"regexp"`},
	{"slices", `"slices"`},
	{"time", `"time"`},
	{"noex", `noex "github.com/noexgen/noexgen/runtime"`},
	{"codec", `"github.com/noexgen/noexgen/runtime/codec"`},
}

// importBlock is the import declaration of a file with the declarations in
// source: first what is in the standard library, then what is ours.
func importBlock(source string) string {
	used := mentioned(source)
	var groups [2]string
	for _, i := range imports {
		if used[i.name] {
			group := &groups[0]
			if strings.Contains(i.spec, ".") {
				group = &groups[1]
			}
			*group += i.spec + "\n"
		}
	}
	block := strings.Trim(strings.Join(groups[:], "\n"), "\n")
	if block == "" {
		return ""
	}
	return "import (\n" + block + "\n)\n"
}

// mentioned are the packages whose names stand before a dot. What is declared
// never has the name of one (see newScope).
func mentioned(source string) map[string]bool {
	used := make(map[string]bool, len(imports))
	for _, i := range imports {
		used[i.name] = false
	}
	for rest := 0; ; {
		dot := strings.IndexByte(source[rest:], '.')
		if dot < 0 {
			return used
		}
		dot += rest
		rest = dot + 1
		start := dot
		for start > 0 && 'a' <= source[start-1] && source[start-1] <= 'z' {
			start--
		}
		if already, known := used[source[start:dot]]; known && !already {
			line := source[strings.LastIndexByte(source[:start], '\n')+1 : start]
			used[source[start:dot]] = isCode(line)
		}
	}
}

// isCode reports whether what follows line, the beginning of a line, is code
// and begins an operand: it is not in a comment or in quotes, and not a part
// of a name or a selector.
func isCode(line string) bool {
	for i := 0; i < len(line); i++ {
		switch quote := line[i]; quote {
		case '/':
			if strings.HasPrefix(line[i:], "//") {
				return false
			}
		case '"', '`', '\'':
			for i++; ; i++ {
				if i >= len(line) {
					return false
				}
				if line[i] == quote {
					break
				}
				if line[i] == '\\' && quote != '`' {
					i++
				}
			}
		}
	}
	if line == "" {
		return true
	}
	last := line[len(line)-1]
	return strings.IndexByte(" \t([{,*&!]", last) >= 0
}
