// Package proof holds the runtime to its promises by comparison: random
// histories of every operation against a model of maps and slices, concurrent
// ones against the definition of serializability, streams of events and live
// queries against the commits they stand for.
//
//	noex.yaml ── noexgen ──▶ store ──▶ what it shows ──┐
//	              random operations ──▶                ├── must be the same
//	                         model ──▶ what it shows ──┘
//
// It also has one test for each line of the original's behaviour about
// transactions, reactive queries, the bridge and statistics, named after the
// line, and a list of the original's holes.
//
// How much is tried is a matter of flags: -rapid.checks=100000 for the state
// machine, -histories=50000 for the concurrent histories, -streams=5000 for the
// watch streams, all with -timeout=0.
package proof

//go:generate go tool noexgen generate
