package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// config says what is run.
type config struct {
	count     int
	sizes     []int
	peers     []peers.Spec
	benchtime time.Duration
	clock     clock
	log       io.Writer
}

func main() {
	cfg, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	r := run(cfg)
	table(os.Stdout, cfg, r)
}

func parse(args []string) (config, error) {
	cfg := config{log: os.Stderr}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&cfg.count, "count", 3, "rounds")
	flags.DurationVar(&cfg.benchtime, "benchtime", 60*time.Millisecond, "how long an operation is repeated in a round")
	sizes := flags.String("sizes", "10000,100000", "numbers of records")
	only := flags.String("peers", "", "peers to run, all if empty")
	clock := flags.String("clock", "wall", "time of operations: wall or cpu")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < peers.CitySize*2 {
			return cfg, fmt.Errorf("size %q: want a number from %d on", s, peers.CitySize*2)
		}
		cfg.sizes = append(cfg.sizes, n)
	}
	for _, spec := range peers.Specs {
		if *only == "" || strings.Contains(","+*only+",", ","+spec.Name+",") {
			cfg.peers = append(cfg.peers, spec)
		}
	}
	switch *clock {
	case "wall":
		cfg.clock = wallClock
	case "cpu":
		cfg.clock = cpuClock
	default:
		return cfg, fmt.Errorf("clock %q: want wall or cpu", *clock)
	}
	return cfg, nil
}

// run measures everything, round by round.
func run(cfg config) results {
	r, p := results{}, plans{}
	for round := range cfg.count {
		for _, size := range cfg.sizes {
			data := peers.NewData(size)
			for i := range cfg.peers {
				spec := cfg.peers[(i+round)%len(cfg.peers)] // so that nobody is always the first
				if spec.Max > 0 && size > spec.Max || spec.Slow && size >= 1_000_000 && round > 0 {
					continue
				}
				start := time.Now()
				turn(cfg, r, p, spec, data)
				fmt.Fprintf(cfg.log, "round %d: %d records, %s: %s\n", round+1, size, spec.Name, time.Since(start).Round(time.Millisecond))
			}
		}
	}
	return r
}

// turn measures one peer, alone in memory.
func turn(cfg config, r results, p plans, spec peers.Spec, data *peers.Data) {
	at := func(op string) key { return key{data.Size, op, spec.Name} }
	s := newSubject(spec, data)
	before := heap()
	s.open()
	single, batch := grow(cfg.clock, s.peer, data, s.settled)
	r.add(at(opInsert), single.perOp())
	if batch.ops > 0 {
		r.add(at(batched(opInsert)), batch.perOp())
	}
	bytes, gc := weigh(s.peer, before)
	r.add(at(opBytes), float64(bytes)/float64(data.Size))
	r.add(at(opGC), float64(gc))
	for _, o := range ops {
		single, batch := s.ways(o)
		if got, ok := s.measure(cfg.clock, o, single, at(o.name), p, cfg.benchtime); ok {
			r.add(at(o.name), got.perOp())
		}
		if batch == nil {
			continue
		}
		if got, ok := s.measure(cfg.clock, o, batch, at(batched(o.name)), p, cfg.benchtime); ok {
			r.add(at(batched(o.name)), got.perOp())
		}
	}
	must(s.peer.Close())
	debug.FreeOSMemory() // the next one starts as this one did
}
