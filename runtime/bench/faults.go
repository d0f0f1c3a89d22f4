package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// pageFaults returns how many pages of memory the kernel has handed over to the process so
// far.
func pageFaults() int64 {
	var u unix.Rusage
	must(unix.Getrusage(unix.RUSAGE_SELF, &u))
	return u.Minflt
}

const (
	// pageTime is the time in which a sample may wait for one page. On a virtual machine a
	// page takes up to 15 µs, when the host has to find it first.
	pageTime = time.Millisecond
	// retakes is how often a sample that waited for more is taken again.
	retakes = 3
)

// waited reports whether what took some time waited for more pages than may be overlooked.
// Go gives memory back that was not used for a while, so who happens to need it again would
// pay for what others left: lists of 10 of 100,000 records took from once to twenty times
// as long.
func waited(took time.Duration, faults int64) bool { return time.Duration(faults)*pageTime > took }
