package noex

import (
	"cmp"
	"slices"
)

// Stats counts what a store holds and does.
type Stats struct {
	// Name is the name of the store, Revision that of its last commit.
	Name     string
	Revision uint64
	// Buckets has one entry a bucket, in the order of the definition.
	Buckets []BucketStats
	// Records and Indexes are the sums over all buckets.
	Records, Indexes int
	// Subscribers is the number of handlers and watchers of events, and
	// Subscriptions has one entry for each, the one that lags most first.
	Subscribers   int
	Subscriptions []SubscriptionStats
	// Live counts live queries.
	Live LiveStats
	// Panics counts handlers that panicked.
	Panics uint64
	// TTLCheckInterval is 0 when expired records are not swept.
	TTLCheckInterval Millis
	Persistence      PersistenceStats
}

// BucketStats counts what a bucket holds.
type BucketStats struct {
	Name             string
	Records, Indexes int
	// ByIndex has one entry an index, in the order of the definition.
	ByIndex []IndexStats
}

// IndexStats counts what an index holds.
type IndexStats struct {
	Name string
	// Entries is the number of records in the index, expired ones that were
	// not removed yet included: those that have a value.
	Entries int
}

// SubscriptionStats tells how one subscriber of events does.
type SubscriptionStats struct {
	// Kind is "handler" or "watcher".
	Kind string
	// Lag is the number of commits that it has not dealt with yet.
	Lag uint64
	// Unbounded is set if it can never miss one.
	Unbounded bool
}

// LiveStats counts live queries.
type LiveStats struct {
	// Queries is the number of live queries, Subscribers that of the handlers
	// and watchers of their results.
	Queries, Subscribers int
	// Pending is the number of evaluations and deliveries that are still to be
	// done, Lag that of the commits that were not looked at for them yet.
	Pending int
	Lag     uint64
}

// PersistenceStats tells how saving goes.
type PersistenceStats struct {
	// Enabled is false for a store in memory only.
	Enabled bool
	// Saves counts saved buckets, Errors what was reported to OnError.
	Saves, Errors uint64
	// LastSave is the time of the last save, LastError the last error.
	LastSave  Millis
	LastError error
	// SavedRevision is the revision up to which everything is saved.
	SavedRevision uint64
	// Unsaved is the number of buckets that changed since they were saved.
	Unsaved int
}

// Stats returns current figures, those of the buckets at one revision.
func (s *Store) Stats() Stats {
	st := Stats{Name: s.name, Panics: s.panics.Load()}
	if s.cfg.TTLCheckInterval > 0 {
		st.TTLCheckInterval = Millis(s.cfg.TTLCheckInterval.Milliseconds())
	}
	s.mu.RLock()
	st.Revision = s.revision
	for _, t := range s.tables {
		b := t.stats()
		st.Buckets = append(st.Buckets, b)
		st.Records += b.Records
		st.Indexes += b.Indexes
	}
	s.mu.RUnlock()
	st.Live = s.live.stats()
	for _, sub := range s.bus.list() {
		lag := st.Revision - min(sub.seen.Load(), st.Revision)
		if sub.kind == engineKind {
			st.Live.Lag = lag
			continue
		}
		st.Subscriptions = append(st.Subscriptions, SubscriptionStats{string(sub.kind), lag, sub.unbounded})
	}
	slices.SortFunc(st.Subscriptions, func(a, b SubscriptionStats) int {
		return cmp.Or(cmp.Compare(b.Lag, a.Lag), cmp.Compare(a.Kind, b.Kind))
	})
	st.Subscribers = len(st.Subscriptions)
	if s.persist != nil {
		st.Persistence = s.persist.snapshotStats()
	}
	return st
}

func (t *table) stats() BucketStats {
	b := BucketStats{Name: t.name, Records: t.records.Len() - t.due(t.now()), Indexes: len(t.indexes)}
	for _, ix := range t.indexes {
		b.ByIndex = append(b.ByIndex, IndexStats{ix.define().name, ix.size()})
	}
	return b
}

func (e *liveEngine) stats() LiveStats {
	e.mu.Lock()
	defer e.mu.Unlock()
	st := LiveStats{Queries: len(e.nodes)}
	for n := range e.nodes {
		st.Subscribers += n.subs
	}
	for _, n := range e.owed {
		st.Pending += n
	}
	return st
}

func (p *persister) snapshotStats() PersistenceStats {
	p.mu.Lock()
	st := p.stats
	p.mu.Unlock()
	st.Enabled = true
	st.SavedRevision = p.durable.Load()
	p.store.mu.RLock()
	defer p.store.mu.RUnlock()
	for _, b := range p.buckets {
		if b.revision > b.saved.Load() {
			st.Unsaved++
		}
	}
	return st
}

// Health tells whether a store does its work.
type Health struct {
	// OK is false while something is wrong: Err says what.
	OK bool
	// Err is the error of the last save, or that of a load whose data could not
	// be read and is not set aside yet.
	Err error
	// Closed is set after Store.Close.
	Closed bool
	// Unsaved is the number of buckets that changed since they were saved.
	Unsaved int
	// Lag is the number of commits that the slowest subscriber of events has
	// not dealt with yet.
	Lag uint64
}

// Health returns the current state of health.
func (s *Store) Health() Health {
	s.mu.RLock()
	h := Health{Closed: s.state == storeClosed}
	s.mu.RUnlock()
	if s.persist != nil {
		st := s.persist.snapshotStats()
		h.Unsaved = st.Unsaved
		h.Err = s.persist.health()
	}
	revision := s.Revision()
	for _, sub := range s.bus.list() {
		if seen := sub.seen.Load(); seen < revision {
			h.Lag = max(h.Lag, revision-seen)
		}
	}
	h.OK = h.Err == nil && !h.Closed
	return h
}
