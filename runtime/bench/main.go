package main

import (
	"flag"
	"fmt"
	"io"
	"os"
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
	// own says that the generated store is measured alone, too.
	own bool
	// write says that RESULTS.md is written, args how this was asked for.
	write bool
	args  []string
	log   io.Writer
}

// smallest is the smallest size that has enough cities.
const smallest = 5000

func main() {
	cfg, err := parse(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(2)
	}
	r := run(cfg)
	for _, size := range cfg.sizes {
		reach(os.Stdout, r, size)
		peerTable(os.Stdout, cfg, r, size)
		ownTable(os.Stdout, r, size)
		memoryTable(os.Stdout, r, size)
	}
	if cfg.write {
		if err := write(cfg, r); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
	}
}

func parse(args []string) (config, error) {
	cfg := config{log: os.Stderr, args: args}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.IntVar(&cfg.count, "count", 3, "rounds")
	flags.DurationVar(&cfg.benchtime, "benchtime", 60*time.Millisecond, "how long an operation is repeated in a round")
	sizes := flags.String("sizes", "10000,100000", "numbers of records")
	flags.BoolVar(&cfg.own, "own", true, "measure events, snapshots and persistence of the generated store, too")
	flags.BoolVar(&cfg.write, "write", false, "write RESULTS.md and its charts into the current directory")
	only := flags.String("peers", "", "peers to run, all if empty")
	clock := flags.String("clock", "wall", "time of operations: wall or cpu")
	if err := flags.Parse(args); err != nil {
		return cfg, err
	}
	for s := range strings.SplitSeq(*sizes, ",") {
		n, err := strconv.Atoi(s)
		if err != nil || n < smallest {
			return cfg, fmt.Errorf("size %q: want a number from %d on", s, smallest)
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
