package file

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"os"
	"slices"
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// merging is the work in the background, guarded by the lock of the journal.
type merging struct {
	running bool
	pause   int64 // how large the journal has to be for the next attempt
	wait    sync.WaitGroup
	// start runs the work; tests replace it.
	start func(func())
	// hurry is made when the adapter opens, and closed by Close, which waits for the work.
	hurry chan struct{}
}

// mergeSoon merges in the background if the journal has outgrown the files.
func (a *Adapter) mergeSoon() {
	j, m := a.journal, &a.merging
	if m.running || j.grown < max(j.limits.merge, m.pause) {
		return
	}
	size := int64(0)
	for _, b := range j.buckets {
		if len(b.changes) > 0 {
			size += b.newest().size
		}
	}
	if j.grown < size {
		return
	}
	m.running = true
	m.wait.Add(1)
	m.start(func() {
		defer m.wait.Done()
		err := a.merge(true)
		j.mu.Lock()
		defer j.mu.Unlock()
		m.running, m.pause = false, 0
		if err == nil {
			err = j.rotate(0) // which forgets what is not needed any more
		}
		if err != nil {
			m.pause = 2 * j.grown // saves go on; Close says what is wrong
		}
	})
}

// mergeTask is a bucket whose changes are to be merged into its file.
type mergeTask struct {
	key, path string
	bucket    *journaled
	from      base
	data      *contents // the file, if it was not clear which it is
	changes   []changesAt
	cover     uint64
	state     noex.PersistedState
}

// merge writes every bucket that has changes in the journal anew, while more
// changes come in; in the background it takes its time. A bucket that is damaged is
// passed over.
func (a *Adapter) merge(background bool) error {
	j := a.journal
	j.mu.Lock()
	tasks, err := a.mergeTasks()
	grown := j.grown
	j.mu.Unlock()
	var p *pace
	if background {
		p = a.unhurried(tasks)
	}
	errs := []error{err}
	for _, t := range tasks {
		errs = append(errs, a.mergeBucket(t, p))
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.grown -= grown
	return nil
}

func (a *Adapter) mergeTasks() (tasks []mergeTask, err error) {
	j := a.journal
	if j.inherited { // now, and not while its changes are being read
		if err := j.renew(0); err != nil {
			return nil, err
		}
	}
	for key, b := range j.buckets {
		if len(b.bases) == 0 || !b.unsure && len(b.after(b.newest().cover)) == 0 {
			continue
		}
		t := mergeTask{key: key, bucket: b, cover: j.last}
		if t.path, err = a.path(key); err != nil {
			return nil, err
		}
		if !b.unsure {
			t.from = b.newest()
			t.changes = slices.Clone(b.after(t.from.cover))
		} else {
			f, file, err := j.find(t.path, key, func(path string) (contents, error) { return a.read(context.Background(), path) })
			if errors.Is(err, fs.ErrNotExist) { // the file that was to come did not
				*b = journaled{gone: true}
				continue
			}
			if errors.Is(err, noex.ErrCorrupt) {
				continue
			}
			if err != nil {
				return nil, err
			}
			t.data, t.changes = &file, slices.Clone(f.changes)
		}
		t.state.AutoincrementCounter, t.state.Metadata = b.counter, b.metadata
		tasks = append(tasks, t)
	}
	return tasks, nil
}

func (a *Adapter) mergeBucket(t mergeTask, p *pace) error {
	j := a.journal
	temp, id, err := a.write(t.path, func(w io.Writer) error { return a.writeMerged(w, t, p) })
	j.mu.Lock()
	defer j.mu.Unlock()
	b := j.buckets[t.key]
	if b != t.bucket || len(b.bases) == 0 || t.data == nil && b.newest() != t.from {
		j.fs.Remove(temp)
		return nil // the bucket was saved anew meanwhile, or is gone
	}
	if errors.Is(err, noex.ErrCorrupt) {
		return nil
	}
	if err == nil {
		err = j.installKnown(opMerged, t.key, t.path, temp, id, t.cover)
	}
	if err != nil {
		return fmt.Errorf("merge the journal into %s: %w", t.path, err)
	}
	return nil
}

// writeMerged writes the file of a bucket with its changes. It holds the keys
// that changed and one record at a time, unless the file is not of our layout.
func (a *Adapter) writeMerged(to io.Writer, t mergeTask, p *pace) error {
	j, w := a.journal, &paced{to, p}
	r := sequentialReader{files: segmentFiles{j: j}}
	defer r.files.close()
	o := newOverlay(func(w where) ([]byte, error) { return r.read(t.changes[w.part], w.at, w.size) })
	err := j.readChanges(t.changes, func(n int, text []byte) error {
		known := o.fresh
		err := o.add(n, text)
		p.found(o.fresh - known)
		p.rest()
		return err
	})
	if err != nil {
		return err
	}
	if t.data != nil {
		state, err := decode(t.path, *t.data)
		if err != nil {
			return err
		}
		if len(t.changes) == 0 {
			t.state = state
		}
		t.state.Records = o.records(state.Records)
		return encode(context.Background(), w, t.state)
	}
	f, err := j.fs.OpenFile(t.path, os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := &identifiedReader{r: f}
	text := bufio.NewReaderSize(sum, bufferSize)
	if head, err := text.Peek(len(headText)); err != nil && !errors.Is(err, io.EOF) {
		return err
	} else if string(head) == headText {
		t.state.Records = o.records(stream(t.path, text, sum, t.from.identity))
	} else {
		data, err := io.ReadAll(text)
		if err != nil {
			return err
		}
		state, err := decode(t.path, contentsOf(data))
		if err != nil {
			return err
		}
		if sum.identity != t.from.identity {
			return errChanged(t.path)
		}
		t.state.Records = o.records(state.Records)
	}
	return encode(context.Background(), w, t.state)
}

func errChanged(path string) error {
	return &noex.CorruptError{Path: path, Err: errors.New("it is not the state that the journal goes on from")}
}

// stream yields the records of a file of ours while it is read. That it is the
// file it should be is known, and said, after the last.
func stream(path string, r *bufio.Reader, sum *identifiedReader, id identity) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		var long []byte
		for n := 0; ; n++ {
			line, err := r.ReadSlice('\n')
			if errors.Is(err, bufio.ErrBufferFull) {
				long = append(long[:0], line...)
				for errors.Is(err, bufio.ErrBufferFull) {
					line, err = r.ReadSlice('\n')
					long = append(long, line...)
				}
				line = long
			}
			if errors.Is(err, io.EOF) {
				err = errChanged(path)
			}
			if err != nil {
				yield(noex.PersistedRecord{}, err)
				return
			}
			if n == 0 {
				continue // the head
			}
			if line[0] == counterText[0] {
				break
			}
			key, value, ok := cutRecord(bytes.TrimSuffix(line[:len(line)-1], []byte{','}))
			if !ok {
				yield(noex.PersistedRecord{}, errChanged(path))
				return
			}
			if !yield(noex.PersistedRecord{Key: key, Value: value}, nil) {
				return
			}
		}
		_, err := io.Copy(io.Discard, r)
		if err == nil && sum.identity != id {
			err = errChanged(path)
		}
		if err != nil {
			yield(noex.PersistedRecord{}, err)
		}
	}
}

