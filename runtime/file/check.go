package file

import (
	"context"
	"math"
	"path/filepath"
	"strings"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Check reads a file of the directory that has checksums and verifies them: the
// file of a bucket, one that is kept from before, or a segment of the journal
// that is needed. It reports false for all others. Damage is a
// *noex.CorruptError with the path.
func (r *Reader) Check(ctx context.Context, name string) (checked bool, err error) {
	err = r.again(func() error {
		checked, err = r.check(ctx, name)
		return err
	})
	return checked, err
}

func (r *Reader) check(ctx context.Context, name string) (checked bool, err error) {
	a := r.adapter
	if _, ok := keyOf(strings.TrimSuffix(name, prevSuffix)); ok {
		path := filepath.Join(a.dir, name)
		data, err := a.read(ctx, path)
		if err == nil {
			_, err = decode(path, data)
		}
		return true, err
	}
	number, ok := segmentNumber(name)
	if !ok {
		return false, nil
	}
	last, needed := a.journal.needs(number)
	if !needed {
		return false, nil
	}
	return true, checkSegment(a.fs, a.dir, number, last)
}

// needs reports whether a segment is needed, and up to which frame.
func (j *journal) needs(number uint64) (last uint64, needed bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if number == j.newest {
		return math.MaxUint64, true
	}
	for _, s := range j.sealed {
		if s.number == number {
			return s.last, true
		}
	}
	return 0, false
}

func checkSegment(fsys vfs.FS, dir string, number, last uint64) error {
	j := journal{fs: fsys, dir: dir} // scan notes what it finds
	_, err := j.scan(number, last, func(op, uint64) error { return nil })
	return err
}
