package sqlite

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Adapter stores buckets in a SQLite database. It is a [noex.ChangeAdapter],
// [noex.Quarantiner], [noex.Lister], [noex.Deleter] and io.Closer.
//
// It is safe for concurrent use; writes take turns. After Close the next use
// opens and locks the database again.
type Adapter struct {
	path  string  // what Open was given
	given *sql.DB // what New was given, or nil
	fs    vfs.FS  // where the database is

	// session is held for reading by every operation, for writing by what
	// opens and closes.
	session sync.RWMutex
	*opened // nil: not open

	write sync.Mutex // held by a transaction, so that none has to wait for SQLite's

	mu        sync.Mutex // guards described
	described map[string][]noex.FieldInfo
}

// opened is what an adapter has while it is open.
type opened struct {
	db   *sql.DB
	fs   vfs.FS
	name string    // of the database, for errors
	lock io.Closer // nil for a database without a file
	// unsure is set while the WAL may have parts that are on no disk; see
	// rescueWAL. It belongs to the transaction that is under way.
	unsure bool
}

// bucket is a row of noex_buckets.
type bucket struct {
	id       int64
	counter  int64
	metadata noex.Metadata
	view     sql.NullString
}

// table is the name of the table with the records.
func (b bucket) table() string { return fmt.Sprintf("noex_records_%d", b.id) }

// Keys returns the keys of all buckets that are not quarantined, sorted.
func (a *Adapter) Keys(ctx context.Context) ([]string, error) {
	var keys []string
	err := a.use(ctx, func() (err error) {
		keys, err = findKeys(ctx, a.db)
		return err
	})
	return keys, err
}

// Quarantine takes the table of a bucket out of use, as it is, and returns its
// name. The row of the bucket in noex_buckets stays with the table, with the
// time in the column "quarantined".
func (a *Adapter) Quarantine(ctx context.Context, key string) (name string, err error) {
	err = a.tx(ctx, func(c *sql.Conn) error {
		b, err := existing(ctx, c, key)
		if err != nil {
			return err
		}
		if err := dropView(ctx, c, b); err != nil {
			return err
		}
		name = b.table()
		_, err = c.ExecContext(ctx, `UPDATE noex_buckets SET quarantined = ?, view = NULL WHERE id = ?`,
			time.Now().UTC().Format(time.RFC3339Nano), b.id)
		return err
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

// Delete drops the table and the view of a bucket. An unknown key is no error.
func (a *Adapter) Delete(ctx context.Context, key string) error {
	return a.tx(ctx, func(c *sql.Conn) error {
		b, ok, err := find(ctx, c, key)
		if err != nil || !ok {
			return err
		}
		if err := dropView(ctx, c, b); err != nil {
			return err
		}
		if _, err := c.ExecContext(ctx, `DROP TABLE `+b.table()); err != nil {
			return err
		}
		_, err = c.ExecContext(ctx, `DELETE FROM noex_buckets WHERE id = ?`, b.id)
		return err
	})
}

// Close waits for the calls that are under way, moves what is in the WAL into
// the database file and gives back the lock. It closes the database unless that
// was given to New. Closing twice is no error.
func (a *Adapter) Close() error {
	a.session.Lock()
	defer a.session.Unlock()
	if a.opened == nil {
		return nil
	}
	o := a.opened
	a.opened = nil
	// PASSIVE waits for nobody: what a reader still needs of the WAL stays there,
	// and is moved by whoever closes the database last.
	_, err := o.db.Exec(`PRAGMA wal_checkpoint(PASSIVE)`)
	return errors.Join(o.wrap(err), o.close(a.given == nil))
}

func (o *opened) close(db bool) error {
	var errs [2]error
	if db {
		errs[0] = o.db.Close()
	}
	if o.lock != nil {
		errs[1] = o.lock.Close()
	}
	return errors.Join(errs[:]...)
}

// use calls f while the adapter is open.
func (a *Adapter) use(ctx context.Context, f func() error) error {
	for {
		a.session.RLock()
		if a.opened != nil {
			defer a.session.RUnlock()
			return a.wrap(f())
		}
		a.session.RUnlock()
		if err := a.open(ctx); err != nil {
			return err
		}
	}
}

// tx calls f in a transaction on a connection of its own. The commit is not
// interrupted by ctx, so that its outcome is known.
func (a *Adapter) tx(ctx context.Context, f func(*sql.Conn) error) error {
	return a.use(ctx, func() error {
		a.write.Lock()
		defer a.write.Unlock()
		c, err := a.db.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close()
		return a.transact(ctx, c, f)
	})
}

// queryer is a database, or one connection to it.
type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// findKeys reads the keys of all buckets that are not quarantined, sorted.
func findKeys(ctx context.Context, q queryer) (keys []string, err error) {
	rows, err := q.QueryContext(ctx, `SELECT key FROM noex_buckets WHERE quarantined IS NULL ORDER BY CAST(key AS BLOB)`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		if err := rows.Scan(&key); err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, rows.Err()
}

// transact calls f in a transaction on c.
func (o *opened) transact(ctx context.Context, c *sql.Conn, f func(*sql.Conn) error) error {
	if err := o.begin(ctx, c); err != nil {
		return err
	}
	err := f(c)
	if err == nil {
		err = ctx.Err()
	}
	certain := context.WithoutCancel(ctx)
	if err == nil {
		_, err = c.ExecContext(certain, `COMMIT`)
		o.unsure = err != nil
	}
	if err != nil {
		o.rollback(certain, c)
	}
	return err
}

// rollback ends a transaction that has failed. SQLite may have done so by
// itself; the connection is kept, if it can be, because what SQLite knows of the
// WAL while one is open does not include what failed.
func (o *opened) rollback(ctx context.Context, c *sql.Conn) {
	if _, err := c.ExecContext(ctx, `ROLLBACK`); err == nil {
		return
	}
	if _, err := c.ExecContext(ctx, `BEGIN; ROLLBACK`); err != nil {
		c.Raw(func(any) error { return driver.ErrBadConn }) // which closes it
	}
}

// find reads the row of a bucket.
func find(ctx context.Context, q queryer, key string) (b bucket, ok bool, err error) {
	var layout int
	var metadata []byte
	err = q.QueryRowContext(ctx, `SELECT id, layout, counter, metadata, view FROM noex_buckets WHERE key = ? AND quarantined IS NULL`, key).
		Scan(&b.id, &layout, &b.counter, &metadata, &b.view)
	if errors.Is(err, sql.ErrNoRows) {
		return bucket{}, false, nil
	}
	if err != nil {
		return bucket{}, false, err
	}
	if layout != layoutVersion {
		return bucket{}, false, fmt.Errorf("bucket %s is stored in layout %d; this program knows layout %d only", key, layout, layoutVersion)
	}
	if err := json.Unmarshal(metadata, &b.metadata); err != nil {
		return bucket{}, false, &noex.CorruptError{Path: key, Err: fmt.Errorf("metadata: %w", err)}
	}
	return b, true, nil
}

// existing is find for a bucket that must be there.
func existing(ctx context.Context, c *sql.Conn, key string) (bucket, error) {
	b, ok, err := find(ctx, c, key)
	if err == nil && !ok {
		err = fmt.Errorf("bucket %s is not stored", key)
	}
	return b, err
}
