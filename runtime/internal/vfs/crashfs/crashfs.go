package crashfs

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// ErrCrashed is returned by every operation from the crash on.
var ErrCrashed = errors.New("crashed")

// Crash is a way to end.
type Crash int

const (
	// Kill ends the process: what it wrote is still there for the next one, but
	// no more on the disk than before.
	Kill Crash = iota
	// PowerCut ends the machine: what is not on the disk is lost, or not.
	PowerCut
)

// sector is what reaches the disk whole or not at all.
const sector = 512

// FS is a file system in memory with one directory level. It is safe for
// concurrent use.
type FS struct {
	mu     sync.Mutex
	names  map[string]*inode // as programs see them
	disk   map[string]*inode // as they are on the disk
	undone []names           // changes of names that are not on the disk
	locks  map[string]bool
	ops    int
	// The operations that crash and fail, from 1; 0: none.
	crashAt, failAt int
	failWith        error
}

// inode is a file.
type inode struct {
	data, disk []byte
	undone     []write // to data, not on the disk
}

type write struct {
	at   int
	data []byte
}

// names is one change of names, which happens as a whole.
type names struct {
	remove string
	set    string
	file   *inode
}

func (n names) apply(to map[string]*inode) {
	if n.remove != "" {
		delete(to, n.remove)
	}
	if n.set != "" {
		to[n.set] = n.file
	}
}

// New returns an empty file system.
func New() *FS {
	return &FS{names: map[string]*inode{}, disk: map[string]*inode{}, locks: map[string]bool{}}
}

// CrashAt lets the n-th operation from now on, and all after it, fail; what it
// does may be done all the same. 0 takes that back.
func (f *FS) CrashAt(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ops, f.crashAt = 0, n
}

// FailAt lets the n-th operation from now on fail with err. A write then has
// written the first half; a Sync has not brought to the disk what it should
// have, and no later one will.
func (f *FS) FailAt(n int, err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.ops, f.failAt, f.failWith = 0, n, err
}

// Ops returns how many operations there were since the last CrashAt or FailAt.
func (f *FS) Ops() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.ops
}

// Restart returns the file system as it is after a crash, with no locks.
func (f *FS) Restart(rnd *rand.Rand, crash Crash) *FS {
	f.mu.Lock()
	defer f.mu.Unlock()
	after := New()
	if crash == Kill {
		after.names, after.disk, after.undone = f.names, f.disk, f.undone
		return after
	}
	share := []float64{0, 0.5, 0.9, 1}[rnd.IntN(4)] // of what is not on the disk, that gets there
	after.disk = f.disk
	for _, n := range f.undone {
		if rnd.Float64() < share {
			n.apply(after.disk)
		}
	}
	seen := map[*inode]bool{}
	for _, name := range slices.Sorted(maps.Keys(after.disk)) {
		if ino := after.disk[name]; !seen[ino] {
			seen[ino] = true
			ino.cut(rnd, share)
		}
	}
	after.names = maps.Clone(after.disk)
	return after
}

// cut leaves of a file what is on the disk, and a share of what is not.
func (i *inode) cut(rnd *rand.Rand, share float64) {
	for _, w := range i.undone {
		if rnd.IntN(4) == 0 && len(w.data) > 0 { // it got there from the front
			i.put(w.at, w.data[:rnd.IntN(len(w.data))])
			continue
		}
		for at := w.at; at < w.at+len(w.data); {
			end := min(at/sector*sector+sector, w.at+len(w.data))
			if rnd.Float64() < share {
				i.put(at, w.data[at-w.at:end-w.at])
			}
			at = end
		}
	}
	i.undone = nil
	i.data = slices.Clone(i.disk)
}

func (i *inode) put(at int, data []byte) { i.disk = put(i.disk, at, data) }

func put(b []byte, at int, data []byte) []byte {
	if n := at + len(data); n > len(b) {
		b = append(b, make([]byte, n-len(b))...)
	}
	copy(b[at:], data)
	return b
}

