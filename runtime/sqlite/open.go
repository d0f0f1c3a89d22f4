package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3" // registers the driver "sqlite3"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

const (
	// applicationID marks a database of ours: "noex".
	applicationID = 0x6e6f6578
	// layoutVersion is the version of the tables, and the user_version.
	layoutVersion = 1
)

const schema = `
CREATE TABLE IF NOT EXISTS noex_buckets (
	id          INTEGER PRIMARY KEY AUTOINCREMENT,
	key         TEXT NOT NULL,
	layout      INTEGER NOT NULL,
	counter     INTEGER NOT NULL,
	metadata    TEXT NOT NULL,
	view        TEXT,
	quarantined TEXT
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS noex_buckets_key ON noex_buckets (key) WHERE quarantined IS NULL;`

// Open opens the database file, made with its directory if need be and then
// readable by its owner only, and locks it. Errors: *noex.LockedError if
// another adapter has it; *noex.CorruptError if the file is no database; or
// that it belongs to another program or a newer version. The file is then left
// as it is.
func Open(path string) (*Adapter, error) {
	if path == "" || strings.HasPrefix(path, ":memory:") {
		return nil, errors.New("sqlite.Open: a file is needed; package memory keeps data in memory")
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	a := &Adapter{path: path, fs: vfs.OS{}}
	if err := a.open(context.Background()); err != nil {
		return nil, err
	}
	return a, nil
}

// New uses a database that the caller has opened, with any driver, and closes.
// The tables of the adapter, whose names begin with noex_, may lie beside the
// caller's. Errors are those of Open, and that the database cannot be made
// durable. A database in memory must have one connection only.
func New(db *sql.DB) (*Adapter, error) { return newAdapter(vfs.OS{}, db) }

func newAdapter(fsys vfs.FS, db *sql.DB) (*Adapter, error) {
	a := &Adapter{given: db, fs: fsys}
	if err := a.open(context.Background()); err != nil {
		return nil, err
	}
	return a, nil
}

// open opens and locks the database, and checks and prepares it.
func (a *Adapter) open(ctx context.Context) error {
	a.session.Lock()
	defer a.session.Unlock()
	if a.opened != nil {
		return nil
	}
	o := &opened{db: a.given, fs: a.fs, unsure: true}
	var err error
	if a.given == nil {
		err = o.openFile(a.path)
	} else {
		err = o.lockGiven(ctx)
	}
	if err == nil {
		err = o.wrap(o.prepare(ctx, a.given == nil))
	}
	if err != nil {
		return errors.Join(err, o.close(a.given == nil && o.db != nil))
	}
	a.opened = o
	return nil
}

// openFile locks a database file and opens it.
func (o *opened) openFile(path string) error {
	dir := filepath.Dir(path)
	if err := o.fs.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	path, exists, err := realPath(path)
	if err != nil {
		return err
	}
	if err := o.takeLock(path); err != nil {
		return err
	}
	if !exists {
		f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return err
		}
		if err := errors.Join(f.Close(), o.fs.SyncDir(filepath.Dir(path))); err != nil {
			return err
		}
	}
	o.db, err = sql.Open("sqlite3", dsn(path)+"?_busy_timeout=5000&_synchronous=FULL")
	return err
}

// dsn is the name of a file for the driver, to which parameters are added.
func dsn(path string) string {
	return (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath()}).String()
}

// realPath follows symbolic links, so that a database has one lock whatever it
// is called.
func realPath(path string) (real string, exists bool, err error) {
	real, err = filepath.EvalSymlinks(path)
	if err == nil {
		return real, true, nil
	}
	if _, e := os.Lstat(path); !errors.Is(e, fs.ErrNotExist) {
		return "", false, err
	}
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	return filepath.Join(dir, filepath.Base(path)), false, err
}

func (o *opened) takeLock(path string) error {
	o.name = path
	lock, err := o.fs.Lock(path + ".lock")
	if held, ok := errors.AsType[*vfs.HeldError](err); ok {
		return &noex.LockedError{Path: path, PID: held.PID}
	}
	o.lock = lock
	return err
}

// lockGiven locks the file of a database that is open.
func (o *opened) lockGiven(ctx context.Context) error {
	o.name = "the database"
	var file sql.NullString
	err := o.db.QueryRowContext(ctx, `SELECT file FROM pragma_database_list WHERE name = 'main'`).Scan(&file)
	if err != nil || file.String == "" {
		return o.wrap(err)
	}
	path, _, err := realPath(file.String)
	if err != nil {
		return err
	}
	return o.takeLock(path)
}

// prepare checks whose database it is, and makes the tables.
func (o *opened) prepare(ctx context.Context, own bool) error {
	c, err := o.db.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	var application, version, objects int
	err = c.QueryRowContext(ctx, `SELECT application_id, user_version, (SELECT count(*) FROM sqlite_schema) FROM pragma_application_id, pragma_user_version`).
		Scan(&application, &version, &objects)
	switch {
	case err != nil:
		return err
	case application == applicationID && version > layoutVersion:
		return fmt.Errorf("%s has version %d; this program knows up to %d", o.name, version, layoutVersion)
	case own && application != applicationID && application != 0:
		return fmt.Errorf("%s belongs to another program (application id %d)", o.name, application)
	}
	if err := o.setJournal(ctx, c); err != nil {
		return err
	}
	return o.transact(ctx, c, func(c *sql.Conn) error {
		statements := schema
		if own && objects == 0 {
			statements += fmt.Sprintf(`PRAGMA application_id = %d; PRAGMA user_version = %d;`, applicationID, layoutVersion)
		}
		_, err := c.ExecContext(ctx, statements)
		return err
	})
}

// setJournal puts the database into WAL mode. Where that is not to be had, a
// mode that is as durable will do, and any in a database without a file.
func (o *opened) setJournal(ctx context.Context, c *sql.Conn) error {
	var mode string
	if err := c.QueryRowContext(ctx, `PRAGMA journal_mode = WAL`).Scan(&mode); err != nil {
		return err
	}
	if (mode == "off" || mode == "memory") && o.lock != nil {
		return fmt.Errorf("%s: journal_mode is %q and cannot be set to WAL", o.name, mode)
	}
	return nil
}

// makeDurable sees to it that a transaction on c is on the disk when it is
// committed, and that it waits for another to end.
func makeDurable(ctx context.Context, c *sql.Conn) error {
	const full = 2
	var synchronous, timeout int
	read := func() error {
		return c.QueryRowContext(ctx, `SELECT synchronous, timeout FROM pragma_synchronous, pragma_busy_timeout`).Scan(&synchronous, &timeout)
	}
	if err := read(); err != nil || synchronous >= full && timeout > 0 {
		return err
	}
	if _, err := c.ExecContext(ctx, `PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000`); err != nil {
		return err
	}
	if err := read(); err != nil {
		return err
	}
	if synchronous < full {
		return fmt.Errorf("synchronous is %d and cannot be set to FULL", synchronous)
	}
	return nil
}

// wrap makes a *noex.CorruptError of an error by which SQLite says that a file
// is damaged or no database.
func (o *opened) wrap(err error) error {
	const corrupt, notDatabase = 11, 26 // SQLITE_CORRUPT, SQLITE_NOTADB
	code := 0
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		code = int(e.Code)
	} else if e, ok := errors.AsType[interface {
		error
		Code() int
	}](err); ok { // other drivers
		code = e.Code() & 0xff
	}
	if code == corrupt || code == notDatabase {
		return &noex.CorruptError{Path: o.name, Err: err}
	}
	return err
}
