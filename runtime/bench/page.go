package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
)

// write writes RESULTS.md and its charts into the current directory.
func write(cfg config, r results) error {
	var page bytes.Buffer
	r.page(&page, cfg)
	if err := os.WriteFile("RESULTS.md", page.Bytes(), 0o644); err != nil {
		return err
	}
	for _, size := range cfg.sizes {
		var svg bytes.Buffer
		chart(&svg, cfg, r, size)
		if err := os.WriteFile(chartName(size), svg.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func chartName(size int) string { return fmt.Sprintf("results-%d.svg", size) }

// page writes what RESULTS.md says.
func (r results) page(w io.Writer, cfg config) {
	fmt.Fprintf(w, `# Results

Written by %s in this directory; do not edit.
The figures hold beside each other, not beside those of another machine.

%s
- Medians of %d rounds%s.
- In a round the peers take turns, in an order that shifts from round to round.
  Each is alone in memory while it grows to its size, performs every operation
  for about %s and is dropped. Ratios are medians of those of the rounds, since
  what slows the machine for minutes slows all of a round.
- Look-ups use strings of their own in random order over all records. Records
  are handed out as copies, but by a visit. One that was looked up is used as a
  program does: the look-up is called directly, and the age in the copy is read. The
  first scan is listed by itself: it makes what later ones read, where a store makes
  something.
- What is wanted is wanted at 100,000 records and more, or at 1,000,000.
- %s
- An insert is timed on the way from nothing to the full size: half of each
  tenth alone, half in transactions of 1,000, for as long as %s each; what a slow
  peer leaves of a tenth is loaded in bulk, untimed. A store that is full before single ones
  took %s is emptied and filled again.
- Between turns the process keeps its memory, so an insert does not wait for the kernel
  to hand it over, page by page, which on a virtual machine takes as long as the insert
  itself. What inserts into memory that is new to the process take is with events. Later
  in a turn Go has given some back, for which who needs it next would pay: an operation
  that waited for more than a page in each %s is timed again, up to %d times.
- Before an operation is timed the collector runs, as package testing does it, so that
  nobody pays for what was left by others.
- With subscribers 1,000 inserts are timed, then their handlers are waited for, and so on.
  The publisher keeps its core while it waits; what it takes if it sleeps, and wakes up on
  the core of the last handler, is a row of its own.
- The time of a full garbage collection is the CPU time of the process during
  `+"`runtime.GC`"+` with the data of that peer alone alive, the median of up to five.
  Memory is what the heap grew by, after a collection; what SQLite and bbolt
  keep outside of it is added.
- Snapshots and growth are measured with the collector off. Time that the kernel
  gave to other processes during a call, or the hypervisor to other machines, is
  taken off. Of three times that a store grows, the one counts in which the longest
  insert is shortest: what grows in one piece does so in each.
- Saves are from the call of `+"`Flush`"+` to its return, with what the disk takes to
  sync; files are opened from the page cache.

`, "`"+strings.Join(append([]string{"go run ."}, cfg.args...), " ")+"`", machine(), cfg.count, onceNote(cfg), cfg.benchtime, clockNote(cfg), patience, fills*cfg.benchtime, pageTime, retakes)

	fmt.Fprint(w, "## Peers\n\n| | version | |\n|---|---|---|\n")
	for _, spec := range cfg.peers {
		fmt.Fprintf(w, "| %s | %s | %s |\n", spec.Name, version(spec.Module), spec.Note)
	}
	fmt.Fprint(w, `
The workload is store/noex.yaml: records of eight fields, about 160 bytes, with
a generated uuid as key, a unique e-mail, an index on the role (five values) and
one on the city (1,000 records or 10 each). Every peer makes the id, checks what
the definition asks for and that the e-mail is new, but for what is said above.
A test in peers/ holds them to the same answers.

## Reach

`)
	for _, size := range cfg.sizes {
		reach(w, r, size)
	}
	if cfg.own {
		fmt.Fprint(w, `## What memory allows

An access to memory that is in no cache takes long, longer if it has to wait for the
one before, which says where it is. These are as many as an operation of the generated
store cannot do without, as records and tables are laid out; what that many take at
random, in as much memory as the store has, was measured in the same run. Pointers that
lead from a table to records and keys are not counted, being few enough for a cache, and
a part of a smaller store is in one as well. A record that was updated costs one access
more, since it lies elsewhere: gets of such ones are below, with events. Calls in a loop
may take less than these alone where the processor comes to the next one while it waits
for the one before; how far it comes depends on how much each of them writes, also the
caller for itself. There are more such figures, with events: what an insert takes beside a
goroutine that counts in registers and looks at no memory, since two processors of a
virtual machine are at times threads of one core, of which handlers then take their
part whatever they do; what a record takes that is made and checked, as each insert
does, and stored nowhere; and, of a bare map, that no lock guards, how many times as
many gets two cores do, and the longest insert.

`)
		for _, size := range cfg.sizes {
			memoryTable(w, r, size)
		}
	}
	fmt.Fprint(w, "## Times\n\nIn brackets: how many times that of the generated store.\n\n")
	for _, size := range cfg.sizes {
		peerTable(w, cfg, r, size)
		fmt.Fprintf(w, "![%s records](%s)\n\n", grouped(size), chartName(size))
	}
	if cfg.own {
		fmt.Fprint(w, "## Events, snapshots, persistence\n\n")
		for _, size := range cfg.sizes {
			ownTable(w, r, size)
		}
	}
}

func onceNote(cfg config) string {
	var slow []string
	for _, spec := range cfg.peers {
		for _, size := range cfg.sizes {
			if once(spec, size) && (spec.Max == 0 || size <= spec.Max) {
				slow = append(slow, fmt.Sprintf("%s at %s", spec.Name, grouped(size)))
			}
		}
	}
	if len(slow) == 0 || cfg.count == 1 {
		return ""
	}
	return "; of one round, since it takes long: " + strings.Join(slow, ", ")
}

func clockNote(cfg config) string {
	if cfg.clock.name == wallClock.name {
		return "Times are wall time."
	}
	return "Times are CPU time of the whole process, the collector's included, since the\n  machine had other work; those of all cores and of saves are wall time, those\n  of a publisher the CPU time of its thread."
}

// machine says what the figures were measured on.
func machine() string {
	return fmt.Sprintf("- %s, %d cores, %s %s/%s.", cpu(), runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
}

// cpu is the name of the processor, where the system says it.
func cpu() string {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	for line := range strings.Lines(string(info)) {
		if name, ok := strings.CutPrefix(line, "model name"); ok {
			return strings.Trim(name, "\t :\n")
		}
	}
	return "unknown processor"
}

// version is that of a module in this program.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok || module == "" {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path == module {
			return dep.Path + " " + dep.Version
		}
	}
	return module
}
