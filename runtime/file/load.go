package file

import (
	"context"
	"errors"
	"io/fs"
	"iter"
	"os"
	"slices"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Load reads the file of a bucket into memory, and what the journal has for it,
// from where its records are yielded. The checksums are verified before it
// returns. No file is no error and false, unless the original system has left
// one whose name does not tell whether it is the bucket's. One that is damaged,
// or not of this format, is a *noex.CorruptError with its path, and left as it
// is, and so is a damaged journal.
//
// A file that this package wrote can be split.
func (a *Adapter) Load(ctx context.Context, key string) (state noex.PersistedState, ok bool, err error) {
	err = a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		a.journal.mu.Lock()
		defer a.journal.mu.Unlock()
		f, file, err := a.journal.find(path, key, func(path string) (contents, error) { return a.read(ctx, path) })
		if errors.Is(err, fs.ErrNotExist) {
			return a.notElsewhere(ctx, key, path)
		}
		if err != nil {
			return err
		}
		if state, err = decode(f.path, file); err != nil {
			return err
		}
		if len(f.changes) > 0 {
			state, err = a.journal.changed(state, f)
		}
		ok = err == nil
		return err
	})
	return state, ok, err
}

// changed is the state of a file with the changes in the journal, which are
// read into memory.
func (j *journal) changed(state noex.PersistedState, f found) (noex.PersistedState, error) {
	var parts [][]byte
	o := newOverlay(func(w where) ([]byte, error) { return parts[w.part][w.at : w.at+w.size : w.at+w.size], nil })
	err := j.readChanges(f.changes, func(n int, text []byte) error {
		parts = append(parts, text)
		return o.add(n, text)
	})
	if err != nil {
		return noex.PersistedState{}, err
	}
	records, split := state.Records, state.Split
	state.Records = o.records(records)
	if split != nil {
		state.Split = func(n int) []iter.Seq2[noex.PersistedRecord, error] { return o.split(split(n), split(n)) }
	}
	state.AutoincrementCounter, state.Metadata = f.bucket.counter, f.bucket.metadata
	return state, nil
}

// readChanges reads changes, one part after the other.
func (j *journal) readChanges(changes []changesAt, visit func(n int, text []byte) error) error {
	files := segmentFiles{j: j}
	defer files.close()
	for n, c := range changes {
		text := make([]byte, c.size)
		if err := files.read(c, text, 0); err != nil {
			return err
		}
		if err := visit(n, text); err != nil {
			return j.corrupt(c.segment, err)
		}
	}
	return nil
}

// segmentFiles reads from segments, which it opens as needed.
type segmentFiles struct {
	j    *journal
	open map[uint64]vfs.File
}

// read reads from the changes c on, beginning at an offset in them.
func (s *segmentFiles) read(c changesAt, p []byte, at int) error {
	f := s.open[c.segment]
	if f == nil {
		var err error
		if f, err = s.j.fs.OpenFile(s.j.path(c.segment), os.O_RDONLY, 0); err != nil {
			return err
		}
		if s.open == nil {
			s.open = map[uint64]vfs.File{}
		}
		s.open[c.segment] = f
	}
	if err := readAt(f, p, c.at+int64(at)); err != nil {
		return s.j.corrupt(c.segment, err)
	}
	return nil
}

// sequentialReader reads records of changes. Where one lies behind the one before, as
// those of inserts do, it reads the following ones as well: a call for each was a
// seventh of what merging a million of them takes.
type sequentialReader struct {
	files   segmentFiles
	changes changesAt
	from    int // where in them buf is
	buf     []byte
	ahead   int // how much to read
}

const mostAhead = 64 << 10

// read returns a record, until the next call.
func (s *sequentialReader) read(c changesAt, at, size int) ([]byte, error) {
	end := s.from + len(s.buf)
	if c == s.changes && at >= s.from && at+size <= end {
		return s.buf[at-s.from:][:size], nil
	}
	const near = 1 << 10 // what lies between two records, and more
	if s.ahead = min(2*s.ahead, mostAhead); c != s.changes || at < s.from || at > end+near {
		s.ahead = 0
	}
	s.ahead = max(s.ahead, size)
	s.changes, s.from = c, at
	n := min(s.ahead, int(c.size)-at)
	s.buf = slices.Grow(s.buf[:0], n)[:n]
	if err := s.files.read(c, s.buf, at); err != nil {
		s.buf = nil
		return nil, err
	}
	return s.buf[:size], nil
}

func (s *segmentFiles) close() {
	for _, f := range s.open {
		f.Close()
	}
}
