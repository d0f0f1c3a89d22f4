package crashfs

import (
	"io"
	"slices"
)

// file is an open file.
type file struct {
	fs   *FS
	ino  *inode
	name string
	pos  int
}

func (f *file) Read(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	n, err := f.read(p, f.pos)
	f.pos += n
	return n, err
}

func (f *file) ReadAt(p []byte, at int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	n, err := f.read(p, int(at))
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

func (f *file) read(p []byte, at int) (int, error) {
	if _, err := f.fs.step("read", f.name); err != nil {
		return 0, err
	}
	if at >= len(f.ino.data) {
		return 0, io.EOF
	}
	return copy(p, f.ino.data[at:]), nil
}

func (f *file) Write(p []byte) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	n, err := f.write(p, f.pos)
	f.pos += n
	return n, err
}

func (f *file) WriteAt(p []byte, at int64) (int, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	return f.write(p, int(at))
}

func (f *file) write(p []byte, at int) (int, error) {
	done, err := f.fs.step("write", f.name)
	if err != nil && !done {
		if f.fs.ops != f.fs.failAt {
			return 0, err
		}
		p = p[:len(p)/2]
	}
	f.ino.data = put(f.ino.data, at, p)
	f.ino.undone = append(f.ino.undone, write{at, slices.Clone(p)})
	return len(p), err
}

// Size returns the length of the file.
func (f *file) Size() (int64, error) {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	_, err := f.fs.step("stat", f.name)
	return int64(len(f.ino.data)), err
}

// Sync brings the content to the disk. One that fails forgets what it should
// have brought there, as Linux does: the next one succeeds without it.
func (f *file) Sync() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	done, err := f.fs.step("sync", f.name)
	switch {
	case err == nil:
		for _, w := range f.ino.undone {
			f.ino.put(w.at, w.data)
		}
		f.ino.undone = nil
	case !done && f.fs.ops == f.fs.failAt:
		f.ino.undone = nil
	}
	return err
}

func (f *file) Close() error {
	f.fs.mu.Lock()
	defer f.fs.mu.Unlock()
	_, err := f.fs.step("close", f.name)
	return err
}
