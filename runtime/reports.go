package noex

import (
	"context"
	"sync"
)

// reports hands errors to OnError, one at a time and in order, in a goroutine
// of its own while there are some. So OnError may take its time, and may flush
// and close the store that has called it.
type reports struct {
	mu    sync.Mutex
	queue []error
	idle  chan struct{} // closed when all is handed over; nil: it is
}

// add hands an error to fn when those before have been.
func (r *reports) add(err error, fn func(error)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queue = append(r.queue, err)
	if r.idle == nil {
		r.idle = make(chan struct{})
		go r.deliver(fn)
	}
}

func (r *reports) deliver(fn func(error)) {
	for {
		r.mu.Lock()
		if len(r.queue) == 0 {
			close(r.idle)
			r.idle = nil
			r.mu.Unlock()
			return
		}
		err := r.queue[0]
		r.queue = r.queue[1:]
		r.mu.Unlock()
		fn(err)
	}
}

// delivery returns a function that waits until what is reported from now on is
// handed over. It does not wait if something is being handed over now: it may
// be OnError that asks.
func (p *persister) delivery() (wait func(context.Context)) {
	if p == nil {
		return func(context.Context) {}
	}
	r := &p.reports
	r.mu.Lock()
	busy := r.idle != nil
	r.mu.Unlock()
	return func(ctx context.Context) {
		r.mu.Lock()
		idle := r.idle
		r.mu.Unlock()
		if busy || idle == nil {
			return
		}
		select {
		case <-idle:
		case <-ctx.Done():
		}
	}
}
