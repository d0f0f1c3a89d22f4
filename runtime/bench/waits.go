package main

import (
	"runtime"
	"time"
)

// waits watches how long single calls take, on a thread of its own. The time
// that the kernel gave to other processes meanwhile is taken off, so that what
// is left is of the program's own making.
type waits struct {
	longest time.Duration
	last    moment
}

// moment is the state of a thread.
type moment struct {
	wall, cpu   time.Duration
	preemptions int64
}

func thisMoment() moment { return moment{wallClock.now(), threadClock.now(), preemptions()} }

// slow is the time from which a call is looked at more closely.
const slow = 50 * time.Microsecond

func newWaits() *waits {
	runtime.LockOSThread()
	return &waits{last: thisMoment()}
}

func (w *waits) close() { runtime.UnlockOSThread() }

// call performs fn and notes how long it took.
func (w *waits) call(fn func()) {
	start := wallClock.now()
	fn()
	took := wallClock.now() - start
	if took >= slow {
		now := thisMoment()
		if now.preemptions != w.last.preemptions {
			took -= now.wall - w.last.wall - (now.cpu - w.last.cpu) // off the core since the last look
		}
		w.last = now
	}
	w.longest = max(w.longest, took)
}
