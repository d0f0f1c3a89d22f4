package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Reader reads a directory without changing anything in it, and without its
// lock: while an adapter, of any process, goes on writing. It is safe for
// concurrent use.
type Reader struct{ adapter *Adapter }

// OpenReadOnly returns a reader for a directory, which has to exist.
func OpenReadOnly(dir string) (*Reader, error) {
	r := &Reader{newAdapter(readOnly{vfs.OS{}}, dir)}
	if err := r.look(); err != nil {
		return nil, err
	}
	return r, nil
}

// look reads what is in the directory, as open does, and clears nothing away.
func (r *Reader) look() error {
	a := r.adapter
	a.session.Lock()
	defer a.session.Unlock()
	entries, err := a.fs.ReadDir(a.dir)
	if err != nil {
		return err
	}
	files, err := newCatalog(entries)
	if err != nil {
		return fmt.Errorf("directory %s: %w", a.dir, err)
	}
	journal, err := openJournal(a.fs, a.dir, a.limits, entries)
	if err != nil {
		return fmt.Errorf("directory %s: %w", a.dir, err)
	}
	a.files, a.journal, a.lock = files, journal, noLock{}
	return nil
}

// Keys returns the keys that are stored, sorted.
func (r *Reader) Keys(ctx context.Context) (keys []string, err error) {
	err = r.again(func() error {
		keys, err = r.adapter.Keys(ctx)
		return err
	})
	return keys, err
}

// Load reads a bucket as [Adapter.Load] does. What it returns is one state that
// was stored at some time during the call.
func (r *Reader) Load(ctx context.Context, key string) (state noex.PersistedState, ok bool, err error) {
	err = r.again(func() error {
		state, ok, err = r.adapter.Load(ctx, key)
		return err
	})
	return state, ok, err
}

// again calls f after a look at the directory, and once more if f finds damage:
// an owner that replaced a file in between seems to be some.
func (r *Reader) again(f func() error) error {
	const most = 4
	for n := 1; ; n++ {
		if err := r.look(); err != nil {
			return err
		}
		err := f()
		if err == nil || n == most || !errors.Is(err, noex.ErrCorrupt) && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
}

// readOnly is a file system in which nothing changes.
type readOnly struct{ vfs.FS }

var errReadOnly = errors.New("the directory is open for reading only")

// OpenFile opens for reading, whatever is asked: a journal is opened for writing
// to bring it to the disk, which is its owner's business.
func (r readOnly) OpenFile(name string, _ int, _ fs.FileMode) (vfs.File, error) {
	f, err := r.FS.OpenFile(name, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	return readOnlyFile{f}, nil
}

func (r readOnly) Rename(oldname, _ string) error {
	return &fs.PathError{Op: "rename", Path: oldname, Err: errReadOnly}
}

func (r readOnly) Link(oldname, _ string) error {
	return &fs.PathError{Op: "link", Path: oldname, Err: errReadOnly}
}

func (r readOnly) Remove(name string) error {
	return &fs.PathError{Op: "remove", Path: name, Err: errReadOnly}
}

func (r readOnly) MkdirAll(dir string, _ fs.FileMode) error {
	return &fs.PathError{Op: "mkdir", Path: dir, Err: errReadOnly}
}

func (r readOnly) SyncDir(string) error { return nil }

func (r readOnly) Lock(name string) (io.Closer, error) {
	return nil, &fs.PathError{Op: "lock", Path: name, Err: errReadOnly}
}

// noLock stands for the lock of an adapter that needs none.
type noLock struct{}

func (noLock) Close() error { return nil }

type readOnlyFile struct{ vfs.File }

func (readOnlyFile) Write([]byte) (int, error)          { return 0, errReadOnly }
func (readOnlyFile) WriteAt([]byte, int64) (int, error) { return 0, errReadOnly }
func (readOnlyFile) Sync() error                        { return nil }
