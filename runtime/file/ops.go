package file

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	noex "github.com/noexgen/noexgen/runtime"
)

// The payload of a frame is a list of operations. Each is its kind, the length
// of the rest as a varint, and the rest; a text in it is its length and its
// bytes.
const (
	// opBase: key, size, CRC-32C, cover. The bucket is in a file of this size
	// and CRC, which has all changes up to frame cover.
	opBase = 1 + iota
	// opNext: like opBase, of a file that is about to be put in place. The
	// bucket is there if that file is, otherwise where it was before.
	opNext
	// opMerged: like opNext, of a file that has nothing but what the one before
	// it and the journal have.
	opMerged
	// opGone: key. The bucket is not stored any more.
	opGone
	// opChanges: key, counter, metadata, changes; each change is its type, key
	// and, unless it is a deletion, its record.
	opChanges
	// opSegment: number, last sequence number of a segment that is needed. Only
	// in the first frame of a segment.
	opSegment
	// opDamaged: name. Every bucket that is not listed is damaged, for which
	// there is evidence in the file. Only in the first frame of a segment.
	opDamaged
)

// The types of a change.
const (
	changeInserted = 1 + iota
	changeUpdated
	changeDeleted
)

// identity tells a snapshot from any other.
type identity struct {
	size int64
	crc  uint32
}

// op is a decoded operation.
type op struct {
	kind   byte
	key    string
	id     identity
	number uint64 // cover, or the number of a segment
	last   uint64
	// of opChanges
	counter  int64
	metadata noex.Metadata
	at       int64 // where the changes are in the segment
	size     int64
}

func appendText[T string | []byte](b []byte, s T) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// appendOp appends an operation.
func appendOp(b []byte, kind byte, rest []byte) []byte {
	return appendText(append(b, kind), rest)
}

func appendBase(b []byte, kind byte, key string, id identity, cover uint64) []byte {
	rest := appendText(nil, key)
	rest = binary.AppendUvarint(rest, uint64(id.size))
	rest = binary.AppendUvarint(rest, uint64(id.crc))
	return appendOp(b, kind, binary.AppendUvarint(rest, cover))
}

func appendName(b []byte, kind byte, name string) []byte {
	return appendOp(b, kind, appendText(nil, name))
}

func appendSegmentOp(b []byte, number, last uint64) []byte {
	return appendOp(b, opSegment, binary.AppendUvarint(binary.AppendUvarint(nil, number), last))
}

// changesHead is the beginning of the rest of an opChanges.
func changesHead(ch noex.BucketChanges) ([]byte, error) {
	metadata, err := json.Marshal(ch.Metadata)
	if err != nil {
		return nil, err
	}
	b := appendText(nil, ch.Key)
	b = binary.AppendVarint(b, ch.AutoincrementCounter)
	return appendText(b, metadata), nil
}

func appendChange(b []byte, typ byte, key, value []byte) []byte {
	b = appendText(append(b, typ), key)
	if typ != changeDeleted {
		b = appendText(b, value)
	}
	return b
}

var errOp = errors.New("an operation of the journal makes no sense")

// maxHead limits what a damaged length can make us allocate before the changes
// themselves; keys and metadata are far below it.
const maxHead = 1 << 20

// readOps reads the operations of a frame, but for the changes, which stay
// where they are.
func readOps(f io.ReaderAt, fr frame) (ops []op, err error) {
	r := &opReader{base: fr.at, end: fr.at + fr.size}
	r.src = io.NewSectionReader(f, fr.at, fr.size)
	r.r = bufio.NewReaderSize(r.src, 4096)
	for r.offset() < r.end {
		o, err := r.op()
		if err != nil {
			return nil, fmt.Errorf("%w (frame %d, offset %d)", err, fr.seq, r.offset())
		}
		ops = append(ops, o)
	}
	return ops, nil
}

type opReader struct {
	src       *io.SectionReader
	r         *bufio.Reader
	base, end int64
	err       error
}

// offset is where in the segment the next byte is from.
func (r *opReader) offset() int64 {
	at, _ := r.src.Seek(0, io.SeekCurrent) // of a section: cannot fail
	return r.base + at - int64(r.r.Buffered())
}

func (r *opReader) fail(err error) {
	if errors.Is(err, io.EOF) || err == nil {
		err = errOp
	}
	if r.err == nil {
		r.err = err
	}
}

func (r *opReader) uvarint() uint64 {
	v, err := binary.ReadUvarint(r.r)
	if err != nil {
		r.fail(err)
	}
	return v
}

func (r *opReader) text() []byte {
	n := r.uvarint()
	if n > maxHead || int64(n) > r.end-r.offset() {
		r.fail(nil)
	}
	if r.err != nil {
		return nil
	}
	b := make([]byte, n)
	if _, err := io.ReadFull(r.r, b); err != nil {
		r.fail(err)
	}
	return b
}

func (r *opReader) op() (op, error) {
	kind, err := r.r.ReadByte()
	if err != nil {
		r.fail(err)
	}
	o := op{kind: kind}
	n := r.uvarint()
	if r.err != nil {
		return o, r.err
	}
	end := r.offset() + int64(n)
	if n > uint64(r.end) || end > r.end {
		return o, errOp
	}
	switch kind {
	case opBase, opNext, opMerged:
		o.key = string(r.text())
		o.id.size, o.id.crc, o.number = int64(r.uvarint()), uint32(r.uvarint()), r.uvarint()
	case opGone, opDamaged:
		o.key = string(r.text())
	case opSegment:
		o.number, o.last = r.uvarint(), r.uvarint()
	case opChanges:
		o.key = string(r.text())
		if o.counter, err = binary.ReadVarint(r.r); err != nil {
			r.fail(err)
		}
		if text := r.text(); r.err == nil {
			if err := json.Unmarshal(text, &o.metadata); err != nil {
				r.fail(fmt.Errorf("metadata: %w", err))
			}
		}
		o.at = r.offset()
		o.size = end - o.at
		if o.size < 0 {
			return o, errOp
		}
		if _, err := r.r.Discard(int(o.size)); err != nil {
			r.fail(err)
		}
	default:
		return o, errOp
	}
	if r.err == nil && r.offset() != end {
		return o, errOp
	}
	return o, r.err
}

// change is one change as the journal has it; key and value alias the text
// that it was cut from. at is where the value is in that text.
type change struct {
	typ        byte
	key, value []byte
	at         int
}

// cutChange cuts the first change off the text of an opChanges, which begins
// at offset at of the whole.
func cutChange(text []byte, at int) (c change, rest []byte, err error) {
	whole := len(text)
	if len(text) == 0 || text[0] < changeInserted || text[0] > changeDeleted {
		return c, nil, errOp
	}
	c.typ, text = text[0], text[1:]
	if c.key, text, err = cutText(text); err != nil {
		return c, nil, err
	}
	if c.typ != changeDeleted {
		if c.value, text, err = cutText(text); err != nil {
			return c, nil, err
		}
	}
	c.at = at + whole - len(text) - len(c.value)
	return c, text, nil
}

func cutText(b []byte) (text, rest []byte, err error) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return nil, nil, errOp
	}
	end := size + int(n)
	return b[size:end:end], b[end:], nil
}
