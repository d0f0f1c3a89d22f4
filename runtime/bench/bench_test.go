package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// BenchmarkStore has the operations of the command as benchmarks of their own,
// for example BenchmarkStore/size=100000/peer=noexgen/op=get. With -short the
// stores are small.
func BenchmarkStore(b *testing.B) {
	sizes := []int{10_000, 100_000, 1_000_000}
	if testing.Short() {
		sizes = []int{2 * peers.CitySize}
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			data := peers.NewData(size)
			for _, spec := range peers.Specs {
				if spec.Max == 0 || size <= spec.Max {
					b.Run("peer="+strings.ReplaceAll(spec.Name, " ", "-"), func(b *testing.B) { benchmarkPeer(b, newSubject(spec, data)) })
				}
			}
		})
	}
}

func benchmarkPeer(b *testing.B, s *subject) {
	s.open()
	defer func() { must(s.peer.Close()) }()
	b.Run("op="+opInsert, s.benchmarkInsert)
	if len(s.alive) < s.data.Size {
		must(s.peer.Close())
		s.open()
		grow(wallClock, s.peer, s.data, s.settled)
	}
	for _, o := range ops {
		single, batch := s.ways(o)
		b.Run("op="+o.name, func(b *testing.B) { s.benchmark(b, o, single) })
		if batch != nil {
			b.Run("op="+batched(o.name), func(b *testing.B) { s.benchmark(b, o, batch) })
		}
	}
}

// benchmarkInsert inserts into a store that grows to its size, again and again.
func (s *subject) benchmarkInsert(b *testing.B) {
	b.ReportAllocs()
	b.StopTimer()
	for n := b.N; n > 0; {
		must(s.peer.Close())
		s.open()
		for len(s.alive) < s.data.Size && n > 0 {
			from := len(s.alive)
			ins := s.data.Inputs(from, min(from+batchSize, from+n, s.data.Size))
			b.StartTimer()
			ids := insertEach(wallClock, s.peer, ins, new(sample))
			b.StopTimer()
			for i, key := range ids {
				s.settled(key, from+i)
			}
			n -= len(ins)
		}
	}
}

// benchmark performs an operation in one of its ways.
func (s *subject) benchmark(b *testing.B, o op, w way) {
	b.ReportAllocs()
	b.StopTimer()
	for left := b.N; left > 0; {
		n := min(left, s.most(o))
		job := o.prepare(s, n)
		if job.do == nil {
			b.Skip("not what this peer does")
		}
		b.StartTimer()
		w(job, n)
		b.StopTimer()
		if job.after != nil {
			job.after()
		}
		left -= n
	}
}
