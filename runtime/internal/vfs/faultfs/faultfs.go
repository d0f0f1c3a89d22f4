package faultfs

import (
	"io"
	"io/fs"
	"sync"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// FS passes operations on to another file system, but for those that fail.
// Closing a file or a lock always happens, whatever it returns. It is safe for
// concurrent use.
type FS struct {
	base   vfs.FS
	err    error
	sticky bool

	mu    sync.Mutex
	left  int
	trace []string
}

// New returns a file system on base whose n-th operation, counted from 1,
// fails with err. A write that fails writes the first half.
func New(base vfs.FS, n int, err error) *FS { return &FS{base: base, err: err, left: n} }

// Dead is New, with every operation after the n-th failing, too.
func Dead(base vfs.FS, n int, err error) *FS {
	f := New(base, n, err)
	f.sticky = true
	return f
}

// Failed reports whether an operation has failed.
func (f *FS) Failed() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.left <= 0
}

// Trace returns the operations so far, as "rename a.json".
func (f *FS) Trace() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.trace
}

func (f *FS) step(op, name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.trace = append(f.trace, op+" "+name)
	f.left--
	if f.left == 0 || f.left < 0 && f.sticky {
		return &fs.PathError{Op: op, Path: name, Err: f.err}
	}
	return nil
}

// OpenFile opens a file whose operations count, too.
func (f *FS) OpenFile(name string, flag int, perm fs.FileMode) (vfs.File, error) {
	if err := f.step("open", name); err != nil {
		return nil, err
	}
	file, err := f.base.OpenFile(name, flag, perm)
	if err != nil {
		return nil, err
	}
	return &faultFile{file, f, name}, nil
}

// Rename renames a file.
func (f *FS) Rename(oldname, newname string) error {
	if err := f.step("rename", newname); err != nil {
		return err
	}
	return f.base.Rename(oldname, newname)
}

// Link links a file.
func (f *FS) Link(oldname, newname string) error {
	if err := f.step("link", newname); err != nil {
		return err
	}
	return f.base.Link(oldname, newname)
}

// Remove removes a file.
func (f *FS) Remove(name string) error {
	if err := f.step("remove", name); err != nil {
		return err
	}
	return f.base.Remove(name)
}

// MkdirAll makes a directory.
func (f *FS) MkdirAll(dir string, perm fs.FileMode) error {
	if err := f.step("mkdir", dir); err != nil {
		return err
	}
	return f.base.MkdirAll(dir, perm)
}

// ReadDir lists a directory.
func (f *FS) ReadDir(dir string) ([]string, error) {
	if err := f.step("readdir", dir); err != nil {
		return nil, err
	}
	return f.base.ReadDir(dir)
}

// SyncDir syncs a directory.
func (f *FS) SyncDir(dir string) error {
	if err := f.step("syncdir", dir); err != nil {
		return err
	}
	return f.base.SyncDir(dir)
}

// Lock takes a lock.
func (f *FS) Lock(name string) (io.Closer, error) {
	if err := f.step("lock", name); err != nil {
		return nil, err
	}
	return f.base.Lock(name)
}

type faultFile struct {
	vfs.File
	fs   *FS
	name string
}

func (f *faultFile) Read(p []byte) (int, error) {
	if err := f.fs.step("read", f.name); err != nil {
		return 0, err
	}
	return f.File.Read(p)
}

func (f *faultFile) Write(p []byte) (int, error) {
	if err := f.fs.step("write", f.name); err != nil {
		n, _ := f.File.Write(p[:len(p)/2])
		return n, err
	}
	return f.File.Write(p)
}

func (f *faultFile) ReadAt(p []byte, off int64) (int, error) {
	if err := f.fs.step("read", f.name); err != nil {
		return 0, err
	}
	return f.File.ReadAt(p, off)
}

func (f *faultFile) WriteAt(p []byte, off int64) (int, error) {
	if err := f.fs.step("write", f.name); err != nil {
		n, _ := f.File.WriteAt(p[:len(p)/2], off)
		return n, err
	}
	return f.File.WriteAt(p, off)
}

func (f *faultFile) Size() (int64, error) {
	if err := f.fs.step("stat", f.name); err != nil {
		return 0, err
	}
	return f.File.Size()
}

func (f *faultFile) Sync() error {
	if err := f.fs.step("sync", f.name); err != nil {
		return err
	}
	return f.File.Sync()
}

func (f *faultFile) Close() error {
	fault := f.fs.step("close", f.name)
	if err := f.File.Close(); err != nil {
		return err
	}
	return fault
}
