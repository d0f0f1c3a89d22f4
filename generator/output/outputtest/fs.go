package outputtest

import (
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"testing/fstest"

	"github.com/noexgen/noexgen/generator/output"
)

// FS is an [output.FS] in memory that notes what is done to it. Its methods are
// safe for concurrent use; who touches a field meanwhile does so in Change.
type FS struct {
	mu    sync.Mutex
	Files fstest.MapFS
	// Log has a line for each call that changes something.
	Log []string
	// Fail, if set, is asked before each of them and may return its error.
	Fail func(call string) error
}

// New returns a file system with files, by path.
func New(files map[string]string) *FS {
	f := &FS{Files: make(fstest.MapFS)}
	for name, text := range files {
		f.Files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return f
}

// Change runs fn while nobody else uses f.
func (f *FS) Change(fn func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	fn()
}

// Texts returns the content of all files, by path.
func (f *FS) Texts() map[string]string {
	texts := make(map[string]string, len(f.Files))
	for _, name := range slices.Sorted(maps.Keys(f.Files)) {
		texts[name] = string(f.Files[name].Data)
	}
	return texts
}

// Open opens a file or a directory.
func (f *FS) Open(path string) (fs.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.Files.Open(clean(path))
}

// Remove removes a file.
func (f *FS) Remove(path string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.note("remove", path); err != nil {
		return err
	}
	delete(f.Files, clean(path))
	return nil
}

// Stage keeps data until it is committed.
func (f *FS) Stage(path string, data []byte) (output.Staged, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := f.note("stage", path); err != nil {
		return nil, err
	}
	return &staged{f, path, data}, nil
}

// note notes a call, or fails it. It needs the mutex.
func (f *FS) note(call, path string) error {
	call = fmt.Sprint(call, " ", clean(path))
	if f.Fail != nil {
		if err := f.Fail(call); err != nil {
			return err
		}
	}
	f.Log = append(f.Log, call)
	return nil
}

type staged struct {
	fs   *FS
	path string
	data []byte
}

func (s *staged) Commit() error {
	s.fs.mu.Lock()
	defer s.fs.mu.Unlock()
	if err := s.fs.note("commit", s.path); err != nil {
		return err
	}
	s.fs.Files[clean(s.path)] = &fstest.MapFile{Data: s.data}
	s.path = ""
	return nil
}

func (s *staged) Discard() error {
	if s.path == "" {
		return nil
	}
	s.fs.mu.Lock()
	defer s.fs.mu.Unlock()
	return s.fs.note("discard", s.path)
}

func clean(path string) string { return filepath.ToSlash(filepath.Clean(path)) }
