package noex

// commitLog keeps the most recent commits for those who follow them: a ring
// that holds at most logCommits commits and, unless a single commit has more,
// logChanges changes. It holds more only while a subscriber that asked for it
// has not read them, or, up to logPatience changes, while the live queries have
// not seen them: commits that they miss make all of them run again. Before the first
// subscriber it holds fewer changes, since each keeps a record from the collector: in a
// store of 100,000, updates of 1,000 in one call take a tenth less. It is guarded by the
// lock of the store.
type commitLog struct {
	ring  []logEntry // a power of two of them
	first uint64     // revision of the oldest commit in the ring
	next  uint64     // revision of the next commit, first+number of commits held
	held  int        // changes in the ring
	// unread is set until the first subscriber comes. Till then nobody else has entries,
	// and spare is the room of one that was dropped, empty.
	unread bool
	spare  []change
	// pins are the subscribers that the log waits for.
	pins map[*subscription]struct{}
}

// logEntry is one commit. A commit of one change, as most are, needs no slice
// of its own.
type logEntry struct {
	revision uint64
	one      [1]change
	more     []change
}

const (
	logCommits = 1 << 12
	logChanges = 1 << 16
	// unreadChanges is logChanges before the first subscriber.
	unreadChanges = 1 << 12
	// logPatience is a compromise: the longest copy of the ring, when it grows
	// to that, is one of half as many entries, and takes a millisecond.
	logPatience = 1 << 16
	logStart    = 1 << 6
)

func (e *logEntry) changes() []change {
	if e.more != nil {
		return e.more
	}
	return e.one[:]
}

func (e *logEntry) size() int { return max(1, len(e.more)) }

// follow prepares the log for a subscriber.
func (l *commitLog) follow() { l.unread, l.spare = false, nil }

// append adds a commit; revisions follow one another.
func (l *commitLog) append(revision uint64, c *commit) {
	e := l.room(revision)
	e.revision = revision
	if len(c.changes) == 1 {
		e.one[0].set(&c.changes[0])
	} else {
		e.more = c.keep(l.spare)
		l.spare = nil
	}
	l.held += e.size()
}

func (l *commitLog) put(e logEntry) {
	*l.room(e.revision) = e
	l.held += e.size()
}

// room returns an empty entry for the next commit.
func (l *commitLog) room(revision uint64) *logEntry {
	if l.first == l.next {
		l.first, l.next = revision, revision
	}
	l.makeRoom()
	l.next = revision + 1
	return l.at(revision)
}

// makeRoom drops what is too much, a limited number of commits at a time, and
// leaves room for one more.
func (l *commitLog) makeRoom() {
	if l.full() {
		keep := l.needed()
		for n := 0; l.full() && l.first < keep && n < logCommits; n++ {
			l.dropFirst()
		}
	}
	switch n := l.next - l.first; {
	case n == uint64(len(l.ring)):
		l.resize(max(logStart, 2*len(l.ring)))
	case n < logCommits && len(l.ring) > logCommits:
		l.resize(logCommits)
	}
}

func (l *commitLog) full() bool {
	most := logChanges
	if l.unread {
		most = unreadChanges
	}
	return l.next-l.first >= logCommits || l.held > most && l.first < l.next
}

// needed returns the oldest revision that is to be kept for a subscriber.
func (l *commitLog) needed() uint64 {
	oldest := l.next
	if len(l.pins) == 0 { // as most often, and to find that out by a range takes longer
		return oldest
	}
	for sub := range l.pins {
		if !sub.unbounded && l.held > logPatience {
			continue
		}
		oldest = min(oldest, sub.needs.Load())
	}
	return oldest
}

func (l *commitLog) at(revision uint64) *logEntry {
	return &l.ring[revision&uint64(len(l.ring)-1)]
}

func (l *commitLog) dropFirst() {
	e := l.at(l.first)
	l.held -= e.size()
	if l.unread {
		clear(e.more)
		l.spare = e.more[:0]
	}
	*e = logEntry{}
	l.first++
}

func (l *commitLog) resize(n int) {
	old := *l
	l.ring = make([]logEntry, n)
	for rev := old.first; rev < old.next; rev++ {
		*l.at(rev) = *old.at(rev)
	}
}

// read copies commits from revision on into buf and returns how many, and the
// revision it could begin with, which is later when older ones are gone.
func (l *commitLog) read(revision uint64, buf []logEntry) (n int, from uint64) {
	from = max(revision, l.first)
	for from+uint64(n) < l.next && n < len(buf) {
		buf[n] = *l.at(from + uint64(n))
		n++
	}
	return n, from
}