// identifiedReader keeps the identity of what is read.
type identifiedReader struct {
	r io.Reader
	identity
}

func (i *identifiedReader) Read(p []byte) (int, error) {
	n, err := i.r.Read(p)
	i.crc = crc32.Update(i.crc, castagnoli, p[:n])
	i.size += int64(n)
	return n, err
}

// finish merges everything and removes the journal, so that the files alone
// have it all. A journal that is still needed, because a bucket is damaged,
// stays.
func (a *Adapter) finish() error {
	j := a.journal
	if j.number == 0 || j.err != nil {
		return j.close()
	}
	err := a.merge(false)
	// The files in place are said to be those before what else they could be
	// goes.
	var ops []byte
	done := true
	for key, b := range j.buckets {
		if len(b.bases) == 0 {
			continue
		}
		n := b.newest()
		done = done && !b.unsure && len(b.after(n.cover)) == 0
		ops = appendBase(ops, opBase, key, n.identity, j.last)
	}
	if err == nil && done && len(ops) > 0 {
		err = j.append(ops)
	}
	if e := j.close(); err == nil {
		err = e
	}
	if err != nil || !done {
		return err
	}
	if j.damaged != "" {
		entries, err := j.fs.ReadDir(j.dir)
		if err != nil {
			return err
		}
		for _, name := range entries {
			if key, ok := keyOf(name); ok && j.buckets[key] == nil {
				return nil
			}
		}
	}
	if err := j.removeSegments(j.number); err != nil {
		return err
	}
	return j.removeSegments(j.number + 1)
}

// identifyFile returns the identity of a file.
func identifyFile(fsys vfs.FS, path string) (identity, error) {
	f, err := fsys.OpenFile(path, os.O_RDONLY, 0)
	if err != nil {
		return identity{}, err
	}
	defer f.Close()
	sum := &identifiedReader{r: f}
	_, err = io.Copy(io.Discard, sum)
	return sum.identity, err
}
