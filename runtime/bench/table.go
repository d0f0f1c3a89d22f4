package main

import (
	"fmt"
	"io"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// row is a line of the table: a series of every peer.
type row struct {
	op, what string
	format   func(float64) string
}

// rows are the lines of the table of a size.
func rows() []row {
	list := []row{
		{opInsert, "insert", duration},
		{batched(opInsert), "insert, 1,000 in a transaction", duration},
	}
	for _, o := range ops {
		list = append(list, row{o.name, o.what, duration})
		if o.in != alone {
			list = append(list, row{batched(o.name), o.what + ", 1,000 in a transaction", duration})
		}
	}
	return append(list,
		row{opBytes, "memory for a record", func(v float64) string { return fmt.Sprintf("%.0f B", v) }},
		row{opGC, "full garbage collection, CPU", duration},
	)
}

// duration writes nanoseconds with three digits.
func duration(ns float64) string {
	for _, unit := range []struct {
		ns   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= unit.ns {
			return fmt.Sprintf("%.3g %s", ns/unit.ns, unit.name)
		}
	}
	return fmt.Sprintf("%.3g ns", ns)
}

// table writes the medians of every size, and how many times the value of the
// generated store each is.
func table(w io.Writer, cfg config, r results) {
	for _, size := range cfg.sizes {
		fmt.Fprintf(w, "## %s records\n\n| |", grouped(size))
		for _, spec := range cfg.peers {
			fmt.Fprintf(w, " %s |", spec.Name)
		}
		fmt.Fprint(w, "\n|---|")
		for range cfg.peers {
			fmt.Fprint(w, "---:|")
		}
		fmt.Fprintln(w)
		for _, row := range rows() {
			ours, has := r.median(key{size, row.op, peers.NameNoex})
			fmt.Fprintf(w, "| %s |", row.what)
			for _, spec := range cfg.peers {
				v, ok := r.median(key{size, row.op, spec.Name})
				switch {
				case !ok:
					fmt.Fprint(w, " – |")
				case !has || spec.Name == peers.NameNoex:
					fmt.Fprintf(w, " %s |", row.format(v))
				default:
					fmt.Fprintf(w, " %s (%.3g ×) |", row.format(v), v/ours)
				}
			}
			fmt.Fprintln(w)
		}
		fmt.Fprintln(w)
	}
}

// grouped writes a number with commas.
func grouped(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
