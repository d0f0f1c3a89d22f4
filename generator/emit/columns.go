package emit

import (
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
