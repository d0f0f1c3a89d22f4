package main

import (
	"fmt"
	"io"
	"math/rand/v2"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// What one access to memory takes that is in no cache: if each has to wait for the one
// before, as where that says where the next one is, and if none has to.
const (
	opInRow = "memory-in-a-row"
	opAside = "memory-aside"
)

const (
	cacheLine = 64
	// recordBytes is what a record takes in the generated store, about.
	recordBytes = 300
)

// measureMemory measures accesses at random in as much memory as the generated store
// takes with its records.
func measureMemory(cfg config, r results, data *peers.Data) {
	ring := newRing(data.Size * recordBytes / cacheLine)
	const accesses = 1 << 20
	for op, walk := range map[string]func(n int) uint32{opInRow: ring.inRow, opAside: ring.aside} {
		took := wallClock.time(func() { walk(accesses) })
		r.add(noexKey(data, op), float64(took)/accesses)
	}
}

// ring is a cycle through cache lines in random order: each begins with the number of
// the next.
type ring [][cacheLine / 4]uint32

// newRing makes a ring of n lines by Sattolo's algorithm, whose permutations have one
// cycle only.
func newRing(n int) ring {
	r := make(ring, n)
	for i := range r {
		r[i][0] = uint32(i)
	}
	for i := n - 1; i > 0; i-- {
		j := rand.IntN(i)
		r[i][0], r[j][0] = r[j][0], r[i][0]
	}
	return r
}

func (r ring) inRow(n int) (at uint32) {
	for range n {
		at = r[at][0]
	}
	return at
}

func (r ring) aside(n int) (sum uint32) {
	x := uint64(1)
	for range n {
		x = x*6364136223846793005 + 1442695040888963407 // Knuth's MMIX generator
		sum += r[(x>>32)*uint64(len(r))>>32][0]
	}
	return sum
}

// bound is how many accesses to memory an operation cannot do without, as records are
// found by a table of their own: so many that each waits for the one before, and so many
// besides.
type bound struct {
	op            string
	inRow, others int
	// each is of how many records that is one.
	each int
	why  string
}

var bounds = []bound{
	{opGet, 2, 3, 1, "entry of the table → record, three lines, and key"},
	{opUnique, 3, 2, 1, "entry of the table → record, three lines → its e-mail"},
	{opVisit, 0, 3, peers.CitySize, "for each record: three lines"},
	{opUpdate, 2, 7, 1, "as get, and the pointer to the record and the new record, three lines"},
}

// asked is the most time that the goals against one peer leave an operation that took a
// time, and which peer that is.
func (b bound) asked(f figures, took float64) (most float64, of string) {
	for _, g := range goals() {
		if g.peer == "" || g.what != sayOp(b.op) {
			continue
		}
		ratio, ok := g.measure(f, g.peer)
		if left := took / ratio * g.limit; ok && (most == 0 || left < most) {
			most, of = left, g.against
		}
	}
	return most, of
}

// memoryTable compares operations with what memory alone takes.
func memoryTable(w io.Writer, r results, size int) {
	f := figures{r, size}
	inRow, _ := f.of(opInRow, peers.NameNoex)
	aside, ok := f.of(opAside, peers.NameNoex)
	if !ok {
		return
	}
	fmt.Fprintf(w, "| %s records: %s and %s an access | in a row | besides | these alone | measured | asked for | |\n",
		grouped(size), duration(inRow), duration(aside))
	fmt.Fprintln(w, "|---|---:|---:|---:|---:|---:|---|")
	for _, b := range bounds {
		alone := (float64(b.inRow)*inRow + float64(b.others)*aside) * float64(b.each)
		took, ok := f.of(b.op, peers.NameNoex)
		if !ok {
			continue
		}
		asked := "–"
		if most, of := b.asked(f, took); most > 0 && size >= goalsFrom {
			asked = fmt.Sprintf("%s (%s)", duration(most), of)
		}
		fmt.Fprintf(w, "| %s | %d | %d | %s | %s | %s | %s |\n", sayOp(b.op), b.inRow, b.others,
			duration(alone), duration(took), asked, b.why)
	}
	fmt.Fprintln(w)
}
