package noex

import (
	"context"
	"errors"
	"sync"
)

var errPanicked = errors.New("the function of a live query panicked")

// liveEngine follows the commits for the live queries of a store: it finds
// those that a commit touches and runs them again, each in a goroutine of its
// own while it has to run.
type liveEngine struct {
	store *Store

	mu      sync.Mutex
	started bool
	deps    depIndex
	nodes   map[*liveNode]struct{}
	// owed counts the evaluations and deliveries that are still to be done, by
	// the revision of the commit that called for them.
	owed map[uint64]int
	// waits are the calls of Settle that wait for some of them.
	waits map[*liveWait]struct{}
}

// liveWait waits until nothing is owed for a revision and those before.
type liveWait struct {
	revision uint64
	left     int
	done     chan struct{}
}

// liveNode is a live query in the eyes of the engine. Its fields are guarded
// by the mutex of the engine.
type liveNode struct {
	engine  *liveEngine
	run     func(due uint64)
	reads   []*view
	dirty   bool
	due     uint64 // the revision that made it dirty
	running bool
	gone    bool
	subs    int // subscribers of its results
}

func (e *liveEngine) init(s *Store) {
	e.store = s
	e.nodes = make(map[*liveNode]struct{})
	e.deps.tables = make(map[*table]*deps)
	e.owed = make(map[uint64]int)
	e.waits = make(map[*liveWait]struct{})
}

// start begins to follow the commits, with the first live query.
func (e *liveEngine) start() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.started {
		return e.store.checkOpen()
	}
	sub, err := e.store.subscribe(engineKind, nil, false)
	if err != nil {
		return err
	}
	e.started = true
	go func() {
		defer sub.stop()
		sub.deal(func(entry *logEntry, missed [2]uint64) bool {
			e.see(entry, missed[1])
			return true
		})
	}()
	return nil
}

// see marks the queries that a commit touches, all of them if commits up to a
// revision were missed.
func (e *liveEngine) see(entry *logEntry, missed uint64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if entry == nil {
		for n := range e.nodes {
			e.mark(n, missed)
		}
		return
	}
	mark := func(n *liveNode) { e.mark(n, entry.revision) }
	for _, ch := range entry.changes() {
		if d := e.deps.tables[ch.table]; d != nil {
			d.affected(ch, mark)
		}
	}
}

// mark has a query run again because of the commit of a revision. It needs the
// mutex.
func (e *liveEngine) mark(n *liveNode, revision uint64) {
	if n.gone || n.dirty {
		return
	}
	n.dirty, n.due = true, revision
	e.owe(revision)
	if !n.running {
		n.running = true
		go e.work(n)
	}
}

// work runs a query until it is up to date.
func (e *liveEngine) work(n *liveNode) {
	for {
		e.mu.Lock()
		if !n.dirty {
			n.running = false
			e.mu.Unlock()
			return
		}
		n.dirty = false
		due, gone := n.due, n.gone
		e.mu.Unlock()
		if !gone {
			n.run(due)
		}
		e.mu.Lock()
		e.paid(due)
		e.mu.Unlock()
	}
}

// file notes what a query has read. Commits since its snapshot may have gone
// by unseen: if one of them touches it, it runs again.
func (e *liveEngine) file(n *liveNode, sn *Snapshot) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if n.gone {
		return
	}
	e.nodes[n] = struct{}{}
	e.store.mu.RLock()
	since, revision := sn.since, e.store.revision
	e.store.mu.RUnlock()
	e.deps.file(n, sn.views)
	for _, v := range sn.views {
		if v.touched(since) {
			e.mark(n, revision)
			return
		}
	}
}

func (e *liveEngine) remove(n *liveNode) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n.gone = true
	e.deps.unfile(n)
	delete(e.nodes, n)
}

// subscribed counts the subscribers of a query.
func (e *liveEngine) subscribed(n *liveNode, more int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	n.subs += more
}

// owe notes an evaluation or a delivery that a commit called for, paid that it
// is done. Both need the mutex.
func (e *liveEngine) owe(revision uint64) {
	e.owed[revision]++
	for w := range e.waits {
		if revision <= w.revision {
			w.left++
		}
	}
}

func (e *liveEngine) paid(revision uint64) {
	if e.owed[revision]--; e.owed[revision] == 0 {
		delete(e.owed, revision)
	}
	for w := range e.waits {
		if revision > w.revision {
			continue
		}
		if w.left--; w.left == 0 {
			close(w.done)
			delete(e.waits, w)
		}
	}
}

// settle waits until nothing is owed for the commits up to a revision, which
// the engine has all seen.
func (e *liveEngine) settle(ctx context.Context, revision uint64) error {
	w := &liveWait{revision: revision, done: make(chan struct{})}
	e.mu.Lock()
	for due, n := range e.owed {
		if due <= revision {
			w.left += n
		}
	}
	if w.left == 0 {
		e.mu.Unlock()
		return nil
	}
	e.waits[w] = struct{}{}
	e.mu.Unlock()
	select {
	case <-w.done:
		return nil
	case <-ctx.Done():
		e.mu.Lock()
		defer e.mu.Unlock()
		delete(e.waits, w)
		return ctx.Err()
	}
}
