package main

import (
	"runtime/debug"
	"slices"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

const (
	// batchSize is how many operations go into one transaction where the
	// benchmark says "batched".
	batchSize = 1000
	// bulkSize is the same where nothing is timed.
	bulkSize = 10_000
	// segments is into how many parts growth is cut.
	segments = 10
	// patience is how long single and batched inserts of a segment are timed
	// each; what is left is then loaded in bulk, untimed.
	patience = 300 * time.Millisecond
)

// sample is the time that a number of operations took.
type sample struct {
	time time.Duration
	ops  int
}

func (s *sample) add(more sample) { s.time, s.ops = s.time+more.time, s.ops+more.ops }

func (s sample) perOp() float64 { return float64(s.time) / float64(s.ops) }

// grow fills an empty store with the records of data and returns the time of an
// insert on the way, alone and in batches of batchSize. In every part of the
// growth half of the records are inserted alone and half in batches, so that
// both see every size.
func grow(c clock, p peer, data *peers.Data, settled func(key string, n int)) (single, batched sample) {
	loader, batches := p.(peers.Loader)
	part := (data.Size + segments - 1) / segments
	for from := 0; from < data.Size; from += part {
		to := min(from+part, data.Size)
		ins := data.Inputs(from, to)
		note := func(ids []string) {
			for i, key := range ids {
				settled(key, to-len(ins)+i)
			}
			ins = ins[len(ids):]
		}
		alone := len(ins)
		if batches {
			alone /= 2
		}
		until := single.time + patience
		for alone > 0 && (single.time < until || !batches) {
			piece := ins[:min(100, alone)]
			note(insertEach(c, p, piece, &single))
			alone -= len(piece)
		}
		for until = batched.time + patience; len(ins) > 0 && batched.time < until; {
			note(insertMany(c, loader, ins[:min(batchSize, len(ins))], &batched))
		}
		bulk(c, loader, ins, note)
	}
	return single, batched
}

// bulk loads what nobody has the patience to time, with less collections.
func bulk(c clock, p peers.Loader, ins []peers.Input, note func(ids []string)) {
	if len(ins) == 0 {
		return
	}
	defer debug.SetGCPercent(debug.SetGCPercent(200))
	for piece := range slices.Chunk(ins, bulkSize) {
		note(insertMany(c, p, piece, new(sample)))
	}
}

func insertEach(c clock, p peer, ins []peers.Input, sum *sample) []string {
	ids := make([]string, len(ins))
	sum.ops += len(ins)
	sum.time += c.time(func() {
		for i := range ins {
			var err error
			ids[i], err = p.Insert(ins[i])
			must(err)
		}
	})
	return ids
}

func insertMany(c clock, p peers.Loader, ins []peers.Input, sum *sample) []string {
	var ids []string
	sum.ops += len(ins)
	sum.time += c.time(func() {
		var err error
		ids, err = p.InsertMany(ins)
		must(err)
	})
	return ids
}

// must ends a run that no longer measures what it says.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

func mustFind(ok bool) {
	if !ok {
		panic("a record is not found")
	}
}
