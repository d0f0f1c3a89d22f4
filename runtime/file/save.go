package file

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"path/filepath"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Save replaces the file of a bucket. When it returns, the new state is on the
// disk, and the one before is kept beside it, under the file's name and
// ".prev". After an error the file is whole: as it was, or, if the error is one
// of the very last step, as it was to be.
//
// Errors are those of state.Records, of ctx and of the file system; a key or
// record that is not JSON is one, too.
func (a *Adapter) Save(ctx context.Context, key string, state noex.PersistedState) error {
	return a.use(func() error {
		path, err := a.path(key)
		if err != nil {
			return err
		}
		temp, id, err := a.write(path, func(w io.Writer) error { return encode(ctx, w, state) })
		if err == nil {
			err = a.journal.install(key, path, temp, id)
		}
		if err != nil {
			return fmt.Errorf("save %s: %w", path, err)
		}
		return nil
	})
}

// write writes a new file beside path and brings it to the disk.
func (a *Adapter) write(path string, write func(io.Writer) error) (temp string, id identity, err error) {
	temp = newName(path)
	w := &identified{}
	err = create(a.fs, temp, func(f vfs.File) error { w.w = f; return write(w) })
	if err != nil {
		a.fs.Remove(temp) // if it exists; else open removes it
	}
	return temp, w.identity, err
}

// identified keeps the identity of what is written.
type identified struct {
	w io.Writer
	identity
}

func (i *identified) Write(p []byte) (int, error) {
	i.crc = crc32.Update(i.crc, castagnoli, p)
	i.size += int64(len(p))
	return i.w.Write(p)
}

// install puts a new file in the place of a bucket's.
func (j *journal) install(key, path, temp string, id identity) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	err := j.err
	b := j.buckets[key]
	if b != nil && err == nil {
		return j.installKnown(opNext, key, path, temp, id, j.last)
	}
	if err == nil && j.damaged != "" {
		err = j.lost(path)
	}
	if err != nil {
		j.fs.Remove(temp)
		return err
	}
	delete(j.known, key) // until it is known which file is there
	if err := replace(j.fs, path, temp); err != nil {
		return err
	}
	j.known[key] = id
	return nil
}

// installKnown is install for a bucket that the journal knows: it says first
// which file may come, so that after a crash either is known.
func (j *journal) installKnown(kind byte, key, path, temp string, id identity, cover uint64) error {
	b := j.buckets[key]
	if err := j.announce(kind, key, path, id, cover); err != nil {
		j.fs.Remove(temp)
		return err
	}
	sure := !b.unsure
	b.unsure = true
	if err := replace(j.fs, path, temp); err != nil {
		return err
	}
	b.settle(sure)
	return nil
}

// announce notes in the journal that a file is about to be put in place.
func (j *journal) announce(kind byte, key, path string, id identity, cover uint64) error {
	b := j.buckets[key]
	if b.gone && len(b.bases) == 0 { // what a Delete may have left would be taken for a damaged one
		if err := removeBucket(j.fs, path); err != nil {
			return err
		}
	}
	return j.append(appendBase(nil, kind, key, id, cover))
}

// lost is an error if the journal that knew of a file cannot be read.
func (j *journal) lost(path string) error {
	names, err := j.fs.ReadDir(j.dir)
	if err != nil {
		return err
	}
	for _, name := range names {
		if name == filepath.Base(path) {
			return &noex.CorruptError{Path: path, Err: fmt.Errorf("its changes were in a journal that was damaged and is set aside as %s", j.damaged)}
		}
	}
	return nil
}

// SaveChanges writes the changes of all buckets to the journal, in one frame.
// When it returns, they are on the disk; after an error all or none of them may
// be, until the next change is saved, and none is seen by Load.
//
// Errors are those of the changes, of ctx and of the file system; that a bucket
// was never saved; and a key or record that is not JSON.
func (a *Adapter) SaveChanges(ctx context.Context, changes []noex.BucketChanges) error {
	if len(changes) == 0 {
		return nil
	}
	return a.use(func() error {
		j := a.journal
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.err != nil {
			return j.err
		}
		w := &frameWriter{j: j}
		err := a.writeChanges(ctx, w, changes)
		if err != nil {
			w.abort()
			return err
		}
		if err := w.commit(); err != nil {
			return fmt.Errorf("save changes: %w", err)
		}
		a.mergeSoon()
		return nil
	})
}

