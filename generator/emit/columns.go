package emit

import (
	"math"
	"strings"
	"unicode/utf8"
)

// row is a line of a struct, of a composite literal or of a group of constants
// or variables: what gofmt lays out in columns.
type row struct {
	above string   // the comment lines above it, or ""
	cells []string // at most maxCells
}

const maxCells = 3

// columns writes rows as lines. A cell is as wide as the widest one above or
// below it, in the rows that follow each other and have a cell to its right. A
// comment, or a last cell of several lines, keeps rows apart.
func columns(rows []row) string {
	padding := make([][maxCells]int, len(rows))
	for column := range maxCells - 1 {
		for start := 0; start < len(rows); {
			end, widest := start, 0
			for end < len(rows) && len(rows[end].cells) > column+1 && (end == start || !apart(rows[end-1], rows[end])) {
				width := utf8.RuneCountInString(rows[end].cells[column])
				padding[end][column] = -width
				widest = max(widest, width)
				end++
			}
			for i := start; i < end; i++ {
				padding[i][column] += widest + 1
			}
			start = max(end, start+1)
		}
	}
	var text strings.Builder
	for i, r := range rows {
		if i > 0 {
			text.WriteByte('\n')
		}
		if r.above != "" {
			text.WriteString(r.above)
			text.WriteByte('\n')
		}
		for column, cell := range r.cells {
			text.WriteString(cell)
			for range padding[i][column] {
				text.WriteByte(' ')
			}
		}
	}
	return text.String()
}

// apart reports whether something stands between the first lines of two rows.
func apart(r, next row) bool {
	return next.above != "" || strings.Contains(r.cells[len(r.cells)-1], "\n")
}

// structOf is a struct type.
func structOf(fields []row) string {
	if len(fields) == 0 {
		return "struct{}"
	}
	return "struct {\n" + columns(fields) + "\n}"
}

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
