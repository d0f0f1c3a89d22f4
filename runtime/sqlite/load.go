package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"iter"
	"math"

	noex "github.com/noexgen/noexgen/runtime"
)

// Load reads the row of a bucket; its records are read as they are asked for,
// until ctx is over. They can be split if the database may have more than one
// connection. An unknown key is no error and false. A damaged database
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
			Records:              a.records(ctx, a.db, key, b, math.MinInt64, math.MaxInt64),
			AutoincrementCounter: b.counter,
			Metadata:             b.metadata,
		}
		connections := a.db.Stats().MaxOpenConnections
		if connections == 1 {
			return nil
		}
		var first, last sql.NullInt64
		if err := c.QueryRowContext(ctx, `SELECT min(pos), max(pos) FROM `+b.table()).Scan(&first, &last); err != nil {
			return err
		}
		state.Split = func(n int) []iter.Seq2[noex.PersistedRecord, error] {
			if connections > 0 {
				n = min(n, connections)
			}
			return a.parts(ctx, key, b, first.Int64, last.Int64, n)
		}
		return nil
	})
	return state, ok, err
}

// parts are the records of a bucket, cut at positions that divide those from
// first to last evenly.
func (o *opened) parts(ctx context.Context, key string, b bucket, first, last int64, n int) (parts []iter.Seq2[noex.PersistedRecord, error]) {
	step := max((last-first)/int64(max(n, 1)), 1)
	from := int64(math.MinInt64)
	for range n - 1 {
		if first > last-step {
			break
		}
		first += step
		parts = append(parts, o.records(ctx, o.db, key, b, from, first-1))
		from = first
	}
	return append(parts, o.records(ctx, o.db, key, b, from, math.MaxInt64))
}

// records yields the records of a bucket with positions from first to last. It
// ends with an error if the adapter is closed meanwhile.
func (o *opened) records(ctx context.Context, q queryer, key string, b bucket, first, last int64) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		rows, err := q.QueryContext(ctx, `SELECT key, record, crc FROM `+b.table()+` WHERE pos BETWEEN ? AND ? ORDER BY pos`, first, last)
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