// step counts an operation; done says that it happens although it fails.
func (f *FS) step(op, name string) (done bool, err error) {
	f.ops++
	switch {
	case f.crashAt > 0 && f.ops == f.crashAt:
		return true, &fs.PathError{Op: op, Path: name, Err: ErrCrashed}
	case f.crashAt > 0 && f.ops > f.crashAt:
		return false, &fs.PathError{Op: op, Path: name, Err: ErrCrashed}
	case f.failAt > 0 && f.ops == f.failAt:
		return false, &fs.PathError{Op: op, Path: name, Err: f.failWith}
	}
	return true, nil
}

func (f *FS) change(op string, n names, name string) error {
	done, err := f.step(op, name)
	if done {
		n.apply(f.names)
		f.undone = append(f.undone, n)
	}
	return err
}

// OpenFile opens a file.
func (f *FS) OpenFile(name string, flag int, _ fs.FileMode) (vfs.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	ino := f.names[name]
	switch {
	case ino == nil && flag&os.O_CREATE == 0:
		if _, err := f.step("open", name); err != nil {
			return nil, err
		}
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
	case ino != nil && flag&os.O_EXCL != 0:
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrExist}
	case ino == nil:
		ino = &inode{}
		if err := f.change("create", names{set: name, file: ino}, name); err != nil {
			return nil, err
		}
	default:
		if _, err := f.step("open", name); err != nil {
			return nil, err
		}
	}
	return &file{fs: f, ino: ino, name: name}, nil
}

// Rename renames a file. Where both are names of one file it does nothing, as
// POSIX wants it.
func (f *FS) Rename(oldname, newname string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	ino := f.names[oldname]
	if ino == nil {
		return &os.LinkError{Op: "rename", Old: oldname, New: newname, Err: fs.ErrNotExist}
	}
	if f.names[newname] == ino {
		_, err := f.step("rename", newname)
		return err
	}
	return f.change("rename", names{remove: oldname, set: newname, file: ino}, newname)
}

// Link links a file.
func (f *FS) Link(oldname, newname string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	ino := f.names[oldname]
	switch {
	case ino == nil:
		return &os.LinkError{Op: "link", Old: oldname, New: newname, Err: fs.ErrNotExist}
	case f.names[newname] != nil:
		return &os.LinkError{Op: "link", Old: oldname, New: newname, Err: fs.ErrExist}
	}
	return f.change("link", names{set: newname, file: ino}, newname)
}

// Remove removes a file.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.names[name] == nil {
		return &fs.PathError{Op: "remove", Path: name, Err: fs.ErrNotExist}
	}
	return f.change("remove", names{remove: name}, name)
}

// MkdirAll does nothing: every directory is there.
func (f *FS) MkdirAll(dir string, _ fs.FileMode) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	_, err := f.step("mkdir", dir)
	return err
}

// ReadDir lists a directory.
func (f *FS) ReadDir(dir string) ([]string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, err := f.step("readdir", dir); err != nil {
		return nil, err
	}
	var list []string
	for name := range f.names {
		if filepath.Dir(name) == filepath.Clean(dir) {
			list = append(list, filepath.Base(name))
		}
	}
	slices.Sort(list)
	return list, nil
}

// SyncDir brings all names to the disk. After one that failed, the changes that
// it should have brought there may or may not get there.
func (f *FS) SyncDir(dir string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	done, err := f.step("syncdir", dir)
	if !done || err != nil {
		return err
	}
	for _, n := range f.undone {
		n.apply(f.disk)
	}
	f.undone = nil
	return nil
}

// Lock takes a lock.
func (f *FS) Lock(name string) (io.Closer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.locks[name] {
		return nil, &vfs.HeldError{}
	}
	if _, err := f.step("lock", name); err != nil {
		return nil, err
	}
	f.locks[name] = true
	return lock{f, name}, nil
}

type lock struct {
	fs   *FS
	name string
}

// Close releases the lock.
func (l lock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	delete(l.fs.locks, l.name)
	return nil
}
