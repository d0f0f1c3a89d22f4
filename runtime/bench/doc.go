// Command bench compares the generated store with what a Go program would use
// in its place: the same workload, in one process, taking turns.
//
//	go run . -count 3 -sizes 10000,100000,1000000          # print
//	go run . -count 9 -sizes 10000,100000,1000000 -write   # and write RESULTS.md
//
// It takes half an hour, or with three rounds half of that, most of it for libraries at
// the larger sizes; -peers and -sizes narrow it, and -own=false leaves out what is
// measured of the generated store alone. On a machine with other work -clock cpu counts
// CPU time.
//
// A round opens every peer in turn, alone in memory: it grows to its size, runs
// every operation and is dropped, before the next one does the same. What is
// shown are medians over the rounds.
//
//	peers.Spec ─▶ grow ─▶ subject ─▶ op.prepare ─▶ timed ─▶ results ─▶ reach, table, chart
//	                 solo (events, snapshots, growth, persistence) ─▶┘
//
// The same operations are ordinary benchmarks too, so that benchstat can judge:
//
//	go test -run - -bench '/size=100000$/./op=get$' -count 10 >out.txt
//	benchstat -col /peer out.txt
package main
