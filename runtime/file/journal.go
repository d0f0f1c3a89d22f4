package file

import (
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"sync"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// limits are sizes of the journal in bytes.
type limits struct {
	// A segment is as large as what was written since the last merge, but
	// between these two.
	minSegment, maxSegment int64
	// chunk is how large one operation becomes, and spill how large a frame,
	// before it is written into a segment of its own while it is made.
	chunk, spill int
	// merge is how large the journal may grow at least before it is merged
	// into the files of its buckets; it may grow as large as these.
	merge int64
}

var usual = limits{minSegment: 64 << 10, maxSegment: 4 << 20, chunk: 256 << 10, spill: 1 << 20, merge: 1 << 20}

// journal is the journal of a directory. README.md has the protocol.
type journal struct {
	fs     vfs.FS
	dir    string
	limits limits

	mu sync.Mutex // guards the rest
	// err says why the journal cannot be read. Nothing is read or written then,
	// until a bucket is set aside.
	err error
	manifest
	// known are the files of buckets that the journal does not know, as they
	// were loaded or saved.
	known map[string]identity
	// number is that of the newest segment, or of one that may be there; exists
	// says that one is for sure.
	number uint64
	exists bool
	newest uint64 // number of the segment with the last frame
	// inherited says that the newest segment is from before: what can be read
	// of it may not be on the disk, not even after a sync, if one failed then.
	inherited bool
	// stale are segments that nobody needs, to be removed once a new one says so.
	stale []uint64
	f     vfs.File // the newest segment, or nil: the next frame begins another
	end   int64    // where its next frame goes
	size  int64
	grown int64 // bytes of frames since the buckets were last merged
	buf   []byte
}

func (j *journal) path(number uint64) string { return filepath.Join(j.dir, segmentName(number)) }

// append writes a frame with these operations and brings it to the disk. After
// an error the segment is not used again, because nobody knows what is on the
// disk: the next frame goes to a new one, which makes this one void.
func (j *journal) append(ops []byte) error {
	need := int64(frameHead + len(ops) + 1)
	if j.f == nil || j.end+need > j.size {
		if err := j.rotate(need); err != nil {
			return err
		}
	}
	seq := j.last + 1
	j.buf = appendFrame(j.buf[:0], seq, ops)
	_, err := j.f.WriteAt(j.buf, j.end)
	if err == nil {
		err = j.f.Sync()
	}
	if err != nil {
		j.giveUp()
		return err
	}
	err = j.noteFrame(newBytes(j.buf[frameHead:], j.end+frameHead), frame{seq, j.end + frameHead, int64(len(ops))}, j.newest)
	j.end += need
	j.grown += need
	return err
}

func appendFrame(b []byte, seq uint64, ops []byte) []byte {
	from := len(b)
	b = append(b, make([]byte, frameHead)...)
	b = append(append(b, ops...), marker)
	payload := b[from+frameHead:]
	putFrameHead(b[from:], int64(len(payload)), seq, crc32.Checksum(payload, castagnoli))
	return b
}

// noteFrame applies a frame that is on the disk to the manifest.
func (j *journal) noteFrame(f io.ReaderAt, fr frame, segment uint64) error {
	ops, err := readOps(f, fr)
	if err != nil {
		return err
	}
	for _, o := range ops {
		if err := j.apply(o, fr.seq, segment); err != nil {
			return err
		}
	}
	j.last = fr.seq
	return nil
}

// giveUp stops the use of the newest segment.
func (j *journal) giveUp() {
	if j.f != nil {
		j.f.Close()
		j.f = nil
	}
}

// rotate begins a new segment with room for a frame of need bytes.
func (j *journal) rotate(need int64) error {
	if j.inherited {
		return j.renew(need)
	}
	head := j.seal()
	size := max(min(max(j.grown, j.limits.minSegment), j.limits.maxSegment), int64(len(head))+need)
	copy(head, appendSegmentHead(nil, 0, j.number, size))
	f, err := j.begin(head, size)
	if err != nil {
		return err
	}
	j.retire()
	j.f, j.end, j.size = f, int64(len(head)), size
	return nil
}

// renew begins a new segment with what can be read of the inherited one, which
// it replaces.
func (j *journal) renew(need int64) error {
	j.number++
	size := max(j.size, j.end+need)
	old, err := j.fs.OpenFile(j.path(j.newest), os.O_RDONLY, 0)
	if err != nil {
		return err
	}
	data := make([]byte, j.end)
	err = readAt(old, data, 0)
	old.Close()
	if err != nil {
		return err
	}
	copy(data, appendSegmentHead(nil, 0, j.number, size))
	f, err := j.begin(data, size)
	if err != nil {
		return err
	}
	j.stale = append(j.stale, j.newest)
	j.removeStale()
	for _, b := range j.buckets {
		for i := range b.changes {
			if b.changes[i].segment == j.newest {
				b.changes[i].segment = j.number
			}
		}
	}
	j.newest, j.inherited = j.number, false
	j.f, j.size = f, size
	return nil
}

// seal ends the newest segment, gives out the next number, and returns the
// beginning of the segment to come, whose head is to be filled in.
func (j *journal) seal() []byte {
	j.giveUp()
	var old []sealed
	if j.exists {
		need := j.needed()
		for _, s := range append(j.sealed, sealed{j.newest, j.last}) {
			if s.last > need {
				old = append(old, s)
			}
		}
	}
	m := j.manifest
	m.sealed = old
	j.number++
	return appendFrame(make([]byte, segmentHead), j.last, m.checkpoint())
}

// begin makes segment j.number, with zeros behind its data, and returns it, open
// for more. It is written in full before it gets its name.
func (j *journal) begin(data []byte, size int64) (vfs.File, error) {
	temp := newName(j.path(j.number))
	err := create(j.fs, temp, func(f vfs.File) error {
		if _, err := f.Write(data); err != nil {
			return err
		}
		return writeZeros(f, size-int64(len(data)))
	})
	if err != nil {
		j.fs.Remove(temp)
		return nil, err
	}
	return j.enlist(temp)
}

// enlist gives the file of segment j.number its name, which makes it the newest
// on the disk, and returns it, open.
func (j *journal) enlist(temp string) (vfs.File, error) {
	path := j.path(j.number)
	if err := j.fs.Rename(temp, path); err != nil {
		j.fs.Remove(temp)
		return nil, err
	}
	if err := j.fs.SyncDir(j.dir); err != nil {
		return nil, err
	}
	return j.fs.OpenFile(path, os.O_RDWR, 0)
}

// retire makes segment j.number the newest and removes those that nobody needs.
func (j *journal) retire() {
	var old []sealed
	if j.exists {
		old = append(j.sealed, sealed{j.newest, j.last})
	}
	need := j.needed()
	j.sealed = nil
	for _, s := range old {
		if s.last > need {
			j.sealed = append(j.sealed, s)
		} else {
			j.stale = append(j.stale, s.number)
		}
	}
	j.removeStale()
	for _, b := range j.buckets { // as the checkpoint says
		b.unconfirmed = false
		for i := range b.bases {
			if len(b.changes) == 0 {
				b.bases[i].cover = j.last
			}
		}
	}
	j.exists, j.newest = true, j.number
}

// removeStale removes segments that the newest one does not need. What fails
// is left to whoever opens the directory next.
func (j *journal) removeStale() {
	for _, n := range j.stale {
		j.fs.Remove(j.path(n))
	}
	j.stale = nil
}

// close closes the segment that is open.
func (j *journal) close() error {
	if j.f == nil {
		return nil
	}
	f := j.f
	j.f = nil
	return f.Close()
}

// create writes a new file and brings it to the disk.
func create(fsys vfs.FS, name string, write func(vfs.File) error) error {
	f, err := fsys.OpenFile(name, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// syncFile brings the content of a file that another has written to the disk.
func syncFile(fsys vfs.FS, name string) error {
	f, err := fsys.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	err = f.Sync()
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}

// newBytes is b as the part of a file that begins at offset at.
func newBytes(b []byte, at int64) io.ReaderAt { return bytesAt{b, at} }

type bytesAt struct {
	b  []byte
	at int64
}

// ReadAt reads from the bytes.
func (b bytesAt) ReadAt(p []byte, at int64) (int, error) {
	from := at - b.at
	if from < 0 || from > int64(len(b.b)) {
		return 0, fmt.Errorf("offset %d is outside", at)
	}
	n := copy(p, b.b[from:])
	if n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

var errNotSaved = errors.New("the bucket was never saved")
