package main

import (
	"fmt"
	"html"
	"io"
	"math"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// chart draws the medians of a size: a line for each operation, a dot for each
// peer in its faster way, on a logarithmic scale of time.
func chart(w io.Writer, cfg config, r results, size int) {
	var lines []row
	lo, hi := math.Inf(1), 0.0
	for _, row := range chartRows() {
		drawn := false
		for _, spec := range cfg.peers {
			if _, v, ok := r.fastest(key{size, row.op, spec.Name}); ok && v > 0 {
				lo, hi, drawn = min(lo, v), max(hi, v), true
			}
		}
		if drawn {
			lines = append(lines, row)
		}
	}
	if len(lines) == 0 {
		return
	}
	lo, hi = math.Floor(math.Log10(lo)), math.Ceil(math.Log10(hi))
	const left, top, right, line = 250, 70, 940, 24
	bottom := top + line*len(lines)
	x := func(ns float64) float64 { return left + (math.Log10(ns)-lo)/(hi-lo)*(right-left) }

	fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 %d" font-family="sans-serif" font-size="12">`+"\n", bottom+40)
	fmt.Fprintf(w, `<rect width="960" height="%d" fill="#fff"/>`+"\n", bottom+40)
	for i, spec := range cfg.peers {
		cx, cy := 20+i%5*190, 18+i/5*20
		dot(w, spec.Name, float64(cx), float64(cy))
		fmt.Fprintf(w, `<text x="%d" y="%d">%s</text>`+"\n", cx+10, cy+4, html.EscapeString(spec.Name))
	}
	for d := lo; d <= hi; d++ {
		fmt.Fprintf(w, `<path d="M%.1f %dV%d" stroke="#ddd"/>`+"\n", x(math.Pow(10, d)), top, bottom)
		fmt.Fprintf(w, `<text x="%.1f" y="%d" text-anchor="middle" fill="#555">%s</text>`+"\n", x(math.Pow(10, d)), bottom+16, power(d))
	}
	for i, row := range lines {
		y := top + line*i + line/2
		fmt.Fprintf(w, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", left-10, y+4, html.EscapeString(row.what))
		fmt.Fprintf(w, `<path d="M%d %dH%d" stroke="#eee"/>`+"\n", left, y, right)
		for j := len(cfg.peers) - 1; j >= 0; j-- { // the first on top
			if _, v, ok := r.fastest(key{size, row.op, cfg.peers[j].Name}); ok && v > 0 {
				dot(w, cfg.peers[j].Name, x(v), float64(y))
			}
		}
	}
	fmt.Fprintf(w, `<text x="%d" y="%d" fill="#555">%s records, time of an operation, each peer in its faster way; left is better</text>`+"\n</svg>\n",
		left, bottom+34, grouped(size))
}

func chartRows() []row {
	list := []row{{op: opInsert, what: "insert"}}
	for _, o := range ops {
		list = append(list, row{op: o.name, what: o.what})
	}
	list = append(list, row{op: opInsertRanked, what: "insert, ordered index besides"})
	for _, o := range rankedOps {
		list = append(list, row{op: o.name, what: o.what})
	}
	return append(list, row{op: opGC, what: "full garbage collection, CPU"})
}

// power writes a power of ten nanoseconds.
func power(d float64) string {
	return fmt.Sprintf("%.0f %s", math.Pow(10, d-3*math.Floor(d/3)), []string{"ns", "µs", "ms", "s"}[min(int(d/3), 3)])
}

var colours = []string{"#d62728", "#1f77b4", "#7fb2dd", "#999999", "#2ca02c", "#9467bd", "#8c564b", "#e377c2", "#bcbd22", "#17becf"}

func dot(w io.Writer, peer string, x, y float64) {
	for i, spec := range peers.Specs {
		if spec.Name == peer {
			size := 5.0
			if i == 0 {
				size = 7
			}
			fmt.Fprintf(w, `<circle cx="%.1f" cy="%.1f" r="%.0f" fill="%s"/>`+"\n", x, y, size, colours[i%len(colours)])
		}
	}
}
