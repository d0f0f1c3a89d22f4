package emit

import (
	"math"
	"strings"
)

// keyed is an element of a composite literal.
type keyed struct{ key, value string }

// literal is a composite literal of a struct, with one element a line.
func literal(typ string, elems ...keyed) string {
	if len(elems) == 0 {
		return typ + "{}"
	}
	var lines []string
	var aligned []row
	sections := sections{}
	for _, e := range elems {
		if sections.begins(e) && len(aligned) > 0 {
			lines, aligned = append(lines, columns(aligned)), nil
		}
		if e.severalLines() {
			lines = append(lines, e.key+": "+e.value+",")
		} else {
			aligned = append(aligned, row{cells: []string{e.key + ":", e.value + ","}})
		}
	}
	if len(aligned) > 0 {
		lines = append(lines, columns(aligned))
	}
	return typ + "{\n" + strings.Join(lines, "\n") + "\n}"
}

func (e keyed) severalLines() bool { return strings.Contains(e.value, "\n") }

// sections decides which elements of a literal gofmt aligns with the one
// before: those of one line, unless a key is long and not about as long as the
// (geometric) mean of those it would be aligned with.
type sections struct {
	logs float64 // the sum of the logarithms of the sizes of keys
	keys int
	long bool // the last key
}

func (s *sections) begins(e keyed) bool {
	const small, ratio = 40, 2.5
	if e.severalLines() {
		*s = sections{}
		return true
	}
	size := len(e.key)
	begins := s.keys == 0
	if !begins && (s.long || size > small) {
		r := float64(size) / math.Exp(s.logs/float64(s.keys))
		begins = r*ratio <= 1 || ratio <= r
	}
	if begins {
		*s = sections{}
	}
	s.logs += math.Log(float64(size))
	s.keys++
	s.long = size > small
	return begins
}

// lineLiteral is a composite literal of a list with one element a line.
func lineLiteral(typ string, elems []string) string {
	if len(elems) == 0 {
		return typ + "{}"
	}
	return typ + "{\n" + strings.Join(elems, ",\n") + ",\n}"
}

// packedLiteral is a composite literal of a list with as many elements on a line
// as fit.
func packedLiteral(typ string, elems []string) string {
	var lines []string
	var line []string
	length := 0
	for _, elem := range elems {
		if n := len(elem) + len(", "); line == nil || length+n <= maxLine+10 {
			line, length = append(line, elem), length+n
			continue
		}
		lines = append(lines, strings.Join(line, ", "))
		line, length = []string{elem}, len(elem)+len(", ")
	}
	return lineLiteral(typ, append(lines, strings.Join(line, ", ")))
}
