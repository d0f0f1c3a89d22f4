package main

import (
	"time"

	"golang.org/x/sys/unix"
)

// clock measures the time that something takes.
type clock struct {
	name string
	now  func() time.Duration
}

var (
	// wallClock is what a program waits for. Other work on the machine shows.
	wallClock = clock{"wall", func() time.Duration { return time.Since(began) }}
	// cpuClock is what all threads of the process use, the garbage collector's
	// included. Other work on the machine hardly shows, waiting does not.
	cpuClock = clock{"cpu", func() time.Duration { return read(unix.CLOCK_PROCESS_CPUTIME_ID) }}
	// threadClock is what this thread uses.
	threadClock = clock{"thread", func() time.Duration { return read(unix.CLOCK_THREAD_CPUTIME_ID) }}
)

var began = time.Now()

func read(id int32) time.Duration {
	var t unix.Timespec
	must(unix.ClockGettime(id, &t))
	return time.Duration(t.Nano())
}

// time returns how long fn takes.
func (c clock) time(fn func()) time.Duration {
	start := c.now()
	fn()
	return c.now() - start
}
