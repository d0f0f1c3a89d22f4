package inspect

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// File is a file of a store.
type File struct {
	Name string
	Size int64
	Note string // what it is
	// Checked says that it has checksums, which were verified.
	Checked bool
	// Err is what is wrong with it.
	Err error
}

// Files lists the files of a store, with what they are, and verifies them.
func (s *Store) Files(ctx context.Context, progress func(string)) ([]File, error) {
	info, err := os.Stat(s.Path)
	if err != nil {
		return nil, err
	}
	dir := s.Path
	if !info.IsDir() {
		dir = filepath.Dir(s.Path)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []File
	for _, e := range entries {
		if !info.IsDir() && !slices.Contains([]string{"", "-wal", "-shm", ".lock"}, strings.TrimPrefix(e.Name(), filepath.Base(s.Path))) {
			continue
		}
		if progress != nil {
			progress("checking " + e.Name())
		}
		f, err := s.file(ctx, dir, e)
		if errors.Is(err, fs.ErrNotExist) {
			continue // replaced since
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

func (s *Store) file(ctx context.Context, dir string, e fs.DirEntry) (File, error) {
	info, err := e.Info()
	if err != nil {
		return File{}, err
	}
	f := File{Name: e.Name(), Size: info.Size(), Note: note(e.Name())}
	switch {
	case e.IsDir():
		f.Note = ""
		return f, nil
	case f.Note == lockNote:
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		f.Note = holder(string(text))
		return f, err
	case e.Name() == filepath.Base(s.Path):
		f.Note = "the database"
	}
	f.Checked, f.Err = s.reader.Check(ctx, e.Name())
	switch {
	case errors.Is(f.Err, fs.ErrNotExist):
		return f, f.Err
	case f.Note == bucketNote && !f.Checked:
		f.Note = "" // its name is none of a bucket
	}
	return f, nil
}

const (
	lockNote   = "lock, free"
	bucketNote = "a bucket"
)

// holder says who has a lock, by what the holder has written into it.
func holder(text string) string {
	fields := strings.Fields(text)
	if len(fields) != 2 {
		return lockNote
	}
	pid, err := strconv.Atoi(fields[0])
	if err != nil {
		return lockNote
	}
	if host, err := os.Hostname(); err == nil && host == fields[1] && ended(pid) {
		return fmt.Sprintf("lock, free: process %d ended without a Close", pid)
	}
	return fmt.Sprintf("lock, held by process %d on %s", pid, fields[1])
}

// note says what a file is, by its name.
func note(name string) string {
	switch {
	case name == "LOCK" || strings.HasSuffix(name, ".lock"):
		return lockNote
	case strings.Contains(name, ".corrupt-"):
		return "could not be read, and was set aside"
	case strings.Contains(name, ".new-"):
		return "a save that did not end, or has not yet"
	case strings.HasSuffix(name, ".prev"):
		return "the state before the last save"
	case strings.HasSuffix(name, "-wal"):
		return "changes that are not in the database file yet"
	case strings.HasSuffix(name, "-shm"):
		return "index of the changes"
	case strings.HasSuffix(name, ".json"):
		return bucketNote
	case strings.HasPrefix(name, "JOURNAL."):
		return "changes that are not in the files yet"
	default:
		return ""
	}
}
