// Command bench compares the generated store with what a Go program would use
// in its place: the same workload, in one process, taking turns.
//
//	go run . -count 3 -sizes 100000,1000000          # print
//	go run . -count 3 -sizes 100000,1000000 -write   # and write RESULTS.md
//
// A round opens every peer in turn, alone in memory: it grows to its size, runs
// every operation and is dropped, before the next one does the same. What is
// shown are medians over the rounds.
//
//	peers.Spec ─▶ build ─▶ subject ─▶ op.prepare ─▶ timed ─▶ results ─▶ table, reach, chart
//
// The same operations are ordinary benchmarks too, so that benchstat can judge:
//
//	go test -bench 'get/100000' -count 10 | benchstat -col /peer -
package main
