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

// withImports puts the imports that a file needs behind its package clause:
// those of the standard library, then ours.
func withImports(source, pkg string) string {
	clause := "package " + pkg + "\n"
	at := strings.Index("\n"+source, "\n"+clause) + len(clause)
	head, body := source[:at], source[at:]
	var groups [2]string
	for _, i := range imports {
		if mentions(body, i.name+".") {
			group := &groups[0]
			if strings.Contains(i.spec, ".") {
				group = &groups[1]
			}
			*group += i.spec + "\n"
		}
	}
	block := strings.Trim(strings.Join(groups[:], "\n"), "\n")
	if block == "" {
		return source
	}
	return head + "\nimport (\n" + block + "\n)\n" + body
}

// mentions reports whether source names a package: what is declared never has
// the name of one (see newScope).
func mentions(source, selector string) bool {
	for from := 0; ; {
		i := strings.Index(source[from:], selector)
		if i < 0 {
			return false
		}
		at := from + i
		if line := source[strings.LastIndexByte(source[:at], '\n')+1 : at]; isCode(line) {
			return true
		}
		from = at + len(selector)
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
