package noex

import (
	"sync/atomic"
	"time"
)

// clock tells the time of day by the monotonic clock alone, which is half of what
// time.Now reads, each half a wait of the processor for all that it has begun. Once in
// a millisecond it looks at the time of day as well, so it follows whoever sets that. An
// update takes a twentieth less. It is safe for concurrent use.
type clock struct {
	began time.Time
	// synced is when both clocks were read last, since began, and ahead the
	// time of day at began by that. Both are nanoseconds.
	synced, ahead atomic.Int64
}

const (
	// syncInterval is how long the time of day is counted on.
	syncInterval = int64(time.Millisecond)
	// syncSlack is how far apart both clocks may have been read for one to be
	// set by the other: else the goroutine was interrupted between them.
	syncSlack = int64(10 * time.Microsecond)
)

func (c *clock) start() {
	c.began = time.Now()
	c.synced.Store(-syncInterval)
}

func (c *clock) now() Millis {
	since := int64(time.Since(c.began))
	if elapsed := since - c.synced.Load(); elapsed < 0 || elapsed >= syncInterval {
		return c.sync(since)
	}
	return Millis((c.ahead.Load() + since) / int64(time.Millisecond))
}

// sync is now, and reads both clocks, the monotonic one a moment after since.
func (c *clock) sync(since int64) Millis {
	now := time.Now()
	if then := int64(now.Sub(c.began)); then-since <= syncSlack {
		c.ahead.Store(now.UnixNano() - then)
		c.synced.Store(then)
	}
	return MillisOf(now)
}
