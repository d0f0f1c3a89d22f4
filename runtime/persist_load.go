package noex

import (
	"context"
	"errors"
)

// load fills the buckets. It returns an error if one of them must not start
// empty, or was migrated and cannot be stored; the others are reported.
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
	var migrated []migratedBucket
	var revision uint64
	for _, b := range p.buckets {
		state, found, migrates, err := p.loadBucket(ctx, b)
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
		if migrates {
			migrated = append(migrated, migratedBucket{b, state.Metadata})
		}
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
	for _, m := range migrated {
		if err := p.storeMigrated(ctx, m); err != nil {
			return &PersistenceError{Op: "migrate", Bucket: m.name, Err: err}
		}
	}
	return nil
}

// migratedBucket is a bucket whose records were migrated, and the metadata of
// its stored state.
type migratedBucket struct {
	*savedBucket
	before Metadata
}

// storeMigrated keeps the state before a migration and stores the one after it,
// before there are other changes: from then on the bucket can be in one batch
// with others.
func (p *persister) storeMigrated(ctx context.Context, m migratedBucket) (err error) {
	defer recoverAs(&err)
	if err := archive(ctx, p.adapter, m.storageKey, m.before); err != nil {
		return err
	}
	return p.adapter.Save(ctx, m.storageKey, m.state())
}

func (p *persister) loadBucket(ctx context.Context, b *savedBucket) (state PersistedState, found, migrated bool, err error) {
	defer recoverAs(&err)
	if d, ok := p.adapter.(Describer); ok {
		if err := d.Describe(ctx, b.storageKey, b.fields); err != nil {
			return state, false, false, err
		}
	}
	state, found, err = p.adapter.Load(ctx, b.storageKey)
	if err == nil && found {
		migrated, err = b.load(state, p.store.cfg.Persistence.Migrations)
	}
	return state, found, migrated, err
}
