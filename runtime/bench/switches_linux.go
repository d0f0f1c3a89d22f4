package main

import "golang.org/x/sys/unix"

// threadSwitches returns how often this thread has left its core.
func threadSwitches() switches {
	var u unix.Rusage
	must(unix.Getrusage(unix.RUSAGE_THREAD, &u))
	return switches{u.Nvcsw, u.Nivcsw}
}
