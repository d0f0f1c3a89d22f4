package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"

	noex "github.com/noexgen/noexgen/runtime"
)

// Reader reads a database without changing anything in it, and without its
// lock: while an adapter, of any process, goes on writing. It is safe for
// concurrent use.
type Reader struct{ adapter *Adapter }

// OpenReadOnly opens a database file, which has to exist, for reading. Errors
// are those of [Open].
func OpenReadOnly(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite3", dsn(path)+"?mode=ro&_busy_timeout=5000&_query_only=true")
	if err != nil {
		return nil, err
	}
	o := &opened{db: db, name: path}
	if err := o.wrap(o.recognise(ctx)); err != nil {
		db.Close()
		return nil, err
	}
	return &Reader{&Adapter{path: path, opened: o}}, nil
}

// recognise checks that a database is one of ours.
func (o *opened) recognise(ctx context.Context) error {
	var version, tables int
	err := o.db.QueryRowContext(ctx, `SELECT user_version, (SELECT count(*) FROM sqlite_schema WHERE name = 'noex_buckets') FROM pragma_user_version`).
		Scan(&version, &tables)
	switch {
	case err != nil:
		return err
	case tables == 0:
		return fmt.Errorf("%s has no table noex_buckets: no store was saved there", o.name)
	case version > layoutVersion:
		return fmt.Errorf("%s has version %d; this program knows up to %d", o.name, version, layoutVersion)
	}
	return nil
}

// Keys returns the keys that are stored, sorted.
func (r *Reader) Keys(ctx context.Context) ([]string, error) { return r.adapter.Keys(ctx) }

// Load reads a bucket as [Adapter.Load] does.
func (r *Reader) Load(ctx context.Context, key string) (noex.PersistedState, bool, error) {
	return r.adapter.Load(ctx, key)
}

// Close closes the database. What was loaded can then not be read any more.
func (r *Reader) Close() error { return r.adapter.db.Close() }
