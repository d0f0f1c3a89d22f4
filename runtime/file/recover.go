package file

import (
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"slices"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// openJournal reads the journal of a directory. If that is damaged, the journal
// knows it; an error is one of the file system, or that a newer program has
// written it.
func openJournal(fsys vfs.FS, dir string, limits limits, entries []string) (*journal, error) {
	j := &journal{fs: fsys, dir: dir, limits: limits, known: map[string]identity{}}
	j.buckets = map[string]*journaled{}
	var numbers []uint64
	for _, name := range entries {
		if n, ok := segmentNumber(name); ok {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) == 0 {
		return j, nil
	}
	j.number = slices.Max(numbers)
	j.exists, j.newest, j.inherited = true, j.number, true
	if err := j.read(); err != nil {
		if !errors.Is(err, noex.ErrCorrupt) {
			return nil, err
		}
		j.err = err
		return j, nil
	}
	// Nobody is to see what could still be lost.
	if err := syncFile(fsys, j.path(j.newest)); err != nil {
		return nil, err
	}
	for _, n := range numbers {
		if n != j.newest && !slices.ContainsFunc(j.sealed, func(s sealed) bool { return s.number == n }) {
			j.stale = append(j.stale, n)
		}
	}
	for _, b := range j.buckets {
		b.unsure = len(b.bases) > 1 || b.gone && len(b.bases) > 0
		for _, c := range b.changes {
			j.grown += c.size
		}
	}
	return j, nil
}

// read reads all segments that are needed: the newest, which says which those
// are and what they are needed for, and then the changes in the others.
func (j *journal) read() error {
	first, err := j.scan(j.newest, math.MaxUint64, func(o op, seq uint64) error { return j.apply(o, seq, j.newest) })
	if err != nil {
		return err
	}
	need := uint64(math.MaxUint64)
	for _, b := range j.buckets {
		if len(b.bases) > 0 {
			need = min(need, b.bases[0].cover)
		}
	}
	j.sealed = slices.DeleteFunc(j.sealed, func(s sealed) bool { return s.last <= need })
	older := map[string]*journaled{}
	next := first
	for _, s := range slices.Backward(j.sealed) {
		if s.last != next {
			return j.corrupt(s.number, fmt.Errorf("it ends with frame %d, and the next begins after frame %d", s.last, next))
		}
		changes := map[string]*journaled{}
		next, err = j.scan(s.number, s.last, func(o op, seq uint64) error {
			b := j.buckets[o.key]
			if o.kind != opChanges || b == nil || len(b.bases) == 0 || seq <= b.bases[0].cover {
				return nil
			}
			if changes[o.key] == nil {
				changes[o.key] = &journaled{}
			}
			c := changes[o.key]
			c.changes = append(c.changes, changesAt{seq, s.number, o.at, o.size})
			c.counter, c.metadata = o.counter, o.metadata
			return nil
		})
		if err != nil {
			return err
		}
		for key, c := range changes {
			if o := older[key]; o != nil {
				o.changes = append(c.changes, o.changes...)
			} else {
				older[key] = c
			}
		}
	}
	if next > need {
		return j.corrupt(j.newest, fmt.Errorf("it needs the frames %d to %d, which are missing", need+1, next))
	}
	for key, o := range older {
		b := j.buckets[key]
		if len(b.changes) == 0 {
			b.counter, b.metadata = o.counter, o.metadata
		}
		b.changes = append(o.changes, b.changes...)
	}
	return nil
}

// scan reads a segment up to a frame and returns the sequence number that it
// begins after. The newest one may end earlier, and sets j.last.
func (j *journal) scan(number, last uint64, visit func(o op, seq uint64) error) (first uint64, err error) {
	f, err := j.fs.OpenFile(j.path(number), os.O_RDONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, j.corrupt(number, errors.New("it is missing"))
	}
	if err != nil {
		return 0, err
	}
	defer f.Close()
	size, err := f.Size()
	if err != nil {
		return 0, err
	}
	newest := last == math.MaxUint64
	s, err := openSegment(f, size, number)
	if err != nil {
		return 0, j.corrupt(number, err)
	}
	for seq := uint64(0); ; seq++ {
		if seq > 0 && first+seq > last {
			return first, nil
		}
		fr, err := s.frame(first+seq, seq == 0)
		if errors.Is(err, errEnd) && newest && seq > 0 {
			return first, nil
		}
		if err != nil {
			return 0, j.corrupt(number, err)
		}
		if seq == 0 {
			first = fr.seq
		}
		ops, err := readOps(f, fr)
		if err != nil {
			return 0, j.corrupt(number, err)
		}
		for _, o := range ops {
			if err := visit(o, fr.seq); err != nil {
				return 0, j.corrupt(number, err)
			}
		}
		if newest {
			j.last, j.end, j.size = fr.seq, s.next, size
			j.inherited = !s.complete // such a segment was on the disk before it had its name
		}
	}
}

// corrupt makes an error about a segment a *noex.CorruptError, unless it is one
// of the file system.
func (j *journal) corrupt(number uint64, err error) error {
	if _, ok := errors.AsType[*fs.PathError](err); ok || errors.Is(err, errNewerJournal) || errors.Is(err, noex.ErrCorrupt) {
		return err
	}
	return &noex.CorruptError{Path: j.path(number), Err: err}
}

// found is where a bucket is, as the journal and the directory have it.
type found struct {
	path    string
	changes []changesAt // to be applied
	bucket  *journaled  // nil: the journal does not know it
}

// find looks for the file of a bucket and returns its content. One that the
// journal knows has to be a file that the journal knows.
func (j *journal) find(path, key string, read func(path string) (contents, error)) (f found, file contents, err error) {
	var none contents
	if j.err != nil {
		return f, none, j.err
	}
	file, err = read(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return f, none, err
	}
	f.path = path
	f.bucket = j.buckets[key]
	if f.bucket == nil {
		if j.damaged != "" && !missing {
			return f, none, &noex.CorruptError{Path: path, Err: fmt.Errorf("its changes were in a journal that was damaged and is set aside as %s", j.damaged)}
		}
		if !missing {
			j.known[key] = file.identity
		}
		return f, file, err
	}
	if f.bucket.gone && (missing || len(f.bucket.bases) == 0) {
		return f, none, fs.ErrNotExist
	}
	if !missing {
		for _, b := range slices.Backward(f.bucket.bases) {
			if b.identity == file.identity {
				f.changes = f.bucket.after(b.cover)
				return f, file, nil
			}
		}
	}
	damage := errors.New("it is missing")
	if !missing {
		_, damage = decode(path, file)
		if damage == nil {
			damage = errors.New("it is not the state that the journal goes on from")
		}
	}
	// The state before will do if it and the journal have everything.
	prev, err := read(path + prevSuffix)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return f, none, err
	}
	for _, b := range slices.Backward(f.bucket.bases) {
		if err == nil && b.identity == prev.identity {
			f.path += prevSuffix
			f.changes = f.bucket.after(b.cover)
			return f, prev, nil
		}
		if !b.merged {
			break
		}
	}
	if errors.Is(damage, noex.ErrCorrupt) {
		return f, none, damage
	}
	return f, none, &noex.CorruptError{Path: path, Err: damage}
}
