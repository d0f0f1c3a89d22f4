package noex

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
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
	// rewrite is set while storage has the records before a migration.
	rewrite bool
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

// load fills the buckets. It returns an error if one of them must not start
// empty; the others are reported.
func (p *persister) load(ctx context.Context) (err error) {
	if p.release, err = register(p.adapter, p.store.name); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			p.release()
			err = errors.Join(err, p.closeAdapter())
		}
	}()
	var refused []error
	var revision uint64
	for _, b := range p.buckets {
		state, found, err := p.loadBucket(ctx, b)
		if err != nil {
			err = &PersistenceError{Op: "load", Bucket: b.name, Err: err}
			if errors.Is(err, ErrLocked) || ctx.Err() != nil {
				return err // it is the same for every bucket
			}
			if p.store.cfg.Persistence.Strict || refusesOpen(err) {
				refused = append(refused, err)
				continue
			}
			b.unread = err
			p.report(err)
			continue
		}
		b.exists = found
		revision = max(revision, state.Metadata.Revision)
	}
	if len(refused) > 0 {
		return errors.Join(refused...)
	}
	p.noteUnread()
	p.store.revision = revision
	for _, b := range p.buckets {
		if b.exists {
			b.revision = revision
			b.saved.Store(revision)
		}
	}
	p.durable.Store(revision)
	return nil
}

