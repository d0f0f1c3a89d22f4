package file

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// A segment is a file of the journal; README.md describes it. Its size never
// changes: what is not written yet is zero.
const (
	segmentPrefix  = "JOURNAL."
	segmentMagic   = "noexjrnl"
	segmentVersion = 1
	// segmentHead is the length of: magic, version u32, flags u32, number u64,
	// size u64, CRC-32C u32 of all that. Numbers are little-endian.
	segmentHead = 36
	// flagComplete marks a segment that was written in full before it got its
	// name: nothing in it can be torn.
	flagComplete = 1

	frameMagic = "nxf\x01"
	// frameHead is the length of: magic, payload length u64, sequence u64,
	// CRC-32C u32 of the payload, CRC-32C u32 of all that, marker.
	frameHead = 29
	// marker ends the head of a frame, and its payload. A bit that flips does
	// not make it zero, so a zero in its place says that it was never written.
	marker = 0xff
	// sector is what a disk writes whole or not at all.
	sector = 512
)

var le = binary.LittleEndian

// segmentName is the name of the segment with a number.
func segmentName(number uint64) string { return fmt.Sprintf("%s%012d", segmentPrefix, number) }

// segmentNumber returns the number of the segment with a name.
func segmentNumber(name string) (number uint64, ok bool) {
	digits, ok := strings.CutPrefix(name, segmentPrefix)
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseUint(digits, 10, 64)
	return number, err == nil && segmentName(number) == name
}

func appendSegmentHead(b []byte, flags uint32, number uint64, size int64) []byte {
	from := len(b)
	b = append(b, segmentMagic...)
	b = le.AppendUint32(b, segmentVersion)
	b = le.AppendUint32(b, flags)
	b = le.AppendUint64(b, number)
	b = le.AppendUint64(b, uint64(size))
	return le.AppendUint32(b, crc32.Checksum(b[from:], castagnoli))
}

// putFrameHead writes the head of a frame into the first bytes of b.
func putFrameHead(b []byte, length int64, seq uint64, crc uint32) {
	copy(b, frameMagic)
	le.PutUint64(b[4:], uint64(length))
	le.PutUint64(b[12:], seq)
	le.PutUint32(b[20:], crc)
	le.PutUint32(b[24:], crc32.Checksum(b[:24], castagnoli))
	b[28] = marker
}

// frame is a frame whose head and payload are right.
type frame struct {
	seq  uint64
	at   int64 // of its payload
	size int64 // of its payload, without the marker
}

// segment reads the frames of a segment in order.
type segment struct {
	f        io.ReaderAt
	size     int64
	number   uint64
	complete bool
	next     int64 // offset of the next frame
	buf      []byte
}

var errNewerJournal = errors.New("the journal was written by a newer version of this program")

// openSegment checks the head of a segment.
func openSegment(f io.ReaderAt, size int64, number uint64) (*segment, error) {
	head := make([]byte, segmentHead)
	if err := readAt(f, head, 0); err != nil {
		return nil, err
	}
	if string(head[:8]) != segmentMagic {
		return nil, errors.New("it does not begin as a journal does")
	}
	if crc := crc32.Checksum(head[:32], castagnoli); crc != le.Uint32(head[32:]) {
		return nil, fmt.Errorf("the CRC-32C of its head is %08x, not %08x", crc, le.Uint32(head[32:]))
	}
	switch version, n, want := le.Uint32(head[8:]), le.Uint64(head[16:]), int64(le.Uint64(head[24:])); {
	case version > segmentVersion:
		return nil, errNewerJournal
	case version < segmentVersion:
		return nil, fmt.Errorf("version %d", version)
	case n != number:
		return nil, fmt.Errorf("it is number %d", n)
	case want != size:
		return nil, fmt.Errorf("it has %d bytes instead of %d", size, want)
	}
	return &segment{f: f, size: size, number: number, complete: le.Uint32(head[12:])&flagComplete != 0, next: segmentHead}, nil
}

// errEnd says that there are no more frames.
var errEnd = errors.New("no more frames")

