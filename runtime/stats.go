package noex

// Stats counts what a store holds and does.
type Stats struct {
	// Name is the name of the store, Revision that of its last commit.
	Name     string
	Revision uint64
	// Buckets has one entry a bucket, in the order of the definition.
	Buckets []BucketStats
	// Records and Indexes are the sums over all buckets.
	Records, Indexes int
	// Subscribers is the number of handlers and watchers.
	Subscribers int
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
	st := Stats{Name: s.name, Subscribers: int(s.bus.count.Load()), Panics: s.panics.Load()}
	if s.cfg.TTLCheckInterval > 0 {
		st.TTLCheckInterval = Millis(s.cfg.TTLCheckInterval.Milliseconds())
	}
	s.mu.RLock()
	st.Revision = s.revision
	for _, t := range s.tables {
		b := BucketStats{Name: t.bucket()}
		b.Records, b.Indexes = t.counts()
		st.Buckets = append(st.Buckets, b)
		st.Records += b.Records
		st.Indexes += b.Indexes
	}
	s.mu.RUnlock()
	if s.persist != nil {
		st.Persistence = s.persist.snapshotStats()
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
		if b.changedAt() > b.saved.Load() {
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
	h.OK = h.Err == nil && !h.Closed
	return h
}
