package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Adapter stores each bucket in a JSON file of one directory. It is a
// [noex.StorageAdapter], [noex.Quarantiner], [noex.Lister], [noex.Deleter] and
// io.Closer.
//
// It is safe for concurrent use by calls for different keys. At its first use
// it takes the lock of the directory, and fails with a *noex.LockedError if
// another adapter, of any process, has it; Close gives the lock back, and the
// next use takes it again.
type Adapter struct {
	dir string
	fs  vfs.FS

	// session is held for reading by every operation, for writing by what
	// opens and closes.
	session sync.RWMutex
	lock    io.Closer // nil: not open

	mu    sync.Mutex // guards files
	files *catalog
}

// New returns an adapter for a directory. Nothing happens on disk before its
// first use, which makes the directory, and those above it, if need be.
func New(dir string) *Adapter { return newAdapter(vfs.OS{}, dir) }

func newAdapter(fsys vfs.FS, dir string) *Adapter { return &Adapter{dir: dir, fs: fsys} }

// Save replaces the file of a bucket. When it returns, the new state is on the
// disk, and the one before is kept beside it, under the file's name and
// ".prev". After an error the file is whole: as it was, or, if the error is one
// of the very last step, as it was to be.
//
// Errors are those of state.Records, of ctx and of the file system; a key or
// record that is not JSON is one, too.
func (a *Adapter) Save(ctx context.Context, key string, state noex.PersistedState) error {
	return a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		if err := a.replace(path, func(w io.Writer) error { return encode(ctx, w, state) }); err != nil {
			return fmt.Errorf("save %s: %w", path, err)
		}
		return nil
	})
}

// Load reads the file of a bucket into memory, from where its records are
// yielded. The checksums are verified before it returns. No file is no error
// and false, unless the original system has left one whose name does not tell
// whether it is the bucket's. One that is damaged, or not of this format, is a
// *noex.CorruptError with its path, and left as it is.
func (a *Adapter) Load(ctx context.Context, key string) (state noex.PersistedState, ok bool, err error) {
	err = a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		data, err := a.read(ctx, path)
		if errors.Is(err, fs.ErrNotExist) {
			return a.notElsewhere(ctx, key, path)
		}
		if err != nil {
			return err
		}
		state, err = decode(path, data)
		ok = err == nil
		return err
	})
	return state, ok, err
}

// Quarantine renames the file of a bucket, and the state kept from before, and
// returns the new path: the file's name, ".corrupt-", the time in UTC, '-' and
// the first number that makes it a new name.
func (a *Adapter) Quarantine(_ context.Context, key string) (name string, err error) {
	err = a.use(func() error {
		a.mu.Lock() // no two look for a free name at once
		defer a.mu.Unlock()
		path, err := a.pathLocked(key)
		if err != nil {
			return err
		}
		entries, err := a.fs.ReadDir(a.dir)
		if err != nil {
			return err
		}
		file := filepath.Base(path)
		if !slices.Contains(entries, file) {
			return &fs.PathError{Op: "quarantine", Path: path, Err: fs.ErrNotExist}
		}
		stem := file + corruptInfix + time.Now().UTC().Format("20060102T150405Z")
		n := 1
		for slices.ContainsFunc(entries, func(e string) bool { return strings.HasPrefix(e, fmt.Sprintf("%s-%d", stem, n)) }) {
			n++
		}
		name = filepath.Join(a.dir, fmt.Sprintf("%s-%d", stem, n))
		// What was kept goes first: alone it would look like the state before
		// the next save, and be replaced by the one after.
		if slices.Contains(entries, file+prevSuffix) {
			if err := a.fs.Rename(path+prevSuffix, name+prevSuffix); err != nil {
				return err
			}
		}
		if err := a.fs.Rename(path, name); err != nil {
			return err
		}
		return a.fs.SyncDir(a.dir)
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

// Keys returns the keys that have a file, sorted. Other files are passed over.
func (a *Adapter) Keys(context.Context) ([]string, error) {
	var keys []string
	err := a.use(func() error {
		entries, err := a.fs.ReadDir(a.dir)
		for _, name := range entries {
			if key, ok := keyOf(name); ok {
				keys = append(keys, key)
			}
		}
		return err
	})
	slices.Sort(keys)
	return keys, err
}

// Delete removes the file of a bucket and the state kept from before; what was
// quarantined stays. That there is none is no error.
func (a *Adapter) Delete(_ context.Context, key string) error {
	return a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		for _, name := range []string{path + prevSuffix, path} {
			if err := a.fs.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
		return a.fs.SyncDir(a.dir)
	})
}

// Close waits for the calls that are under way and gives back the lock of the
// directory. The adapter may be used again, which takes it anew.
func (a *Adapter) Close() error {
	a.session.Lock()
	defer a.session.Unlock()
	if a.lock == nil {
		return nil
	}
	lock := a.lock
	a.lock, a.files = nil, nil
	return lock.Close()
}

// use calls f while the adapter is open.
func (a *Adapter) use(f func() error) error {
	for {
		a.session.RLock()
		if a.lock != nil {
			defer a.session.RUnlock()
			return f()
		}
		a.session.RUnlock()
		if err := a.open(); err != nil {
			return err
		}
	}
}

// open makes and locks the directory, and removes what an interrupted save
// left there.
func (a *Adapter) open() (err error) {
	a.session.Lock()
	defer a.session.Unlock()
	if a.lock != nil {
		return nil
	}
	if err := a.fs.MkdirAll(a.dir, 0o700); err != nil {
		return err
	}
	lock, err := a.fs.Lock(filepath.Join(a.dir, lockName))
	if held, ok := errors.AsType[*vfs.HeldError](err); ok {
		return &noex.LockedError{Path: a.dir, PID: held.PID}
	}
	if err != nil {
		return err
	}
	defer func() {
		if a.lock == nil {
			lock.Close()
		}
	}()
	entries, err := a.fs.ReadDir(a.dir)
	if err != nil {
		return err
	}
	for _, name := range entries {
		if isNew(name) {
			if err := a.fs.Remove(filepath.Join(a.dir, name)); err != nil {
				return err
			}
		}
	}
	if a.files, err = newCatalog(entries); err != nil {
		return fmt.Errorf("directory %s: %w", a.dir, err)
	}
	a.lock = lock
	return nil
}

// path returns the path of the file of a key.
func (a *Adapter) path(key string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.pathLocked(key)
}

func (a *Adapter) pathLocked(key string) (string, error) {
	name, err := a.files.name(key)
	return filepath.Join(a.dir, name), err
}

// read reads a whole file.
func (a *Adapter) read(ctx context.Context, path string) (data []byte, err error) {
	f, err := a.fs.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return nil, err
	}
	if int64(int(size)) != size {
		return nil, fmt.Errorf("%s: %d bytes do not fit into memory", path, size)
	}
	data = make([]byte, size)
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return data, ctx.Err()
}
