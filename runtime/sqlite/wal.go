package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// rescueWAL writes the WAL anew where it stands, byte for byte, and brings it to
// the disk. If a sync failed, then what is read of the file may be on no disk,
// and no later sync changes that, because the operating system takes it for
// written: SQLite would go on behind it, or move it into the database, and a
// power cut would take with it what was saved since. The connection must be in
// a transaction that writes, so that nobody else does.
func (o *opened) rescueWAL() error {
	if o.lock == nil { // a database without a file
		return nil
	}
	path := o.name + "-wal"
	f, err := o.fs.OpenFile(path, os.O_RDWR, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	err = rewrite(f)
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return o.fs.SyncDir(filepath.Dir(path))
}

// rewrite writes what a file holds once more, and syncs it.
func rewrite(f vfs.File) error {
	buf := make([]byte, 256<<10)
	for at := int64(0); ; {
		n, err := f.ReadAt(buf, at)
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if n == 0 {
			return f.Sync()
		}
		if _, err := f.WriteAt(buf[:n], at); err != nil {
			return err
		}
		at += int64(n)
	}
}

// begin begins a transaction that writes, and can rely on what it finds.
func (o *opened) begin(ctx context.Context, c *sql.Conn) error {
	if err := makeDurable(ctx, c); err != nil {
		return err
	}
	if _, err := c.ExecContext(ctx, `BEGIN IMMEDIATE`); err != nil {
		return err
	}
	if !o.unsure {
		return nil
	}
	if err := o.rescueWAL(); err != nil {
		o.rollback(context.WithoutCancel(ctx), c)
		return err
	}
	o.unsure = false
	return nil
}
