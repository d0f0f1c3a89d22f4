package noex

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/noexgen/noexgen/runtime/internal/biased"
)

// Store is the part of a generated store that does not depend on its buckets.
// Its methods are safe for concurrent use.
//
// Every commit goes the same way: under the lock its changes are checked,
// applied to the tables, given a revision and noted in the log; after it the
// subscribers and the persister are woken, which read what they need in their
// own time. No user code runs while the lock is held.
type Store struct {
	name string
	cfg  Config

	mu       biased.RWMutex
	revision uint64
	state    storeState
	commit   commit
	log      commitLog
	// snapshots are those that are open, for commits to hand their changes to.
	snapshots []*Snapshot
	tables    []*table
	// portables are the tables of the buckets that are not volatile.
	portables []*storedTable

	clock   clock
	bus     bus
	live    liveEngine
	persist *persister // nil: in memory only
	stop    chan struct{}
	running sync.WaitGroup

	closeOnce sync.Once
	closeErr  error
	panics    atomic.Uint64
}

type storeState uint8

const (
	storeOpen storeState = iota
	storeClosed
)

// NewStore begins a store called name unless cfg says otherwise. Generated
// code adds the buckets and calls Start.
func NewStore(name string, cfg Config) *Store {
	s := &Store{cfg: cfg.withDefaults(name), log: commitLog{unread: true}, stop: make(chan struct{})}
	s.name = s.cfg.Name
	s.mu.Init()
	s.clock.start()
	s.bus.init(s)
	s.live.init(s)
	if s.cfg.Persistence.Adapter != nil {
		s.persist = newPersister(s)
	}
	return s
}

// Start loads what is stored and starts the goroutines of the store. When it
// fails, nothing is left running, and the adapter is closed unless another
// store of the same name uses it.
func (s *Store) Start(ctx context.Context) error {
	if s.persist != nil {
		delivered := s.persist.delivery()
		err := s.persist.load(ctx)
		delivered(ctx)
		if err != nil {
			return err
		}
		s.running.Go(s.persist.run)
	}
	if s.cfg.TTLCheckInterval > 0 && s.expires() {
		s.running.Go(s.sweep)
	}
	s.running.Go(s.bus.run)
	return nil
}

// Name returns the name of the store.
func (s *Store) Name() string { return s.name }

// Revision returns the number of the last commit, 0 before the first.
func (s *Store) Revision() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.revision
}

// Close refuses further writes, saves what is not saved, stops the goroutines
// of the store and closes the adapter. It returns what could not be saved and
// the adapter's error. Events that were not delivered yet still are. Further
// calls wait for the first and return the same. Reads go on working. It may be
// called from a handler and from OnError.
func (s *Store) Close() error {
	delivered := s.persist.delivery()
	s.closeOnce.Do(func() {
		s.mu.Lock()
		s.state = storeClosed
		s.mu.Unlock()
		close(s.stop)
		if s.persist != nil {
			s.closeErr = s.persist.close()
		}
		s.running.Wait()
	})
	delivered(context.Background())
	return s.closeErr
}

// Flush saves what is not saved and returns the errors of what could not be.
// It is a no-op without persistence. After Close it returns ErrClosed.
func (s *Store) Flush(ctx context.Context) error {
	if err := s.checkOpen(); err != nil {
		return err
	}
	if s.persist == nil {
		return nil
	}
	defer s.persist.delivery()(ctx)
	return s.persist.flush(ctx)
}

func (s *Store) checkOpen() error {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.state != storeOpen {
		return ErrClosed
	}
	return nil
}

// Settle waits until every handler and every live query with its subscribers
// has dealt with everything up to the current revision, or until ctx is done.
// It must not be called from a handler.
func (s *Store) Settle(ctx context.Context) error {
	revision := s.Revision()
	for {
		behind, progress := s.bus.behind(revision)
		if !behind {
			return s.live.settle(ctx, revision)
		}
		select {
		case <-progress:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// PurgeExpired removes all expired records now and returns how many.
func (s *Store) PurgeExpired() (int, error) {
	n := 0
	err := s.write(func(c *commit) error {
		now := s.clock.now()
		for _, t := range s.tables {
			n += t.purge(c, now)
		}
		return nil
	})
	return n, err
}

// write runs fn under the lock and commits the changes that it makes. When fn
// fails it must have taken back what may not stay; what is left is committed.
func (s *Store) write(fn func(*commit) error) error {
	c, err := s.begin()
	if err != nil {
		return err
	}
	err = fn(c)
	s.end(c)
	return err
}

// begin takes the lock for a commit, unless the store is closed.
func (s *Store) begin() (*commit, error) {
	s.mu.Lock()
	if s.state != storeOpen {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	if s.cfg.Persistence.RejectWritesWhenFailing && s.persist != nil {
		if err := s.persist.failing(); err != nil {
			s.mu.Unlock()
			return nil, &NotSavingError{err}
		}
	}
	return &s.commit, nil
}

// end gives the changes a revision, releases the lock and tells whoever waits
// for changes.
func (s *Store) end(c *commit) {
	if len(c.changes) == 0 {
		s.mu.Unlock()
		return
	}
	s.revision++
	for i := range c.changes {
		c.changes[i].table.revision = s.revision
	}
	s.noteSnapshots(c.changes)
	s.log.append(s.revision, c)
	c.reset()
	wakeBus := s.bus.noteCommit(&s.log)
	wakePersist := s.persist.noteCommit()
	s.mu.Unlock()
	if wakeBus {
		s.bus.wake()
	}
	if wakePersist {
		s.persist.wake()
	}
}

func (s *Store) expires() bool {
	for _, t := range s.tables {
		if t.ttl > 0 {
			return true
		}
	}
	return false
}

// sweep removes expired records from time to time. It reads the clock first,
// so that a tick in which nothing is due costs one look at each bucket.
func (s *Store) sweep() {
	tick := time.NewTicker(s.cfg.TTLCheckInterval)
	defer tick.Stop()
	for {
		select {
		case <-s.stop:
			return
		case <-tick.C:
			// A store that was closed meanwhile has nothing to sweep.
			_, _ = s.PurgeExpired()
		}
	}
}
