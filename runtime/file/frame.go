package file

import (
	"hash/crc32"
	"os"

	"github.com/noexgen/noexgen/runtime/codec"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// frameWriter writes the operations of one frame: into memory, or, once they
// are many, into a segment of their own, which gets its name when it is whole.
type frameWriter struct {
	j   *journal
	ops []byte

	spill   vfs.File
	temp    string
	size    int64  // of spill
	payload int64  // offset of the payload in spill
	crc     uint32 // of the payload so far

	rest []byte
	d    codec.Decoder
}

// op adds an operation.
func (w *frameWriter) op(kind byte, rest []byte) error {
	w.ops = appendOp(w.ops, kind, rest)
	if len(w.ops) < w.j.limits.spill {
		return nil
	}
	return w.flush()
}

// flush writes the operations in memory to the segment.
func (w *frameWriter) flush() error {
	if w.spill == nil {
		if err := w.begin(); err != nil {
			return err
		}
	}
	w.crc = crc32.Update(w.crc, castagnoli, w.ops)
	n, err := w.spill.Write(w.ops)
	w.size += int64(n)
	w.ops = w.ops[:0]
	return err
}

// begin makes the segment.
func (w *frameWriter) begin() error {
	if w.j.inherited {
		if err := w.j.renew(0); err != nil {
			return err
		}
	}
	head := w.j.seal()
	w.temp = newName(w.j.path(w.j.number))
	var err error
	w.spill, err = w.j.fs.OpenFile(w.temp, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	head = append(head, make([]byte, frameHead)...)
	w.payload = int64(len(head))
	w.size = w.payload
	_, err = w.spill.Write(head)
	return err
}

// commit brings the frame to the disk and notes what it says.
func (w *frameWriter) commit() error {
	if w.spill == nil {
		return w.j.append(w.ops)
	}
	w.ops = append(w.ops, marker)
	err := w.flush()
	if err == nil {
		head := make([]byte, frameHead)
		putFrameHead(head, w.size-w.payload, w.j.last+1, w.crc)
		_, err = w.spill.WriteAt(head, w.payload-frameHead)
	}
	if err == nil {
		_, err = w.spill.WriteAt(appendSegmentHead(nil, flagComplete, w.j.number, w.size), 0)
	}
	if err == nil {
		err = w.spill.Sync()
	}
	if e := w.spill.Close(); err == nil {
		err = e
	}
	w.spill = nil
	if err != nil {
		w.j.fs.Remove(w.temp)
		return err
	}
	f, err := w.j.enlist(w.temp)
	if err != nil {
		return err
	}
	defer f.Close()
	w.j.retire()
	w.j.grown += w.size
	return w.j.noteFrame(f, frame{seq: w.j.last + 1, at: w.payload, size: w.size - w.payload - 1}, w.j.newest)
}

// abort gives the frame up.
func (w *frameWriter) abort() {
	if w.spill != nil {
		w.spill.Close()
		w.j.fs.Remove(w.temp)
	}
}
