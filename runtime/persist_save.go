package noex

import (
	"context"
	"errors"
	"fmt"
)

// save stores every bucket that changed, or all of them, and returns the
// errors of those that are not saved.
func (p *persister) save(all bool) error {
	ctx := context.Background()
	var errs []error
	round := p.capture(all)
	for len(round.create) > 0 && len(errs) == 0 {
		for _, t := range round.create {
			if err := p.saveWhole(ctx, t); err != nil {
				errs = append(errs, err)
			}
		}
		if len(errs) == 0 {
			round = p.capture(all)
		}
	}
	for _, t := range round.whole {
		if err := p.saveWhole(ctx, t); err != nil {
			errs = append(errs, err)
			continue
		}
		p.noteSaved(t)
	}
	if err := p.saveChanges(ctx, round.parts); err != nil {
		errs = append(errs, err)
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

// round is what one save has to do, captured at one revision. If there is
// something to create, that comes first, and then another round: so all that one
// commit changed is in one batch.
type round struct {
	revision uint64
	create   []saveTask // new buckets, to be stored empty
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
	if r.create = p.toCreate(); len(r.create) > 0 {
		return r
	}
	for _, b := range p.buckets {
		changed := b.changed()
		switch {
		case b.unread != nil && !changed:
		case changed && b.exists && p.changes != nil:
			ch, giveBack := b.changes()
			r.parts = append(r.parts, saveTask{b: b, revision: r.revision, changes: ch, giveBack: giveBack})
		case changed || all || !b.exists && p.changes != nil && p.store.state == storeClosed:
			r.whole = append(r.whole, saveTask{b: b, revision: r.revision, state: b.state()})
			b.takeAll()
		}
	}
	return r
}

// toCreate returns the buckets that a batch needs and that storage does not have
// yet: those that changed beside others.
func (p *persister) toCreate() (tasks []saveTask) {
	if p.changes == nil {
		return nil
	}
	changed := 0
	for _, b := range p.buckets {
		if !b.changed() || !p.canSetAside(b) {
			continue
		}
		changed++
		if !b.exists {
			t := saveTask{b: b, state: b.state()}
			t.state.Records = func(func(PersistedRecord, error) bool) {}
			t.state.AutoincrementCounter, t.state.Metadata.Revision = 0, 0
			tasks = append(tasks, t)
		}
	}
	if changed < 2 {
		return nil
	}
	return tasks
}

// changed reports whether a bucket has changes that are not saved. It needs the
// lock.
func (b *savedBucket) changed() bool { return b.revision > b.saved.Load() }

// canSetAside reports whether a bucket may be saved: what could not be read is
// not in the way, or can be moved out of it.
func (p *persister) canSetAside(b *savedBucket) bool {
	_, ok := p.adapter.(Quarantiner)
	return ok || b.unread == nil
}

// saveWhole stores a whole bucket.
func (p *persister) saveWhole(ctx context.Context, t saveTask) error {
	b := t.b
	if err := p.setAside(ctx, b); err != nil {
		return err
	}
	if err := p.callSave(ctx, b.storageKey, t.state); err != nil {
		return &PersistenceError{Op: "save", Bucket: b.name, Err: err}
	}
	b.exists = true
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
		p.noteSaved(t)
	}
	return nil
}

func (p *persister) callSaveChanges(ctx context.Context, batch []BucketChanges) (err error) {
	defer recoverAs(&err)
	return p.changes.SaveChanges(ctx, batch)
}

func (p *persister) noteSaved(t saveTask) {
	t.b.saved.Store(t.revision)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stats.Saves++
	p.stats.LastSave = p.store.clock.now()
}
