package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"strings"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// rowsPerInsert is how many records one statement of a full save inserts.
const rowsPerInsert = 100

// Save replaces the table of a bucket, in one transaction. When it returns, the
// state is on the disk; after an error the old one is, or, if the commit failed
// and the process ends before the next save, perhaps the new one. Errors are those of
// state.Records, of ctx and of the database; a key or record that is not JSON
// is one, and a key that comes twice.
func (a *Adapter) Save(ctx context.Context, key string, state noex.PersistedState) error {
	return a.tx(ctx, func(c *sql.Conn) error {
		b, ok, err := find(ctx, c, key)
		if err != nil {
			return err
		}
		if ok {
			_, err = c.ExecContext(ctx, `DROP TABLE `+b.table())
		} else {
			b, err = create(ctx, c, key)
		}
		if err != nil {
			return err
		}
		if err := b.fill(ctx, c, state); err != nil {
			return fmt.Errorf("save %s: %w", key, err)
		}
		if err := b.update(ctx, c, state.AutoincrementCounter, state.Metadata); err != nil {
			return err
		}
		return a.setView(ctx, c, key, b)
	})
}

// create makes the row of a new bucket.
func create(ctx context.Context, c *sql.Conn, key string) (bucket, error) {
	var b bucket
	err := c.QueryRowContext(ctx, `INSERT INTO noex_buckets (key, layout, counter, metadata) VALUES (?, ?, 0, '{}') RETURNING id`, key, layoutVersion).
		Scan(&b.id)
	return b, err
}

// update sets the counter and the metadata of a bucket.
func (b bucket) update(ctx context.Context, c *sql.Conn, counter int64, metadata noex.Metadata) error {
	text, err := json.Marshal(metadata)
	if err != nil {
		return err
	}
	_, err = c.ExecContext(ctx, `UPDATE noex_buckets SET counter = ?, metadata = ? WHERE id = ?`, counter, string(text), b.id)
	return err
}

// fill makes the table of a bucket and its records. The index on the keys comes
// last, because sorting them once costs less than finding a place for each.
func (b bucket) fill(ctx context.Context, c *sql.Conn, state noex.PersistedState) error {
	table := b.table()
	if _, err := c.ExecContext(ctx, `CREATE TABLE `+table+` (pos INTEGER PRIMARY KEY, key TEXT NOT NULL, record TEXT NOT NULL, crc INTEGER) STRICT`); err != nil {
		return err
	}
	const values = `(?, ?, ?)`
	insert := `INSERT OR ROLLBACK INTO ` + table + ` (key, record, crc) VALUES ` + values
	many, err := c.PrepareContext(ctx, insert+strings.Repeat(`, `+values, rowsPerInsert-1))
	if err != nil {
		return err
	}
	defer many.Close()
	var ch checker
	args := make([]any, 0, 3*rowsPerInsert)
	for r, err := range state.Records {
		if err == nil {
			err = ch.check(r.Key, r.Value)
		}
		if err != nil {
			return err
		}
		args = append(args, string(r.Key), string(r.Value), sum(r.Key, r.Value))
		if len(args) == cap(args) {
			if _, err := many.ExecContext(ctx, args...); err != nil {
				return err
			}
			args = args[:0]
		}
	}
	if n := len(args) / 3; n > 0 {
		if _, err := c.ExecContext(ctx, insert+strings.Repeat(`, `+values, n-1), args...); err != nil {
			return err
		}
	}
	_, err = c.ExecContext(ctx, `CREATE UNIQUE INDEX `+table+`_key ON `+table+` (key)`)
	return err
}

// SaveChanges applies the changes of all buckets in one transaction. When it
// returns, they are on the disk; after an error none is, or, as for Save, perhaps
// all. A bucket that was never saved is an error.
func (a *Adapter) SaveChanges(ctx context.Context, changes []noex.BucketChanges) error {
	if len(changes) == 0 {
		return nil
	}
	return a.tx(ctx, func(c *sql.Conn) error {
		for _, ch := range changes {
			b, err := existing(ctx, c, ch.Key)
			if err != nil {
				return err
			}
			if err := b.apply(ctx, c, ch); err != nil {
				return fmt.Errorf("save changes of %s: %w", ch.Key, err)
			}
			if err := b.update(ctx, c, ch.AutoincrementCounter, ch.Metadata); err != nil {
				return err
			}
		}
		return nil
	})
}

// apply changes the records of a bucket. An update of a record that is not
// there inserts it: what the store has in memory is the truth.
func (b bucket) apply(ctx context.Context, c *sql.Conn, changes noex.BucketChanges) error {
	texts := map[noex.EventType]string{
		noex.Inserted: `INSERT OR REPLACE INTO ` + b.table() + ` (key, record, crc) VALUES (?, ?, ?)`, // takes a new pos
		noex.Updated: `INSERT INTO ` + b.table() + ` (key, record, crc) VALUES (?, ?, ?)
			ON CONFLICT (key) DO UPDATE SET record = excluded.record, crc = excluded.crc`,
		noex.Deleted: `DELETE FROM ` + b.table() + ` WHERE key = ?`,
	}
	stmts := map[noex.EventType]*sql.Stmt{}
	defer func() {
		for _, s := range stmts {
			s.Close()
		}
	}()
	var check checker
	for ch, err := range changes.Changes {
		if err != nil {
			return err
		}
		args := []any{string(ch.Key)}
		if ch.Type != noex.Deleted {
			if err := check.check(ch.Key, ch.Value); err != nil {
				return err
			}
			args = append(args, string(ch.Value), sum(ch.Key, ch.Value))
		}
		stmt := stmts[ch.Type]
		if stmt == nil {
			text, ok := texts[ch.Type]
			if !ok {
				return fmt.Errorf("record %s: a change cannot be of type %s", ch.Key, ch.Type)
			}
			if stmt, err = c.PrepareContext(ctx, text); err != nil {
				return err
			}
			stmts[ch.Type] = stmt
		}
		if _, err := stmt.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// checker refuses what the views and the next load could not read.
type checker struct{ d codec.Decoder }

func (c *checker) check(key, value []byte) error {
	if kind, err := c.d.Check(key); err != nil {
		return fmt.Errorf("key %s: %w", key, err)
	} else if kind != codec.KindString && kind != codec.KindNumber {
		return fmt.Errorf("key %s is neither a string nor a number", key)
	}
	if kind, err := c.d.Check(value); err != nil {
		return fmt.Errorf("record %s: %w", key, err)
	} else if kind != codec.KindObject {
		return fmt.Errorf("record %s is not a JSON object", key)
	}
	return nil
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// sum is the value of the column crc.
func sum(key, record []byte) int64 {
	crc := crc32.Update(0, castagnoli, key)
	crc = crc32.Update(crc, castagnoli, []byte{0})
	return int64(crc32.Update(crc, castagnoli, record))
}
