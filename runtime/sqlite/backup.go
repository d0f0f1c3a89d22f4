package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Backup writes a copy of the whole database, as it is at one moment, to a file
// that must not exist, while stores go on reading and writing. It is compact,
// readable by its owner only, and on the disk when Backup returns.
func (a *Adapter) Backup(ctx context.Context, path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("backup: %w", &fs.PathError{Op: "create", Path: path, Err: errors.Join(fs.ErrExist, err)})
	}
	temp := path + ".incomplete"
	f, err := os.OpenFile(temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	defer f.Close()
	err = a.use(ctx, func() error {
		_, err := a.db.ExecContext(ctx, `VACUUM INTO ?`, temp)
		return err
	})
	if err == nil {
		err = f.Sync()
	}
	if err == nil {
		err = os.Rename(temp, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("backup: %w", err), os.Remove(temp))
	}
	return vfs.OS{}.SyncDir(filepath.Dir(path))
}
