package docs

import (
	"fmt"
	"html"
	"strings"

	"github.com/noexgen/noexgen/generator/model"
)

// svg draws buckets and the refs between them. Colours come from the style
// sheet of the page.
func svg(p *model.Package) string {
	boxes, width, height := layout(p)
	byName := make(map[string]*box, len(boxes))
	for _, b := range boxes {
		byName[b.bucket.Name] = b
	}
	var out strings.Builder
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" role="img" aria-label="Buckets and their references">`,
		width, height, width, height)
	out.WriteString(`<defs><marker id="tip" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>`)
	lane := 0
	for _, b := range boxes {
		for _, r := range b.refs {
			to := byName[r.to]
			if to == nil {
				continue
			}
			path := curve(b, r, to)
			if b.column-to.column > 1 {
				path = over(b, r, to, lane%maxLanes)
				lane++
			}
			fmt.Fprintf(&out, `<path class="edge" marker-end="url(#tip)" d="%s"><title>%s.%s → %s</title></path>`,
				path, html.EscapeString(b.bucket.Name), html.EscapeString(r.path), html.EscapeString(r.to))
		}
	}
	for _, b := range boxes {
		b.draw(&out)
	}
	out.WriteString(`</svg>`)
	return out.String()
}

// curve leads from the line of a field to the head of a box: to the left where
// that stands in the column before, else around the right side.
func curve(from *box, r ref, to *box) string {
	y1, y2 := from.row(r.field), to.y+headHeight/2
	x1, x2 := from.x, to.x+to.width
	bend1, bend2 := x1-columnGap/2, x2+columnGap/2
	if from.column <= to.column {
		x1 = from.x + from.width
		bend1 = max(x1, x2) + columnGap/2
		bend2 = bend1
	}
	return fmt.Sprintf("M%.1f %.1fC%.1f %.1f %.1f %.1f %.1f %.1f", x1, y1, bend1, y1, bend2, y2, x2, y2)
}

// over leads to a box some columns away, above those between.
func over(from *box, r ref, to *box, lane int) string {
	room := columnGap/4 + 3*float64(lane)
	return fmt.Sprintf("M%.1f %.1fH%.1fV%.1fH%.1fV%.1fH%.1f", from.x, from.row(r.field), from.x-room,
		padding/2+laneGap*float64(lane), to.right+room, to.y+headHeight/2, to.x+to.width)
}

func (b *box) draw(out *strings.Builder) {
	name := html.EscapeString(b.bucket.Name)
	fmt.Fprintf(out, `<a href="#%s"><rect class="box" x="%.1f" y="%.1f" width="%.1f" height="%.1f" rx="5"/>`, name, b.x, b.y, b.width, b.height)
	fmt.Fprintf(out, `<path class="head" d="M%.1f %.1fv-%.1fq0-5 5-5h%.1fq5 0 5 5v%.1fz"/>`, b.x, b.y+headHeight, headHeight-5, b.width-10, headHeight-5)
	fmt.Fprintf(out, `<text class="name" x="%.1f" y="%.1f">%s</text></a>`, b.x+padding, b.y+headHeight/2+4, name)
	for i, l := range b.lines {
		y := b.row(i) + 4
		fmt.Fprintf(out, `<text x="%.1f" y="%.1f">%s</text>`, b.x+padding, y, html.EscapeString(l.name))
		fmt.Fprintf(out, `<text class="t" x="%.1f" y="%.1f" text-anchor="end">%s</text>`, b.x+b.width-padding, y, html.EscapeString(l.typ))
	}
}