// frame returns the next frame. An error other than errEnd and those of the
// file says that the segment is damaged; what a crash may have left of a frame
// at the end of a segment is its end.
func (s *segment) frame(seq uint64, first bool) (frame, error) {
	at := s.next
	if at+frameHead > s.size {
		return frame{}, errEnd
	}
	head := s.room(frameHead)
	if err := readAt(s.f, head, at); err != nil {
		return frame{}, err
	}
	length, ok := headOf(head)
	if !ok {
		return frame{}, s.bad(at, at+frameHead, seq, "the head of the frame")
	}
	f := frame{seq: le.Uint64(head[12:]), at: at + frameHead, size: length - 1}
	crc := le.Uint32(head[20:])
	if length < 1 || length > s.size-f.at {
		return frame{}, fmt.Errorf("the frame at offset %d claims %d bytes", at, length)
	}
	if !first && f.seq != seq {
		return frame{}, fmt.Errorf("the frame at offset %d has sequence number %d instead of %d", at, f.seq, seq)
	}
	s.next = f.at + length
	sum, last, err := sumOf(s.f, f.at, s.next)
	if err != nil {
		return frame{}, err
	}
	if sum != crc || last != marker {
		return frame{}, s.bad(at, s.next, seq, "the frame")
	}
	return f, nil
}

// headOf reads the head of a frame.
func headOf(head []byte) (length int64, ok bool) {
	ok = string(head[:4]) == frameMagic && head[28] == marker &&
		crc32.Checksum(head[:24], castagnoli) == le.Uint32(head[24:])
	return int64(le.Uint64(head[4:])), ok
}

// bad decides what it means that the bytes [from,to) are not the frame seq, or
// its head, that they should be: errEnd if a crash while they were written, or
// that nothing was, explains them, an error if not.
//
// The one write of a frame goes into zeros. What a crash leaves of it is some
// of its sectors, or its first part, and zeros for the rest; no sector of a
// frame is all zeros, and its last byte is not. And nothing was written behind
// a frame before that was on the disk.
func (s *segment) bad(from, to int64, seq uint64, what string) error {
	damaged := fmt.Errorf("%s at offset %d is not what was written", what, from)
	if s.complete {
		return damaged
	}
	data := make([]byte, to-from)
	if err := readAt(s.f, data, from); err != nil {
		return err
	}
	torn := data[len(data)-1] == 0
	for at := from; at < to && !torn; {
		end := min(at/sector*sector+sector, to)
		torn = allZero(data[at-from : end-from])
		at = end
	}
	if !torn {
		return damaged
	}
	rest := make([]byte, s.size-from)
	if err := readAt(s.f, rest, from); err != nil {
		return err
	}
	for at := 1; ; at++ {
		i := bytes.Index(rest[at:], []byte(frameMagic))
		if i < 0 || at+i+frameHead > len(rest) {
			return errEnd
		}
		at += i
		if _, ok := headOf(rest[at : at+frameHead]); ok && le.Uint64(rest[at+12:]) > seq {
			return fmt.Errorf("%w, but a frame follows it", damaged)
		}
	}
}

func (s *segment) room(n int) []byte {
	if cap(s.buf) < n {
		s.buf = make([]byte, n)
	}
	return s.buf[:n]
}

func allZero(b []byte) bool { return len(bytes.TrimLeft(b, "\x00")) == 0 }

// readAt fills p from offset at of f.
func readAt(f io.ReaderAt, p []byte, at int64) error {
	n, err := f.ReadAt(p, at)
	if n == len(p) {
		return nil
	}
	if err == nil || errors.Is(err, io.EOF) {
		err = fmt.Errorf("it ends at offset %d", at+int64(n))
	}
	return err
}

// sumOf returns the CRC-32C of the bytes [from,to) and the last of them.
func sumOf(f io.ReaderAt, from, to int64) (crc uint32, last byte, err error) {
	buf := make([]byte, min(to-from, bufferSize))
	for from < to {
		b := buf[:min(to-from, int64(len(buf)))]
		if err := readAt(f, b, from); err != nil {
			return 0, 0, err
		}
		crc, last = crc32.Update(crc, castagnoli, b), b[len(b)-1]
		from += int64(len(b))
	}
	return crc, last, nil
}

// writeZeros writes zeros into a file from its position on.
func writeZeros(f vfs.File, n int64) error {
	zeros := make([]byte, min(n, bufferSize))
	for n > 0 {
		written, err := f.Write(zeros[:min(n, int64(len(zeros)))])
		if err != nil {
			return err
		}
		n -= int64(written)
	}
	return nil
}
