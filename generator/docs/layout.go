package docs

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"github.com/noexgen/noexgen/generator/model"
)

// Sizes of the diagram, in pixels.
const (
	charWidth  = 7.3
	rowHeight  = 20.0
	headHeight = 28.0
	padding    = 10.0
	columnGap  = 90.0
	boxGap     = 28.0
	maxRows    = 14
	laneGap    = 8.0
	maxLanes   = 12
	// columnHeight is how high a column gets before a second one begins.
	columnHeight = 900.0
)

// box is a bucket in the diagram.
type box struct {
	bucket              *model.Bucket
	lines               []line
	x, y, width, height float64
	column              int
	right               float64 // of its column
	refs                []ref
}

type line struct{ name, typ string }

// layout places every bucket to the right of those it refers to.
func layout(p *model.Package) (boxes []*box, width, height float64) {
	byName := make(map[string]*box, len(p.Buckets))
	for _, b := range p.Buckets {
		boxes = append(boxes, newBox(b))
		byName[b.Name] = boxes[len(boxes)-1]
	}
	depth := depths(boxes, byName)
	columns := make([][]*box, 1)
	for _, b := range boxes {
		for len(columns) <= depth[b] {
			columns = append(columns, nil)
		}
		columns[depth[b]] = append(columns[depth[b]], b)
	}
	columns = fold(columns)
	x := padding
	for n, column := range columns {
		slices.SortStableFunc(column, func(a, b *box) int { return cmp.Compare(a.pull(byName), b.pull(byName)) })
		y, right := padding, x
		for _, b := range column {
			b.x, b.y, b.column = x, y, n
			y += b.height + boxGap
			right = max(right, x+b.width)
			height = max(height, b.y+b.height+padding)
		}
		for _, b := range column {
			b.right = right
		}
		x = right + columnGap
	}
	top := laneGap * float64(min(maxLanes, lanes(boxes, byName)))
	for _, b := range boxes {
		b.y += top
	}
	return boxes, x - columnGap/2, height + top
}

// fold divides columns that are too high.
func fold(columns [][]*box) [][]*box {
	var out [][]*box
	for _, column := range columns {
		height := 0.0
		from := 0
		for i, b := range column {
			if i > from && height+b.height > columnHeight {
				out = append(out, column[from:i])
				height, from = 0, i
			}
			height += b.height + boxGap
		}
		out = append(out, column[from:])
	}
	return out
}

// lanes counts the refs that pass over a column between, for which there is
// room above the boxes.
func lanes(boxes []*box, byName map[string]*box) int {
	n := 0
	for _, b := range boxes {
		for _, r := range b.refs {
			if to := byName[r.to]; to != nil && b.column-to.column > 1 {
				n++
			}
		}
	}
	return n
}

func newBox(b *model.Bucket) *box {
	out := &box{bucket: b, refs: refs(b), width: charWidth * float64(utf8.RuneCountInString(b.Name)+2)}
	for i, f := range b.Fields {
		if i == maxRows-1 && len(b.Fields) > maxRows {
			out.lines = append(out.lines, line{name: "…"})
			break
		}
		typ := typeName(f.Type)
		if f.Key {
			typ += " key"
		}
		out.lines = append(out.lines, line{f.Name, typ})
	}
	for _, l := range out.lines {
		out.width = max(out.width, charWidth*float64(utf8.RuneCountInString(l.name)+utf8.RuneCountInString(l.typ)+2))
	}
	out.width += 2 * padding
	out.height = headHeight + rowHeight*float64(len(out.lines)) + padding/2
	return out
}

// pull is the height at which a box would stand nearest to those it refers to.
func (b *box) pull(byName map[string]*box) float64 {
	sum, n := 0.0, 0
	for _, r := range b.refs {
		if to := byName[r.to]; to != nil && to != b {
			sum, n = sum+to.y, n+1
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// depths is the length of the longest chain of refs that begins at each box. A
// ref that closes a circle does not count.
func depths(boxes []*box, byName map[string]*box) map[*box]int {
	depth := make(map[*box]int, len(boxes))
	under := make(map[*box]bool)
	var visit func(b *box) int
	visit = func(b *box) int {
		if d, ok := depth[b]; ok {
			return d
		}
		under[b] = true
		d := 0
		for _, r := range b.refs {
			if to := byName[r.to]; to != nil && !under[to] {
				d = max(d, visit(to)+1)
			}
		}
		delete(under, b)
		depth[b] = d
		return d
	}
	for _, b := range boxes {
		visit(b)
	}
	return depth
}

// row is the height of the line of a field, or of the last line for one that
// is not shown.
func (b *box) row(field int) float64 {
	return b.y + headHeight + rowHeight*(float64(min(field, len(b.lines)-1))+0.5)
}
