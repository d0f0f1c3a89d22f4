package output

import (
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
)

// FS is the file system that definitions are read from and generated files are
// written to. Paths are those of the operating system. Besides directories
// that it opens it must not create, change or remove anything that it is not
// told to.
type FS interface {
	// Open opens a file or a directory for reading.
	Open(path string) (fs.File, error)
	// Stage makes data ready to be the content of the file path, whose
	// directory exists. Nobody sees it before Commit.
	Stage(path string, data []byte) (Staged, error)
	// Remove removes a file.
	Remove(path string) error
}

// Staged is the new content of a file.
type Staged interface {
	// Commit puts the content in place in one step.
	Commit() error
	// Discard forgets the content. After Commit it does nothing.
	Discard() error
}

// OS is the file system of the operating system. A staged file is a hidden
// temporary one in the directory of the file it will replace, so that the
// replacement is a rename. It is not forced to disk: what a power cut takes
// can be generated again.
type OS struct{}

// Open is os.Open.
func (OS) Open(path string) (fs.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err // not a nil *os.File in an interface
	}
	return f, nil
}

// Remove is os.Remove.
func (OS) Remove(path string) error { return os.Remove(path) }

// Stage writes data to a temporary file. What is behind a symbolic link is
// replaced, not the link, and a file keeps its permissions.
func (OS) Stage(path string, data []byte) (Staged, error) {
	if target, err := filepath.EvalSymlinks(path); err == nil {
		path = target
	}
	temp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+"."+rand.Text()[:8]+".tmp")
	f, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return nil, err
	}
	if info, err := os.Stat(path); err == nil {
		f.Chmod(info.Mode().Perm()) // a file system without permissions may refuse
	}
	_, err = f.Write(data)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		os.Remove(temp)
		return nil, err
	}
	return &osStaged{temp: temp, path: path}, nil
}

type osStaged struct{ temp, path string }

func (s *osStaged) Commit() error {
	if err := os.Rename(s.temp, s.path); err != nil {
		return err
	}
	s.temp = ""
	return nil
}

func (s *osStaged) Discard() error {
	if s.temp == "" {
		return nil
	}
	return os.Remove(s.temp)
}
