package main

import "golang.org/x/sys/unix"

// preemptions is how often the kernel has taken the core away from this thread.
func preemptions() int64 {
	var u unix.Rusage
	if err := unix.Getrusage(unix.RUSAGE_THREAD, &u); err != nil {
		panic(err)
	}
	return u.Nivcsw
}
