package main

import (
	"runtime"
	"sync"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// way is how an operation is performed: on the peer itself, one by one, in
// transactions of batchSize, or as many of them in one call.
type way struct {
	op      string // its name in this way
	prepare func(s *subject, n int) work
	perform func(w work, n int)
}

// ways returns how a peer can perform an operation.
func (s *subject) ways(o op) []way {
	single := func(w work, n int) { w.do(s.peer, 0, n) }
	if o.parallel {
		single = s.onAllCores
	}
	ways := []way{{o.name, o.prepare, single}}
	if viewer, ok := s.peer.(peers.Viewer); ok && o.in == inView {
		ways = append(ways, way{batched(o.name), o.prepare, batches(func(fn func(target any)) error {
			return viewer.View(func(r peers.Reader) { fn(r) })
		})})
	}
	if batcher, ok := s.peer.(peers.Batcher); ok && o.in == inTx {
		ways = append(ways, way{batched(o.name), o.prepare, batches(func(fn func(target any)) error {
			return batcher.Batch(func(w peers.Writer) error { fn(w); return nil })
		})})
	}
	if bulk, ok := s.peer.(peers.Bulk); ok && o.prepareMany != nil {
		ways = append(ways, way{together(o.name), o.prepareMany, batches(func(fn func(target any)) error {
			fn(bulk)
			return nil
		})})
	}
	return ways
}

func batches(run func(fn func(target any)) error) func(w work, n int) {
	return func(w work, n int) {
		for from := 0; from < n; from += batchSize {
			must(run(func(target any) { w.do(target, from, min(from+batchSize, n)) }))
		}
	}
}

func (s *subject) onAllCores(w work, n int) {
	var wg sync.WaitGroup
	cores := runtime.GOMAXPROCS(0)
	for i := range cores {
		wg.Go(func() { w.do(s.peer, i*n/cores, (i+1)*n/cores) })
	}
	wg.Wait()
}

// most is how many operations are prepared at once. Deletes leave most of the
// store alone.
func (s *subject) most(o op) int {
	switch {
	case o.once:
		return 1
	case o.name == opDelete:
		return s.data.Size / segments
	default:
		return 1_000_000
	}
}

// plans remembers how many operations of a kind take as long as was asked for.
type plans map[key]int

// measure performs an operation about as long as asked for, and again if that waited for
// memory. The first time it finds out how often that is.
func (s *subject) measure(c clock, o op, w way, k key, p plans, benchtime time.Duration) (sample, bool) {
	if o.parallel {
		c = wallClock // two cores work, and one of them may wait
	}
	n, known := p[k]
	if !known {
		n = 1
	}
	for retaken := 0; ; {
		got, late, ok := s.take(c, w, n)
		if !ok {
			return got, false
		}
		if enough := known || got.time >= benchtime/2 || n == s.most(o); !enough {
			grown := int(float64(n) * float64(benchtime) / float64(max(got.time, time.Microsecond)))
			n = min(max(grown, n+1), 100*n, s.most(o))
			continue
		}
		p[k], known = n, true
		if o.once || retaken == retakes || !late {
			return got, true
		}
		retaken++
	}
}

// take performs an operation n times, if the peer has it, and reports whether that waited for
// memory.
func (s *subject) take(c clock, w way, n int) (got sample, late, ok bool) {
	job := w.prepare(s, n)
	if job.do == nil {
		return sample{}, false, false
	}
	runtime.GC() // what others left is not for this one to collect
	before := pageFaults()
	got = sample{c.time(func() { w.perform(job, n) }), n}
	late = waited(got.time, pageFaults()-before)
	if job.after != nil {
		job.after()
	}
	return got, late, true
}