func (p *persister) loadBucket(ctx context.Context, b *savedBucket) (state PersistedState, found bool, err error) {
	defer recoverAs(&err)
	if d, ok := p.adapter.(Describer); ok {
		if err := d.Describe(ctx, b.storageKey, b.fields); err != nil {
			return state, false, err
		}
	}
	state, found, err = p.adapter.Load(ctx, b.storageKey)
	if err == nil && found {
		b.rewrite, err = b.load(state, p.store.cfg.Persistence.Migrations)
	}
	if err == nil && b.rewrite {
		err = archive(ctx, p.adapter, b.storageKey, max(state.Metadata.SchemaVersion, 1))
	}
	return state, found, err
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
	pending, failed := p.migrated(), 0
	if pending {
		timer.Reset(debounce)
	}
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

// migrated reports whether a bucket has to be stored anew from the start.
func (p *persister) migrated() bool {
	return slices.ContainsFunc(p.buckets, func(b *savedBucket) bool { return b.rewrite })
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

// save stores every bucket that changed, or all of them, and returns the
// errors of those that are not saved.
func (p *persister) save(all bool) error {
	ctx := context.Background()
	var round round
	errs := p.create(ctx)
	if len(errs) == 0 {
		round = p.capture(all)
		for _, task := range round.whole {
			if err := p.saveWhole(ctx, task); err != nil {
				errs = append(errs, err)
			}
		}
		if err := p.saveChanges(ctx, round.parts); err != nil {
			errs = append(errs, err)
		}
	}
	err := errors.Join(errs...)
	p.setFailing(err)
	for _, err := range errs {
		p.report(err)
	}
	if err == nil {
		p.durable.Store(round.revision)
	}
	return err
}

// create stores new buckets, empty, if there is more than one bucket to save, so
// that all of them can be changed in one batch and no transaction is halved.
func (p *persister) create(ctx context.Context) (errs []error) {
	if p.changes == nil {
		return nil
	}
	for _, t := range p.newBuckets() {
		t.state.Records = func(func(PersistedRecord, error) bool) {}
		t.state.AutoincrementCounter, t.state.Metadata.Revision = 0, 0
		err := p.setAside(ctx, t.b)
		if err == nil {
			if err = p.callSave(ctx, t.b.storageKey, t.state); err != nil {
				err = &PersistenceError{Op: "save", Bucket: t.b.name, Err: err}
			}
		}
		if err != nil {
			errs = append(errs, err)
			continue
		}
		t.b.exists = true
	}
	return errs
}

// newBuckets returns the buckets that are to be saved for the first time,
// unless there is nothing else to save.
func (p *persister) newBuckets() (tasks []saveTask) {
	p.store.mu.RLock()
	defer p.store.mu.RUnlock()
	changed := 0
	for _, b := range p.buckets {
		if b.revision > b.saved.Load() || b.rewrite {
			changed++
			if !b.exists && !b.rewrite {
				tasks = append(tasks, saveTask{b: b, state: b.state()})
			}
		}
	}
	if changed < 2 {
		return nil
	}
	return tasks
}

// round is what one save has to do, captured at one revision.
type round struct {
	revision uint64
	whole    []saveTask
	parts    []saveTask
}

type saveTask struct {
	b        *savedBucket
	revision uint64
	state    PersistedState
	changes  BucketChanges
	giveBack func()
}

// capture takes note of what is to be saved. It holds a shared lock only: no
// writer runs meanwhile, and no reader looks at what it changes.
func (p *persister) capture(all bool) round {
	p.store.mu.RLock()
	defer p.store.mu.RUnlock()
	p.armed = false
	r := round{revision: p.store.revision}
	for _, b := range p.buckets {
		changed := b.revision > b.saved.Load() || b.rewrite
		switch {
		case b.unread != nil && !changed:
		case changed && b.exists && !b.rewrite && p.changes != nil:
			ch, giveBack := b.changes()
			r.parts = append(r.parts, saveTask{b: b, revision: r.revision, changes: ch, giveBack: giveBack})
		case changed || all || !b.exists && p.changes != nil && p.store.state == storeClosed:
			r.whole = append(r.whole, saveTask{b: b, revision: r.revision, state: b.state()})
			b.takeAll()
		}
	}
	return r
}

func (p *persister) saveWhole(ctx context.Context, t saveTask) error {
	b := t.b
	if err := p.setAside(ctx, b); err != nil {
		return err
	}
	if err := p.callSave(ctx, b.storageKey, t.state); err != nil {
		return &PersistenceError{Op: "save", Bucket: b.name, Err: err}
	}
	b.exists, b.rewrite = true, false
	b.saved.Store(t.revision)
	p.countSave()
	return nil
}

func (p *persister) callSave(ctx context.Context, key string, state PersistedState) (err error) {
	defer recoverAs(&err)
	return p.adapter.Save(ctx, key, state)
}

// setAside moves away what could not be loaded, so that it is not overwritten.
func (p *persister) setAside(ctx context.Context, b *savedBucket) (err error) {
	if b.unread == nil {
		return nil
	}
	q, ok := p.adapter.(Quarantiner)
	if !ok {
		return &PersistenceError{Op: "save", Bucket: b.name, Err: fmt.Errorf(
			"refused: it would replace stored data that could not be loaded, and the adapter cannot set that aside (%w)", b.unread)}
	}
	defer recoverAs(&err)
	if _, err := q.Quarantine(ctx, b.storageKey); err != nil {
		return &PersistenceError{Op: "quarantine", Bucket: b.name, Err: err}
	}
	b.unread = nil
	p.noteUnread()
	return nil
}

// saveChanges stores the changes of all buckets as one batch, so that what one
// commit changed is never stored in part.
func (p *persister) saveChanges(ctx context.Context, tasks []saveTask) error {
	if len(tasks) == 0 {
		return nil
	}
	batch := make([]BucketChanges, len(tasks))
	for i, t := range tasks {
		batch[i] = t.changes
	}
	if err := p.callSaveChanges(ctx, batch); err != nil {
		p.store.mu.Lock()
		defer p.store.mu.Unlock()
		names := ""
		for i, t := range tasks {
			t.giveBack()
			if i > 0 {
				names += ", "
			}
			names += t.b.name
		}
		return &PersistenceError{Op: "save", Bucket: names, Err: err}
	}
	for _, t := range tasks {
		t.b.saved.Store(t.revision)
		p.countSave()
	}
	return nil
}

func (p *persister) callSaveChanges(ctx context.Context, batch []BucketChanges) (err error) {
	defer recoverAs(&err)
	return p.changes.SaveChanges(ctx, batch)
}

func (p *persister) countSave() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Saves++
	p.stats.LastSave = MillisOf(time.Now())
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
