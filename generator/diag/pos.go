package diag

import (
	"cmp"
	"strconv"
)

// Pos is a place in a definition file. Line and Col start at 1; Col counts
// characters, not bytes. EndCol is the column after the last character on
// that line, or 0 when only the start is known.
type Pos struct {
	File   string
	Line   int
	Col    int
	EndCol int
}

// IsValid reports whether p says where something stands.
func (p Pos) IsValid() bool { return p.Line > 0 }

// String is file:line:col, the form editors and terminals make clickable.
func (p Pos) String() string {
	if !p.IsValid() {
		return p.File
	}
	return p.File + ":" + strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
}

// compare orders by file, then line, then column.
func (p Pos) compare(q Pos) int {
	return cmp.Or(cmp.Compare(p.File, q.File), cmp.Compare(p.Line, q.Line), cmp.Compare(p.Col, q.Col))
}
