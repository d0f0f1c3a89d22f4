package file

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Quarantine renames the file of a bucket, and the state kept from before, and
// returns the new path: the file's name, ".corrupt-", the time in UTC, '-' and
// the first number that makes it a new name. What the journal has for it is
// kept beside it, under that name, '.' and the name of the part of the journal.
func (a *Adapter) Quarantine(_ context.Context, key string) (name string, err error) {
	err = a.use(func() error {
		a.mu.Lock() // no two look for a free name at once
		defer a.mu.Unlock()
		path, err := a.pathLocked(key)
		if err != nil {
			return err
		}
		name, err = a.journal.quarantine(key, path)
		return err
	})
	if err != nil {
		return "", err
	}
	return name, nil
}

func (j *journal) quarantine(key, path string) (name string, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	entries, err := j.fs.ReadDir(j.dir)
	if err != nil {
		return "", err
	}
	file := filepath.Base(path)
	b := j.buckets[key]
	inFile := slices.Contains(entries, file)
	if !inFile && j.err == nil && (b == nil || b.gone) {
		return "", &fs.PathError{Op: "quarantine", Path: path, Err: fs.ErrNotExist}
	}
	stem := file + corruptInfix + time.Now().UTC().Format("20060102T150405Z")
	n := 1
	for slices.ContainsFunc(entries, func(e string) bool { return strings.HasPrefix(e, fmt.Sprintf("%s-%d", stem, n)) }) {
		n++
	}
	name = filepath.Join(j.dir, fmt.Sprintf("%s-%d", stem, n))
	if err := j.keepEvidence(b, entries, name); err != nil {
		return "", err
	}
	// What was kept goes first: alone it would look like the state before
	// the next save, and be replaced by the one after.
	if slices.Contains(entries, file+prevSuffix) {
		if err := j.fs.Rename(path+prevSuffix, name+prevSuffix); err != nil {
			return "", err
		}
	}
	if inFile {
		if err := j.fs.Rename(path, name); err != nil {
			return "", err
		}
	}
	if err := j.fs.SyncDir(j.dir); err != nil {
		return "", err
	}
	delete(j.known, key)
	switch {
	case j.err != nil:
		err = j.restart(key, filepath.Base(name))
	case b != nil || j.damaged != "":
		err = j.append(appendName(nil, opGone, key))
	}
	return name, err
}

// keepEvidence gives the segments with changes of a bucket, or all of a damaged
// journal, a second name.
func (j *journal) keepEvidence(b *journaled, entries []string, name string) error {
	var numbers []uint64
	switch {
	case j.err != nil:
		for _, e := range entries {
			if n, ok := segmentNumber(e); ok {
				numbers = append(numbers, n)
			}
		}
	case b != nil:
		for _, c := range b.changes {
			numbers = append(numbers, c.segment)
		}
	}
	for _, n := range slices.Compact(numbers) {
		if n == j.newest {
			j.giveUp() // nothing is to be appended to it any more
		}
		if err := copyFile(j.fs, j.path(n), name+"."+segmentName(n)); err != nil {
			return err
		}
	}
	return nil
}

// copyFile gives a file a second name, or makes a second file where that cannot
// be done.
func copyFile(fsys vfs.FS, from, to string) error {
	err := fsys.Link(from, to)
	if !vfs.NoLinks(err) {
		return err
	}
	src, err := fsys.OpenFile(from, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer src.Close()
	return create(fsys, to, func(f vfs.File) error {
		_, err := io.Copy(f, src)
		return err
	})
}

// restart begins a new journal in place of a damaged one, in which only the
// bucket is known, as one that is not stored.
func (j *journal) restart(key, evidence string) error {
	old, exists := j.manifest, j.exists
	j.manifest = manifest{buckets: map[string]*journaled{key: {gone: true}}, damaged: evidence}
	j.exists, j.inherited = false, false
	if err := j.rotate(0); err != nil {
		j.manifest, j.exists = old, exists
		return err
	}
	j.err = nil
	return j.removeSegments(j.newest)
}

// removeSegments removes all segments before one, oldest first.
func (j *journal) removeSegments(before uint64) error {
	entries, err := j.fs.ReadDir(j.dir)
	if err != nil {
		return err
	}
	for _, name := range entries { // sorted
		if n, ok := segmentNumber(name); ok && n < before {
			if err := j.fs.Remove(j.path(n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return j.fs.SyncDir(j.dir)
}

// Delete removes the file of a bucket and the state kept from before; what was
// quarantined stays. That there is none is no error.
func (a *Adapter) Delete(_ context.Context, key string) error {
	return a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		j := a.journal
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.err != nil {
			return j.err
		}
		delete(j.known, key)
		if j.buckets[key] != nil || j.damaged != "" {
			if err := j.append(appendName(nil, opGone, key)); err != nil {
				return err
			}
		}
		return removeBucket(a.fs, path)
	})
}
