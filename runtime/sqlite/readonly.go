package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// Reader reads a database as it was when it was opened: all buckets in one
// transaction, without changing anything and without the lock of an adapter,
// which may go on writing meanwhile. It is safe for concurrent use.
type Reader struct {
	*opened
	conn *sql.Conn // in a transaction
	idle *idle     // nil: SQLite keeps the transaction
}

// OpenReadOnly opens a database file, which has to exist, for reading. Errors
// are those of [Open]. The caller has to Close the reader soon: as long as it is
// open, what an owner writes stays in the WAL.
func OpenReadOnly(ctx context.Context, path string) (*Reader, error) {
	if _, err := os.Stat(path); err != nil {
		return nil, err
	}
	path, _, err := realPath(path)
	if err != nil {
		return nil, err
	}
	r := &Reader{opened: &opened{name: path}}
	params := "?mode=ro&_busy_timeout=5000&_query_only=true"
	if r.idle, err = lookIdle(path); err != nil {
		return nil, err
	}
	if r.idle != nil {
		params += "&immutable=1"
	}
	if r.db, err = sql.Open("sqlite3", dsn(path)+params); err != nil {
		return nil, err
	}
	if err := r.wrap(r.begin(ctx)); err != nil {
		return nil, errors.Join(err, r.Close())
	}
	return r, nil
}

// begin begins the transaction, whose first query fixes what it sees.
func (r *Reader) begin(ctx context.Context) (err error) {
	if r.conn, err = r.db.Conn(ctx); err != nil {
		return err
	}
	if _, err := r.conn.ExecContext(ctx, `BEGIN`); err != nil {
		return err
	}
	return r.recognise(ctx, r.conn)
}

// recognise checks that a database is one of ours.
func (o *opened) recognise(ctx context.Context, q queryer) error {
	var version, tables int
	err := q.QueryRowContext(ctx, `SELECT user_version, (SELECT count(*) FROM sqlite_schema WHERE name = 'noex_buckets') FROM pragma_user_version`).
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
func (r *Reader) Keys(ctx context.Context) ([]string, error) {
	keys, err := findKeys(ctx, r.conn)
	return keys, r.certain(err)
}

// Load reads a bucket as [Adapter.Load] does.
func (r *Reader) Load(ctx context.Context, key string) (state noex.PersistedState, ok bool, err error) {
	b, ok, err := find(ctx, r.conn, key)
	if err = r.certain(err); err != nil || !ok {
		return noex.PersistedState{}, false, err
	}
	return noex.PersistedState{
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			enough := false
			err := r.readOn(ctx, r.conn, key, b, func(rec noex.PersistedRecord, err error) bool {
				enough = !yield(rec, err)
				return !enough
			})
			if err = r.certain(err); err != nil && !enough {
				yield(noex.PersistedRecord{}, err)
			}
		},
		AutoincrementCounter: b.counter,
		Metadata:             b.metadata,
	}, true, nil
}

// Check reads all pages and indexes. What SQLite finds is a
// *noex.CorruptError. The records have checksums of their own, which Load
// verifies.
func (r *Reader) Check(ctx context.Context) error {
	const most = 10 // problems
	rows, err := r.conn.QueryContext(ctx, fmt.Sprintf(`PRAGMA integrity_check(%d)`, most))
	if err != nil {
		return r.certain(err)
	}
	defer rows.Close()
	var problems []string
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return r.certain(err)
		}
		if text != "ok" {
			problems = append(problems, strings.TrimSpace(text))
		}
	}
	err = rows.Err()
	if err == nil && len(problems) > 0 {
		err = &noex.CorruptError{Path: r.name, Err: errors.New(strings.Join(problems, "; "))}
	}
	return r.certain(err)
}

// Close closes the database. What was loaded can then not be read any more.
func (r *Reader) Close() error {
	var err error
	if r.conn != nil {
		err = r.conn.Close()
	}
	return errors.Join(err, r.db.Close())
}

// certain passes on an error of a read, or says that nobody knows what was read.
func (r *Reader) certain(err error) error {
	if r.idle != nil && !r.idle.still() {
		return fmt.Errorf("%s was opened by a program while it was read; try again", r.name)
	}
	return r.wrap(err)
}

// idle is a database in WAL mode that nobody has open. To read it in a
// transaction, SQLite would make a WAL beside it and leave it there; so it is
// read as a file that does not change, and that is checked.
type idle struct {
	path    string
	size    int64
	written time.Time
}

// lookIdle returns nil for a database that is open, or in another mode, in
// which SQLite makes no files to read it.
func lookIdle(path string) (*idle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	const walMode = "\x02\x02" // versions of the format, to write and to read
	version := make([]byte, 2)
	if _, err := f.ReadAt(version, 18); err != nil || string(version) != walMode {
		return nil, nil // too short for a database, which SQLite will say
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	i := &idle{path, info.Size(), info.ModTime()}
	if !i.still() {
		return nil, nil
	}
	return i, nil
}

// still reports whether nobody has opened the database since.
func (i *idle) still() bool {
	if _, err := os.Lstat(i.path + "-wal"); !errors.Is(err, os.ErrNotExist) {
		return false
	}
	info, err := os.Stat(i.path)
	return err == nil && info.Size() == i.size && info.ModTime().Equal(i.written)
}
