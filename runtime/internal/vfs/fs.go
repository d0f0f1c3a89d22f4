package vfs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
)

// FS is a file system. Its errors are those of package os. Implementations are
// safe for concurrent use.
type FS interface {
	// OpenFile opens a file as os.OpenFile does.
	OpenFile(name string, flag int, perm fs.FileMode) (File, error)
	// Rename gives a file another name, in place of a file that has it.
	Rename(oldname, newname string) error
	// Link gives a file a second name, which must be free. A file system that
	// cannot do that says so with an error for which [NoLinks] holds.
	Link(oldname, newname string) error
	// Remove removes a file.
	Remove(name string) error
	// MkdirAll makes a directory and those above it where they are missing.
	// What it made survives a crash.
	MkdirAll(dir string, perm fs.FileMode) error
	// ReadDir returns the names in a directory, sorted.
	ReadDir(dir string) ([]string, error)
	// SyncDir brings the names in a directory to the disk.
	SyncDir(dir string) error
	// Lock takes the lock that the named file stands for, until the returned
	// value is closed or the process ends, and notes the holder in it. A lock
	// that is taken, by this process or another, is a *HeldError.
	Lock(name string) (io.Closer, error)
}

// File is an open file. It belongs to one goroutine, but for ReadAt. After an
// error of Sync nothing is known about what is on disk, and it must not be used
// again.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.WriterAt
	io.Closer
	// Size returns the length of the file.
	Size() (int64, error)
	// Sync brings the content to the disk, and of what is known about the file
	// as much as is needed to read it.
	Sync() error
}

// OS is the file system of the operating system.
type OS struct{}

// OpenFile calls os.OpenFile.
func (OS) OpenFile(name string, flag int, perm fs.FileMode) (File, error) {
	f, err := os.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return osFile{f}, nil
}

// Rename calls os.Rename.
func (OS) Rename(oldname, newname string) error { return os.Rename(oldname, newname) }

// Link calls os.Link.
func (OS) Link(oldname, newname string) error { return os.Link(oldname, newname) }

// Remove calls os.Remove.
func (OS) Remove(name string) error { return os.Remove(name) }

// MkdirAll makes the missing directories one by one, and syncs the directory
// above each.
func (o OS) MkdirAll(dir string, perm fs.FileMode) error {
	dir = filepath.Clean(dir)
	if info, err := os.Stat(dir); err == nil {
		if info.IsDir() {
			return nil
		}
		return &fs.PathError{Op: "mkdir", Path: dir, Err: syscall.ENOTDIR}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if err := o.MkdirAll(parent, perm); err != nil {
		return err
	}
	if err := os.Mkdir(dir, perm); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return o.SyncDir(parent)
}

// ReadDir lists a directory.
func (OS) ReadDir(dir string) ([]string, error) {
	f, err := os.Open(dir)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return nil, err
	}
	slices.Sort(names)
	return names, nil
}

// SyncDir calls fsync on the directory. File systems that have no such thing
// (some network ones, and all of Windows) are taken to need none.
func (OS) SyncDir(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// Lock takes an advisory lock on the named file, made if need be: flock, or
// LockFileEx on Windows. The file stays when the lock is released.
func (OS) Lock(name string) (io.Closer, error) { return lock(name) }

// NoLinks reports whether err says that a file system has no hard links.
func NoLinks(err error) bool {
	return errors.Is(err, errors.ErrUnsupported) || errors.Is(err, syscall.EPERM)
}

// HeldError is returned for a lock that is taken.
type HeldError struct {
	// PID is the process id of the holder, or 0 when it is not known.
	PID int
	// Host is the name of its machine, or empty.
	Host string
}

// Error names the holder.
func (e *HeldError) Error() string {
	return fmt.Sprintf("locked by process %d on %q", e.PID, e.Host)
}

type osFile struct{ *os.File }

// Sync calls fdatasync where there is one, else fsync.
func (f osFile) Sync() error { return syncData(f.File) }

// Size returns the length of the file.
func (f osFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
