package main

import (
	"runtime"
	"time"
)

// waits watches how long single calls take, on a thread of its own. The time
// that the kernel gave to other processes meanwhile, or the hypervisor to other
// machines, is taken off, so that what is left is of the program's own making.
type waits struct {
	longest time.Duration
	calls   int
	last    moment
}

// moment is the state of a thread.
type moment struct {
	wall, cpu time.Duration
	switches
}

// switches are how often a thread has left its core: because it had to wait, and
// because the kernel took the core away.
type switches struct{ own, forced int64 }

func thisMoment() moment { return moment{wallClock.now(), threadClock.now(), threadSwitches()} }

// elsewhere returns how long the thread was off its core since an earlier moment through
// no doing of its own. A hypervisor takes a core away without a switch that the thread
// could see; with one that the thread made itself nobody can tell what was whose.
func (m moment) elsewhere(last moment) time.Duration {
	if m.own != last.own && m.forced == last.forced {
		return 0
	}
	return m.wall - last.wall - (m.cpu - last.cpu)
}

const (
	// slow is the time from which a call is looked at more closely.
	slow = 50 * time.Microsecond
	// lookEvery is after how many calls the thread is looked at anyway.
	lookEvery = 10
)

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
	w.calls++
	if took >= slow {
		now := thisMoment()
		took -= now.elsewhere(w.last)
		w.last = now
	} else if w.calls%lookEvery == 0 {
		w.last = thisMoment()
	}
	w.longest = max(w.longest, took)
}
