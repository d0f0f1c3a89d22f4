package main

import (
	"fmt"
	"io"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// goal is a figure that the generated store is meant to reach.
type goal struct {
	what string
	// peer is what it is compared with, "" if with nothing of that kind;
	// against says it where the name is not enough.
	peer, against string
	measure       func(f figures, peer string) (float64, bool)
	limit         float64
	// atLeast says that more is better.
	atLeast bool
	// from is the size from which on it is asked for, if not goalsFrom.
	from   int
	format func(float64) string
}

// goalsFrom is the size from which on most goals are asked for.
const goalsFrom = 100_000

// at returns the goal for a size and above.
func (g goal) at(size int) goal {
	g.from = size
	return g
}

// figures are the medians of one size.
type figures struct {
	results
	size int
}

func (f figures) of(op, peer string) (float64, bool) { return f.median(key{f.size, op, peer}) }

// ratio is a figure of the generated store divided by one of a peer.
func (f figures) ratio(op, base, peer string) (float64, bool) {
	return f.results.ratio(key{f.size, op, peers.NameNoex}, key{f.size, base, peer})
}

// field is the fastest way of the generated store divided by that of the library to
// which it compares worst.
func (f figures) field(op string) (most float64, ok bool) {
	ours, _, _ := f.fastest(key{f.size, op, peers.NameNoex})
	for _, spec := range peers.Specs {
		theirs, _, _ := f.fastest(key{f.size, op, spec.Name})
		if v, has := f.results.ratio(ours, theirs); has && spec.Module != "" {
			most, ok = max(most, v), true
		}
	}
	return most, ok
}

// against compares an operation with the same of a peer.
func against(peer, op string, limit float64) goal {
	return goal{
		what: sayOp(op), peer: peer, against: peer, limit: limit, format: times,
		measure: func(f figures, peer string) (float64, bool) { return f.ratio(op, op, peer) },
	}
}

// beside compares an operation of the generated store with another one of it.
func beside(op, base, against string, limit float64) goal {
	return goal{
		what: sayOp(op), against: against, limit: limit, format: times,
		measure: func(f figures, _ string) (float64, bool) { return f.ratio(op, base, peers.NameNoex) },
	}
}

// absolute compares with a figure.
func absolute(op string, limit float64, format func(float64) string) goal {
	return goal{
		what: sayOp(op), against: "–", limit: limit, format: format,
		measure: func(f figures, _ string) (float64, bool) { return f.of(op, peers.NameNoex) },
	}
}

// goals are those of the issue "Faster than what anyone would pick instead".
func goals() []goal {
	list := []goal{against(peers.NameBare, opGet, 1.6), against(peers.NameHand, opGet, 1.15)}
	for _, op := range []string{opUnique, opList10, opList1000, opCount, opUpdate, opReindex, opDelete} {
		list = append(list, against(peers.NameHand, op, 1.0))
	}
	list = append(list,
		against(peers.NameHand, opInsert, 0.4),
		against(peers.NameHand, opScan, 0.15),
		against(peers.NameColumn, opScan, 1.8),
	)
	for _, op := range []string{opGet, opUnique, opList10, opList1000, opCount, opInsert, opUpdate, opReindex, opDelete} {
		list = append(list, goal{
			what: sayOp(op), against: "the best library, each in its faster way", limit: 0.6, format: times,
			measure: func(f figures, _ string) (float64, bool) { return f.field(op) },
		})
	}
	for _, b := range backends[1:] {
		list = append(list, beside(opInsertOn(b.name), opInsertOn(backends[0].name), "kept in memory only", 1.3))
	}
	visit := against(peers.NameHand, opVisit, 0.1)
	visit.against += ", its list of 1,000"
	visit.measure = func(f figures, peer string) (float64, bool) { return f.ratio(opVisit, opList1000, peer) }
	cores := absolute(opCores, 1.8, times)
	cores.atLeast = true
	return append(list,
		beside(opSubscribers(many), opSubscribers(0), "with none", 1.5),
		against(peers.NameHand, opBytes, 0.75),
		against(peers.NameHand, opGC, 0.2).at(1_000_000),
		visit,
		absolute(opStall, 1e6, duration).at(1_000_000),
		cores,
		absolute(opLongest, 2e6, duration).at(1_000_000),
		absolute(opAllocs(opGet), 0, count),
		absolute(opAllocs(opInsert), 2, count), // the record and its id
		absolute(opAllocs(opUpdate), 1, count),
		absolute(opAllocs(opReindex), 1, count),
	)
}

// sayOp is what the tables call an operation.
func sayOp(op string) string {
	for _, row := range append(rows(), ownRows()...) {
		if row.op == op {
			return row.what
		}
	}
	return op
}

// reach writes which goals are reached at a size, and only the figures of those that
// are not asked for at it. Where one is against the store by hand, the one with
// pointers in its indexes is shown besides.
func reach(w io.Writer, r results, size int) {
	fmt.Fprintf(w, "| %s records | against | measured | wanted | | %s |\n", grouped(size), peers.NameHandPointers)
	fmt.Fprintln(w, "|---|---|---:|---:|---|---:|")
	f := figures{r, size}
	for _, g := range goals() {
		v, ok := g.measure(f, g.peer)
		if !ok {
			continue
		}
		wanted, reached := "≤ "+g.format(g.limit), v <= g.limit
		if g.atLeast {
			wanted, reached = "≥ "+g.format(g.limit), v >= g.limit
		}
		verdict := "reached"
		switch {
		case size < max(g.from, goalsFrom):
			wanted, verdict = "", ""
		case !reached:
			verdict = "**not reached**"
		}
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s |\n", g.what, g.against, g.format(v), wanted, verdict, g.pointers(f))
	}
	fmt.Fprintln(w)
}

// pointers is the figure against the other store by hand.
func (g goal) pointers(f figures) string {
	if g.peer != peers.NameHand {
		return ""
	}
	v, ok := g.measure(f, peers.NameHandPointers)
	if !ok {
		return ""
	}
	return g.format(v)
}
