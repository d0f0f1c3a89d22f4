package inspect

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"iter"
	"os"

	noex "github.com/noexgen/noexgen/runtime"
)

// spool keeps records in a temporary file, to be read as often as needed: for
// each the lengths of key and value, and these.
type spool struct {
	f   *os.File
	out *bufio.Writer
	n   int
}

func newSpool() (*spool, error) {
	f, err := os.CreateTemp("", "noexgen-import-*")
	if err != nil {
		return nil, err
	}
	return &spool{f: f, out: bufio.NewWriterSize(f, 1<<16)}, nil
}

func (s *spool) add(rec noex.PersistedRecord) error {
	head := binary.AppendUvarint(nil, uint64(len(rec.Key)))
	head = binary.AppendUvarint(head, uint64(len(rec.Value)))
	for _, part := range [][]byte{head, rec.Key, rec.Value} {
		if _, err := s.out.Write(part); err != nil {
			return err
		}
	}
	s.n++
	return nil
}

// records yields what was added. A record is valid until the next is asked for.
func (s *spool) records() iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		if err := s.out.Flush(); err != nil {
			yield(noex.PersistedRecord{}, err)
			return
		}
		in := bufio.NewReaderSize(io.NewSectionReader(s.f, 0, 1<<62), 1<<16)
		var buf []byte
		for range s.n {
			rec, err := readRecord(in, &buf)
			if !yield(rec, err) || err != nil {
				return
			}
		}
	}
}

func readRecord(in *bufio.Reader, buf *[]byte) (rec noex.PersistedRecord, err error) {
	key, err := binary.ReadUvarint(in)
	if err != nil {
		return rec, err
	}
	value, err := binary.ReadUvarint(in)
	if err != nil {
		return rec, err
	}
	if need := key + value; uint64(cap(*buf)) < need {
		*buf = make([]byte, need)
	}
	b := (*buf)[:key+value]
	if _, err := io.ReadFull(in, b); err != nil {
		return rec, err
	}
	return noex.PersistedRecord{Key: b[:key:key], Value: b[key:]}, nil
}

func (s *spool) close() error { return errors.Join(s.f.Close(), os.Remove(s.f.Name())) }
