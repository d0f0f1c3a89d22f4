package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Adapter stores each bucket in a JSON file of one directory, and what changed
// since in a journal beside them. It is a [noex.ChangeAdapter], [noex.Quarantiner], [noex.Lister], [noex.Deleter] and
// io.Closer.
//
// It is safe for concurrent use by calls for different keys. At its first use
// it takes the lock of the directory, and fails with a *noex.LockedError if
// another adapter, of any process, has it; Close gives the lock back, and the
// next use takes it again.
type Adapter struct {
	dir    string
	fs     vfs.FS
	limits limits

	// session is held for reading by every operation, for writing by what
	// opens and closes.
	session sync.RWMutex
	lock    io.Closer // nil: not open

	mu    sync.Mutex // guards files
	files *catalog

	journal *journal
	merging merging
}

// New returns an adapter for a directory. Nothing happens on disk before its
// first use, which makes the directory, and those above it, if need be.
func New(dir string) *Adapter { return newAdapter(vfs.OS{}, dir) }

func newAdapter(fsys vfs.FS, dir string) *Adapter {
	a := &Adapter{dir: dir, fs: fsys, limits: usual}
	a.merging.start = func(work func()) { go work() }
	return a
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

// Close waits for the calls that are under way, merges the journal into the
// files of the buckets it has changes of, removes it, and gives back the lock of
// the directory. The files of other buckets are not touched. After an error the
// journal is still there, for the next adapter. The adapter may be used again,
// which takes the lock anew.
func (a *Adapter) Close() error {
	a.session.Lock()
	defer a.session.Unlock()
	if a.lock == nil {
		return nil
	}
	close(a.merging.hurry)
	a.merging.wait.Wait()
	err := a.finish()
	lock := a.lock
	a.lock, a.files, a.journal = nil, nil, nil
	return errors.Join(err, lock.Close())
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
	// What a process that was killed has done to the names may not be on the
	// disk, and must not come undone later.
	if err := a.fs.SyncDir(a.dir); err != nil {
		return err
	}
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
	if a.journal, err = openJournal(a.fs, a.dir, a.limits, entries); err != nil {
		return fmt.Errorf("directory %s: %w", a.dir, err)
	}
	if err := a.removeGone(); err != nil {
		return err
	}
	a.lock, a.merging.hurry = lock, make(chan struct{})
	return nil
}

// removeGone finishes what a Delete that was interrupted has begun.
func (a *Adapter) removeGone() error {
	for key, b := range a.journal.buckets {
		if !b.gone || len(b.bases) > 0 {
			continue
		}
		if name, ok := a.files.names[key]; ok {
			if a.journal.inherited {
				if err := a.journal.renew(0); err != nil {
					return err
				}
			}
			if err := removeBucket(a.fs, filepath.Join(a.dir, name)); err != nil {
				return err
			}
		}
	}
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
