package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"

	noex "github.com/noexgen/noexgen/runtime"
)

// Load reads the row of a bucket; its records are read as they are asked for,
// until ctx is over, or at once if the database may have one connection only. An
// unknown key is no error and false. A damaged database or record is a
// *noex.CorruptError.
func (a *Adapter) Load(ctx context.Context, key string) (state noex.PersistedState, ok bool, err error) {
	err = a.use(ctx, func() error {
		c, err := a.db.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		var b bucket
		if b, ok, err = find(ctx, c, key); err != nil || !ok {
			return err
		}
		state = noex.PersistedState{
			Records:              a.records(ctx, key, b),
			AutoincrementCounter: b.counter,
			Metadata:             b.metadata,
		}
		if a.db.Stats().MaxOpenConnections == 1 { // whoever reads the records may need that one
			c.Close()
			state.Records, err = inMemory(state.Records)
		}
		return err
	})
	return state, ok, err
}

// inMemory reads records at once.
func inMemory(records iter.Seq2[noex.PersistedRecord, error]) (iter.Seq2[noex.PersistedRecord, error], error) {
	var all []noex.PersistedRecord
	for r, err := range records {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return func(yield func(noex.PersistedRecord, error) bool) {
		for _, r := range all {
			if !yield(r, nil) {
				return
			}
		}
	}, nil
}

// records yields the records of a bucket, in one read transaction. It ends with an
// error if the adapter is closed meanwhile.
func (o *opened) records(ctx context.Context, key string, b bucket) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		if err := o.read(ctx, key, b, yield); err != nil {
			yield(noex.PersistedRecord{}, o.wrap(err))
		}
	}
}

func (o *opened) read(ctx context.Context, key string, b bucket, yield func(noex.PersistedRecord, error) bool) error {
	c, err := o.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := c.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	defer o.rollback(context.WithoutCancel(ctx), c)
	return o.readOn(ctx, c, key, b, yield)
}

// readOn is read on a connection that is in a transaction.
func (o *opened) readOn(ctx context.Context, c *sql.Conn, key string, b bucket, yield func(noex.PersistedRecord, error) bool) error {
	var next sql.NullInt64
	err := c.QueryRowContext(ctx, `SELECT min(pos) FROM `+b.table()).Scan(&next)
	if err != nil || !next.Valid {
		return err
	}
	read, err := c.PrepareContext(ctx, blockText(b.table()))
	if err != nil {
		return err
	}
	defer read.Close()
	skip, err := c.PrepareContext(ctx, `SELECT min(pos) FROM `+b.table()+` WHERE pos >= ?`)
	if err != nil {
		return err
	}
	defer skip.Close()
	for block := (block{span: 1}); ; {
		err := block.read(read.QueryRowContext(ctx, next.Int64, next.Int64+block.span))
		if err == nil {
			err = block.check()
		}
		switch {
		case err != nil && block.span > 1 && ctx.Err() == nil: // too large together, or one of them is damaged
			block.span = 1
			continue
		case err != nil:
			if row, ok := errors.AsType[*rowError](err); ok {
				err = &noex.CorruptError{Path: o.name, Err: fmt.Errorf("bucket %s, table %s, %w", key, b.table(), row)}
			}
			return err
		}
		for _, r := range block.rows {
			if !yield(r, nil) {
				return nil
			}
		}
		next.Int64 += block.span
		if len(block.rows) > 0 {
			block.grow()
			continue
		}
		err = skip.QueryRowContext(ctx, next.Int64).Scan(&next)
		if err != nil || !next.Valid {
			return err
		}
	}
}
