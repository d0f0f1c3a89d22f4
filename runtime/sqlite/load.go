package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"

	noex "github.com/noexgen/noexgen/runtime"
)

// Load reads the row of a bucket; its records are read as they are asked for,
// until ctx is over. An unknown key is no error and false. A damaged database
// or record is a *noex.CorruptError.
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
		return nil
	})
	return state, ok, err
}

// records yields the records of a bucket. It ends with an error if the adapter
// is closed meanwhile.
func (o *opened) records(ctx context.Context, key string, b bucket) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		rows, err := o.db.QueryContext(ctx, `SELECT key, record, crc FROM `+b.table()+` ORDER BY pos`)
		if err != nil {
			yield(noex.PersistedRecord{}, o.wrap(err))
			return
		}
		defer rows.Close()
		var (
			k, record sql.RawBytes
			crc       sql.NullInt64
			room      arena
			check     checker
		)
		for rows.Next() {
			if err = rows.Scan(&k, &record, &crc); err != nil {
				break
			}
			if crc.Valid && crc.Int64 != sum(k, record) {
				err = fmt.Errorf("its crc is %d, not %d; if the row was changed by hand, set it to NULL", sum(k, record), crc.Int64)
			} else if !crc.Valid {
				err = check.check(k, record)
			}
			if err != nil {
				err = &noex.CorruptError{Path: o.name, Err: fmt.Errorf("bucket %s, table %s, key %s: %w", key, b.table(), k, err)}
				break
			}
			if !yield(noex.PersistedRecord{Key: room.copy(k), Value: room.copy(record)}, nil) {
				return
			}
		}
		if err == nil {
			err = rows.Err()
		}
		if err != nil {
			yield(noex.PersistedRecord{}, o.wrap(err))
		}
	}
}

// arena copies small slices into large ones, to spare the collector.
type arena struct{ free []byte }

func (a *arena) copy(b []byte) []byte {
	const chunk = 64 << 10
	if len(b) > cap(a.free)-len(a.free) {
		a.free = make([]byte, 0, max(chunk, len(b)))
	}
	from := len(a.free)
	a.free = append(a.free, b...)
	return a.free[from:len(a.free):len(a.free)]
}
