package noex

import (
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
	working int // evaluations and deliveries that go on
}

// liveNode is a live query in the eyes of the engine. Its fields are guarded
// by the mutex of the engine.
type liveNode struct {
	engine  *liveEngine
	run     func()
	reads   []anyView
	dirty   bool
	running bool
	gone    bool
}

func (e *liveEngine) init(s *Store) {
	e.store = s
	e.nodes = make(map[*liveNode]struct{})
	e.deps.tables = make(map[anyTable]anyDeps)
}

// start begins to follow the commits, with the first live query.
func (e *liveEngine) start() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.started {
		return e.store.checkOpen()
	}
	sub, err := e.store.subscribe(true, nil, false)
	if err != nil {
		return err
	}
	e.started = true
	go func() {
		defer sub.stop()
		sub.deal(func(entry *logEntry, _ [2]uint64) bool {
			e.see(entry)
			return true
		})
	}()
	return nil
}

// see marks the queries that a commit touches, all of them if commits were
// missed.
func (e *liveEngine) see(entry *logEntry) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if entry == nil {
		for n := range e.nodes {
			e.mark(n)
		}
		return
	}
	for _, ch := range entry.changes() {
		if d := e.deps.tables[ch.table]; d != nil {
			d.affected(ch, e.mark)
		}
	}
}

// mark has a query run again. It needs the mutex.
func (e *liveEngine) mark(n *liveNode) {
	if n.gone {
		return
	}
	n.dirty = true
	if !n.running {
		n.running = true
		e.working++
		go e.work(n)
	}
}

// work runs a query until it is up to date.
func (e *liveEngine) work(n *liveNode) {
	defer e.busy(-1)
	for {
		e.mu.Lock()
		if !n.dirty || n.gone {
			n.running = false
			e.mu.Unlock()
			return
		}
		n.dirty = false
		e.mu.Unlock()
		n.run()
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
	since := sn.since
	e.store.mu.RUnlock()
	e.deps.file(n, sn.order)
	for _, v := range sn.order {
		if v.touched(since) {
			e.mark(n)
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

// busy counts what Settle has to wait for.
func (e *liveEngine) busy(n int) {
	e.mu.Lock()
	e.working += n
	idle := e.working == 0
	e.mu.Unlock()
	if idle {
		e.store.bus.noteProgress()
	}
}

func (e *liveEngine) idle() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.working == 0
}
