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
		sizes = []int{smallest}
	}
	for _, size := range sizes {
		b.Run(fmt.Sprintf("size=%d", size), func(b *testing.B) {
			data := peers.NewData(size)
			for _, spec := range peers.Specs {
				if spec.Max > 0 && size > spec.Max {
					continue
				}
				b.Run("peer="+strings.ReplaceAll(spec.Name, " ", "-"), func(b *testing.B) {
					newSubject(spec, data).benchmarks(b, opInsert, ops)
					if s := newRanked(spec, data); s != nil {
						s.benchmarks(b, opInsertRanked, rankedOps)
					}
				})
			}
		})
	}
}

// benchmarks are those of a subject. It grows when the first of them needs it.
func (s *subject) benchmarks(b *testing.B, insert string, list []op) {
	s.open()
	defer func() { s.close() }()
	b.Run("op="+insert, func(b *testing.B) {
		s.benchmarkInsert(b, func(ins []peers.Input) []string { return insertEach(wallClock, s.peer, ins, new(sample)) })
	})
	if _, ok := s.peer.(peers.Loader); ok {
		b.Run("op="+batched(insert), func(b *testing.B) {
			s.benchmarkInsert(b, func(ins []peers.Input) []string {
				return insertMany(wallClock, s.peer.(peers.Loader), ins, new(sample))
			})
		})
	}
	for _, o := range list {
		for i, w := range s.ways(o) {
			b.Run("op="+w.op, func(b *testing.B) { s.benchmark(b, o, i) })
		}
	}
}

// benchmarkInsert inserts into a store that grows to its size, again and again.
func (s *subject) benchmarkInsert(b *testing.B, insert func(ins []peers.Input) (ids []string)) {
	b.ReportAllocs()
	b.StopTimer()
	for n := b.N; n > 0; {
		s.close()
		s.open()
		for len(s.alive) < s.data.Size && n > 0 {
			from := len(s.alive)
			ins := s.data.Inputs(from, min(from+batchSize, from+n, s.data.Size))
			b.StartTimer()
			ids := insert(ins)
			b.StopTimer()
			for i, key := range ids {
				s.settled(key, from+i)
			}
			n -= len(ins)
		}
	}
}

// benchmark performs an operation in one of its ways.
func (s *subject) benchmark(b *testing.B, o op, number int) {
	b.ReportAllocs()
	b.StopTimer()
	if len(s.alive) < s.data.Size {
		s.close()
		s.open()
		grow(wallClock, s.peer, s.data, s.settled)
	}
	way := s.ways(o)[number]
	for left := b.N; left > 0; {
		n := min(left, s.most(o))
		job := way.prepare(s, n)
		if job.do == nil {
			b.Skip("not what this peer does")
		}
		b.StartTimer()
		way.perform(job, n)
		b.StopTimer()
		if job.after != nil {
			job.after()
		}
		left -= n
	}
}