func (a *Adapter) writeChanges(ctx context.Context, w *frameWriter, changes []noex.BucketChanges) error {
	for _, ch := range changes {
		path, err := a.path(ch.Key)
		if err != nil {
			return err
		}
		if err := w.j.base(w, ch.Key, path); err != nil {
			return fmt.Errorf("save changes of %s: %w", ch.Key, err)
		}
	}
	for _, ch := range changes {
		if err := w.changes(ctx, ch); err != nil {
			return fmt.Errorf("save changes of %s: %w", ch.Key, err)
		}
	}
	return nil
}

// base says in the frame which file the changes of a bucket go on from, unless
// the journal says so already.
func (j *journal) base(w *frameWriter, key, path string) error {
	b := j.buckets[key]
	if b != nil {
		switch {
		case len(b.bases) == 0:
			return errNotSaved
		case b.unconfirmed:
			n := b.newest()
			if len(b.changes) == 0 {
				n.cover = j.last // so that no older frame is asked for
			}
			w.ops = appendBase(w.ops, opBase, key, n.identity, n.cover)
		}
		return nil
	}
	if j.damaged != "" {
		if err := j.lost(path); err != nil {
			return err
		}
	}
	id, ok := j.known[key]
	if !ok {
		var err error
		if id, err = identifyFile(j.fs, path); errors.Is(err, fs.ErrNotExist) {
			return errNotSaved
		} else if err != nil {
			return err
		}
	}
	// Another program may have written the file, and not brought it to the disk.
	if err := syncFile(j.fs, path); err != nil {
		return err
	}
	w.ops = appendBase(w.ops, opBase, key, id, j.last)
	return nil
}

// changes writes the changes of a bucket, in operations of limited size.
func (w *frameWriter) changes(ctx context.Context, ch noex.BucketChanges) error {
	head, err := changesHead(ch)
	if err != nil {
		return err
	}
	rest := w.rest[:0]
	rest = append(rest, head...)
	for c, err := range ch.Changes {
		if err == nil {
			err = ctx.Err()
		}
		var typ byte
		if err == nil {
			typ, err = w.check(c)
		}
		if err != nil {
			return err
		}
		rest = appendChange(rest, typ, c.Key, c.Value)
		if len(rest) >= w.j.limits.chunk {
			if err := w.op(opChanges, rest); err != nil {
				return err
			}
			rest = append(rest[:0], head...)
		}
	}
	w.rest = rest
	if err := ctx.Err(); err != nil {
		return err
	}
	return w.op(opChanges, rest)
}

// check returns the type of a change, and refuses what encode would.
func (w *frameWriter) check(c noex.PersistedChange) (typ byte, err error) {
	switch c.Type {
	case noex.Inserted:
		typ = changeInserted
	case noex.Updated:
		typ = changeUpdated
	case noex.Deleted:
		typ = changeDeleted
	default:
		return 0, fmt.Errorf("record %s: a change cannot be of type %s", c.Key, c.Type)
	}
	if kind, err := w.d.Check(c.Key); err != nil {
		return 0, fmt.Errorf("key %s: %w", c.Key, err)
	} else if kind != codec.KindString && kind != codec.KindNumber {
		return 0, fmt.Errorf("key %s is neither a string nor a number", c.Key)
	}
	if typ == changeDeleted {
		return typ, nil
	}
	if kind, err := w.d.Check(c.Value); err != nil {
		return 0, fmt.Errorf("record %s: %w", c.Key, err)
	} else if kind != codec.KindObject {
		return 0, fmt.Errorf("record %s is not an object", c.Key)
	}
	return typ, nil
}
