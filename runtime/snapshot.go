package noex

// Snapshot is the state of a store at one revision, as the function of a view,
// a transaction or a live query sees it. It belongs to that function and ends
// with it.
//
// Nothing is copied when it begins. A reader looks at the current tables and
// takes back what commits have changed since: while a snapshot is open, each
// commit hands it its changes.
//
//	what a snapshot sees = current state − changes since its revision
//	what a transaction sees = that + its own writes
type Snapshot struct {
	store    *Store
	revision uint64
	now      Millis
	// track makes it note what is read, for a transaction or a live query.
	track bool
	// since are the changes of the commits after revision; guarded by the lock
	// of the store until the snapshot has left.
	since changeList
	// views are those of the buckets that were used, the first ones in room.
	views []*view
	room  [4]*view
	// left is set once commits do not hand it their changes any more, ended once its
	// readers return nothing any more.
	left, ended bool
}

// Revision returns the revision of the state.
func (sn *Snapshot) Revision() uint64 { return sn.revision }

// openSnapshot begins a snapshot of the current state.
func (s *Store) openSnapshot(track bool) *Snapshot {
	sn := &Snapshot{store: s, track: track, now: s.clock.now()}
	sn.views = sn.room[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	sn.revision = s.revision
	s.snapshots = append(s.snapshots, sn)
	return sn
}

// close ends the snapshot: its readers return nothing from now on.
func (sn *Snapshot) close() {
	if !sn.left {
		sn.store.mu.Lock()
		sn.leave()
		sn.store.mu.Unlock()
	}
	sn.ended, sn.since = true, changeList{}
}

// leave ends the hand-over of changes. It needs the lock of the store.
func (sn *Snapshot) leave() {
	sn.left = true
	all := sn.store.snapshots
	for i := range all {
		if all[i] == sn {
			last := len(all) - 1
			all[i], all[last] = all[last], nil
			sn.store.snapshots = all[:last]
			return
		}
	}
}

// noteSnapshots hands the changes of a commit to the snapshots that are open.
func (s *Store) noteSnapshots(changes []change) {
	for _, sn := range s.snapshots {
		for _, ch := range changes {
			sn.since.add(ch)
		}
	}
}

// RunView calls fn with a snapshot of the current state and returns its error.
// Generated code wraps it as Store.View.
func (s *Store) RunView(fn func(*Snapshot) error) error {
	sn := s.openSnapshot(false)
	defer sn.close()
	return fn(sn)
}
