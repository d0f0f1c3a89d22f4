package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// row is a line of a table: a series of every peer.
type row struct {
	op, what string
	format   func(float64) string
}

// rows are the lines of the table of all peers.
func rows() []row {
	list := insertRows(opInsert, "insert")
	list = append(list, opRows(ops)...)
	list = append(list, insertRows(opInsertRanked, "insert, with an ordered index besides")...)
	list = append(list, opRows(rankedOps)...)
	return append(list, row{opBytes, "memory for a record", byteCount}, row{opGC, "full garbage collection, CPU", duration})
}

func insertRows(op, what string) []row {
	return []row{{op, what, duration}, {batched(op), what + ", 1,000 in a transaction", duration}}
}

func opRows(list []op) []row {
	var out []row
	for _, o := range list {
		out = append(out, row{o.name, o.what, duration})
		if o.in != alone {
			out = append(out, row{batched(o.name), o.what + ", 1,000 in a transaction", duration})
		}
		if o.prepareMany != nil {
			out = append(out, row{together(o.name), o.what + ", 1,000 in one call", duration})
		}
	}
	return out
}

// ownRows are the lines of the table of the generated store alone.
func ownRows() []row {
	list := []row{{opMake, "a record made of its input and checked, stored nowhere", duration}}
	for _, n := range []int{0, 1, many} {
		list = append(list, row{opSubscribers(n), fmt.Sprintf("insert, publisher's side, subscribers that keep up: %d", n), duration})
	}
	list = append(list,
		row{opAsleep, "the same, the publisher asleep while it waits for them", duration},
		row{opBeside, "insert, publisher's side, no subscriber, while the other core counts in registers", duration},
		row{opEvent, "an event, for each of 100 handlers, CPU", duration},
		row{opLive, "update of a record that a live query reads, with its re-run", duration},
		row{opLiveAside, "update of a record that 100 live queries do not read", duration},
		row{opStall, "longest update while a snapshot is taken and walked, median snapshot", duration},
		row{opStallMax, "the same, worst snapshot", duration},
		row{opNoStall, "longest update in the same time without a snapshot", duration},
		row{opInsertNew, "insert, into memory that is new to the process", duration},
		row{opLongest, "longest single insert while the store grows, collector off", duration},
		row{opCores, "throughput of get on 2 cores against 1", times},
		row{opGetUpdated, "get, each record updated since it was inserted", duration},
	)
	for _, b := range backends {
		list = append(list, row{opInsertOn(b.name), "insert, kept in " + b.name, duration})
	}
	for _, b := range backends[1:] {
		list = append(list,
			row{opSave1On(b.name), "save of 1 changed record, " + b.name, duration},
			row{opSave1000On(b.name), "save of 1,000 changed records, " + b.name, duration},
			row{opOpenOn(b.name), "open, " + b.name, duration},
		)
	}
	for _, op := range allocating {
		list = append(list, row{opAllocs(op), "allocations of " + op, count})
	}
	return list
}

// duration writes nanoseconds with three digits.
func duration(ns float64) string {
	for _, unit := range []struct {
		ns   float64
		name string
	}{{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}} {
		if ns >= unit.ns {
			return digits(ns/unit.ns) + " " + unit.name
		}
	}
	return digits(ns) + " ns"
}

func times(v float64) string { return digits(v) + " ×" }

func count(v float64) string { return fmt.Sprintf("%.0f", v) }

func byteCount(v float64) string { return fmt.Sprintf("%.0f B", v) }

// digits writes a number with three digits and no exponent.
func digits(v float64) string {
	switch {
	case v >= 100:
		return grouped(int(v + 0.5))
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	default:
		return fmt.Sprintf("%.2f", v)
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

// peerTable writes the medians of all peers at a size, and how many times that
// of the generated store each is.
func peerTable(w io.Writer, cfg config, r results, size int) {
	var names []string
	for _, spec := range cfg.peers {
		names = append(names, spec.Name)
	}
	table(w, r, size, names, rows())
}

// ownTable writes what is measured of the generated store alone, and of the one
// by hand and the bare map where that says something.
func ownTable(w io.Writer, r results, size int) {
	table(w, r, size, compared, ownRows())
}

func table(w io.Writer, r results, size int, names []string, rows []row) {
	fmt.Fprintf(w, "| %s records | %s |\n", grouped(size), strings.Join(names, " | "))
	fmt.Fprintf(w, "|---|%s\n", strings.Repeat("---:|", len(names)))
	for _, row := range rows {
		cells, any := make([]string, len(names)), false
		for i, name := range names {
			cells[i] = "–"
			if v, ok := r.median(key{size, row.op, name}); ok {
				any = true
				cells[i] = row.format(v)
				if of, ok := r.ratio(key{size, row.op, name}, key{size, row.op, peers.NameNoex}); ok && name != peers.NameNoex {
					cells[i] += " (" + times(of) + ")"
				}
			}
		}
		if any {
			fmt.Fprintf(w, "| %s | %s |\n", row.what, strings.Join(cells, " | "))
		}
	}
	fmt.Fprintln(w)
}
