package file

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"hash"
	"hash/crc32"
	"io"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// The pieces of a file; README.md shows one.
const (
	headText     = `{"state":` + recordsText + "\n"
	recordsText  = `{"records":[`
	counterText  = `],"autoincrementCounter":`
	metadataText = "},\n" + `"metadata":`
	checksumText = ",\n" + `"checksum":"`
	crcText      = "\",\n" + `"crc32c":"`
	tailText     = "\"}\n"
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

const bufferSize = 256 << 10

// encode writes a file. It holds one record at a time.
func encode(ctx context.Context, w io.Writer, state noex.PersistedState) error {
	metadata, err := json.Marshal(state.Metadata)
	if err != nil {
		return err
	}
	sum := &summed{w: w}
	e := encoder{w: bufio.NewWriterSize(sum, bufferSize), state: sha256.New()}
	e.w.WriteString(headText)
	e.state.Write([]byte(recordsText))
	n := 0
	for r, err := range state.Records {
		if err == nil {
			err = ctx.Err()
		}
		if err == nil {
			err = e.record(n, r)
		}
		if err != nil {
			return err
		}
		n++
	}
	if n > 0 {
		e.w.WriteByte('\n')
	}
	e.counter(state.AutoincrementCounter)
	e.w.WriteString(metadataText)
	e.w.Write(metadata)
	fmt.Fprintf(e.w, "%s%x%s", checksumText, e.state.Sum(nil), crcText)
	if err := e.w.Flush(); err != nil { // the first error of all writes
		return err
	}
	_, err = fmt.Fprintf(w, "%08x%s", sum.crc, tailText)
	return err
}

// encoder writes what may differ in white space and in the digits of numbers
// from what is hashed: the checksum is one of the state as JSON.stringify
// writes it after JSON.parse.
type encoder struct {
	w       *bufio.Writer
	state   hash.Hash
	d       codec.Decoder
	compact []byte
}

// record writes record n as a line: [key,value].
func (e *encoder) record(n int, r noex.PersistedRecord) error {
	b := e.compact[:0]
	if n > 0 {
		b = append(b, ',')
		e.w.WriteString(",\n")
	}
	b = append(b, '[')
	e.w.WriteByte('[')
	from := len(b)
	b, err := e.d.Compact(b, r.Key)
	if err != nil {
		return fmt.Errorf("key of record %d: %w", n, err)
	}
	if !isKey(b[from]) {
		return fmt.Errorf("key of record %d is neither a string nor a number: %s", n, r.Key)
	}
	e.text(b[from:], r.Key)
	b = append(b, ',')
	e.w.WriteByte(',')
	from = len(b)
	b, err = e.d.Compact(b, r.Value)
	if err != nil {
		return fmt.Errorf("record %s: %w", r.Key, err)
	}
	if b[from] != '{' {
		return fmt.Errorf("record %s is not an object", r.Key)
	}
	e.text(b[from:], r.Value)
	b = append(b, ']')
	e.w.WriteByte(']')
	e.state.Write(b)
	e.compact = b
	return nil
}

// text writes a JSON text whose compact form is known. Where they differ it
// stays as it is, because it may have digits that the compact form has lost,
// but for line ends: a record is one line.
func (e *encoder) text(compact, text []byte) {
	if bytes.Equal(compact, text) {
		e.w.Write(text)
		return
	}
	for len(text) > 0 {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			e.w.Write(text)
			return
		}
		e.w.Write(text[:i])
		e.w.WriteByte(' ')
		text = text[i+1:]
	}
}

// counter ends the state, but for a brace in the file.
func (e *encoder) counter(n int64) {
	text := codec.AppendInt(nil, n)
	e.w.WriteString(counterText)
	e.w.Write(text)
	e.compact = append(e.compact[:0], counterText...)
	e.compact = codec.AppendFloat(e.compact, float64(n))
	e.state.Write(append(e.compact, '}'))
}

// isKey reports whether a JSON text that begins with c is a string or a number.
func isKey(c byte) bool { return c == '"' || c == '-' || c >= '0' && c <= '9' }

// summed keeps the CRC-32C of all that is written.
type summed struct {
	w   io.Writer
	crc uint32
}

func (s *summed) Write(p []byte) (int, error) {
	s.crc = crc32.Update(s.crc, castagnoli, p)
	return s.w.Write(p)
}
