package noex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"
)

// persister keeps the buckets of a store in an adapter. A commit only arms it;
// its goroutine waits for the debounce time and saves every bucket whose last
// revision is newer than the one saved last. What fails stays dirty and is
// tried again, at growing intervals, without waiting for another change.
//
//	commit ──arm──▶ debounce ──▶ capture (lock) ──▶ encode, adapter (no lock)
//	                   ▲                                     │ failed
//	                   └────────────── back-off ◀────────────┘
type persister struct {
	store   *Store
	adapter StorageAdapter
	changes ChangeAdapter // nil: the adapter takes whole buckets only
	buckets []*savedBucket

	release func() // of the name on the adapter
	armed   bool   // a save is due; guarded by the store's lock
	woken   chan struct{}
	flushes chan chan error
	done    chan struct{} // closed when run has ended

	reports reports

	mu    sync.Mutex
	stats PersistenceStats
	// broken is the error of the last save, nil once one has succeeded.
	broken error
	// unread are the errors of loads whose data is not set aside yet.
	unread error
	// durable is the revision up to which everything is saved.
	durable atomic.Uint64
}

// savedBucket is a bucket and what is known of its stored form. Its fields
// belong to the goroutine that saves.
type savedBucket struct {
	*storedTable
	storageKey string
	// exists is set once storage has the bucket; saved is the revision it has,
	// which Stats reads as well.
	exists bool
	saved  atomic.Uint64
	// unread is the error of a load that failed, until what could not be read
	// was set aside.
	unread error
}

const maxBackoff = 30 * time.Second

func newPersister(s *Store) *persister {
	p := &persister{
		store: s, adapter: s.cfg.Persistence.Adapter,
		woken: make(chan struct{}, 1), flushes: make(chan chan error), done: make(chan struct{}),
	}
	p.changes, _ = p.adapter.(ChangeAdapter)
	return p
}

func (p *persister) add(b *storedTable) {
	if p.changes != nil {
		b.noteChanges()
	}
	p.buckets = append(p.buckets, &savedBucket{storedTable: b, storageKey: StorageKey(p.store.name, b.name)})
}

// noteCommit arms the persister and reports whether it has to be woken. It is
// called under the lock.
func (p *persister) noteCommit() bool {
	if p == nil || p.armed {
		return false
	}
	p.armed = true
	return true
}

func (p *persister) wake() {
	select {
	case p.woken <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// run saves after each debounce time, until the store is closed.
func (p *persister) run() {
	defer close(p.done)
	debounce := p.store.cfg.Persistence.Debounce
	timer := time.NewTimer(0)
	timer.Stop()
	pending, failed := false, 0
	for {
		select {
		case <-p.store.stop:
			timer.Stop()
			return
		case <-p.woken:
			if !pending || failed > 0 {
				pending = true
				timer.Reset(debounce)
			}
			continue
		case <-timer.C:
			pending = false
			if p.save(false) == nil {
				failed = 0
				continue
			}
		case reply := <-p.flushes:
			err := p.save(false)
			reply <- err
			if err == nil {
				failed = 0
				continue
			}
		}
		failed++
		pending = true
		timer.Reset(backoff(debounce, failed))
	}
}

// backoff returns how long to wait after the n-th failure in a row.
func backoff(debounce time.Duration, n int) time.Duration {
	return min(debounce<<min(n, 16), max(debounce, maxBackoff))
}

// flush has the goroutine save now.
func (p *persister) flush(ctx context.Context) error {
	reply := make(chan error, 1)
	select {
	case p.flushes <- reply:
	case <-p.done:
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-reply:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close saves for the last time, after the store has refused further writes,
// and closes the adapter. An adapter that takes whole buckets gets every
// bucket, as in the original, so that each is stored even if it never changed.
func (p *persister) close() error {
	<-p.done
	defer p.release()
	err := p.save(p.changes == nil)
	return errors.Join(err, p.closeAdapter())
}

func (p *persister) closeAdapter() (err error) {
	c, ok := p.adapter.(io.Closer)
	if !ok {
		return nil
	}
	defer recoverAs(&err)
	if err := c.Close(); err != nil {
		return &PersistenceError{Op: "close", Err: err}
	}
	return nil
}

// report counts an error and hands it to OnError.
func (p *persister) report(err error) {
	p.mu.Lock()
	p.stats.Errors++
	p.stats.LastError = err
	p.mu.Unlock()
	if fn := p.store.cfg.Persistence.OnError; fn != nil {
		p.reports.add(err, func(err error) { p.store.guarded(func() { fn(err) }) })
	}
}

func (p *persister) failing() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.broken
}

// noteUnread notes for Health which stored data could not be read and stands
// where a save would put the bucket.
func (p *persister) noteUnread() {
	var errs []error
	for _, b := range p.buckets {
		if b.unread != nil {
			errs = append(errs, b.unread)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unread = errors.Join(errs...)
}

// health returns what is wrong with saving or, if nothing is, with what was
// loaded.
func (p *persister) health() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.broken != nil {
		return p.broken
	}
	return p.unread
}

func (p *persister) setFailing(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.broken = err
}

// recoverAs turns a panic of an adapter into its error.
func recoverAs(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("adapter panicked: %v", v)
	}
}
