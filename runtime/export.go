package noex

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/noexgen/noexgen/runtime/codec"
)

func (s *Store) portable(bucket string) (*storedTable, error) {
	for _, t := range s.portables {
		if t.name == bucket {
			return t, nil
		}
	}
	return nil, fmt.Errorf("store %s has no persistent bucket %q", s.name, bucket)
}

// Export writes the records of a persistent bucket as JSON Lines, one record a
// line in the order of insertion with its meta data, as they are at one
// revision. Writers go on meanwhile. It returns the number of records written.
func (s *Store) Export(ctx context.Context, bucket string, w io.Writer) (int, error) {
	t, err := s.portable(bucket)
	if err != nil {
		return 0, err
	}
	s.mu.RLock()
	state := t.state()
	s.mu.RUnlock()
	out := bufio.NewWriterSize(w, 1<<16)
	n := 0
	for rec := range state.Records {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		if _, err := out.Write(append(rec.Value, '\n')); err != nil {
			return n, err
		}
		n++
	}
	return n, out.Flush()
}

// Import adds records to a persistent bucket from JSON Lines, as Export writes
// them, in one commit: all of them, or none and the errors of the lines that
// are wrong. Their meta data is kept; a record without it counts as new. A key
// that exists is an error. It returns the number of records added.
func (s *Store) Import(ctx context.Context, bucket string, r io.Reader) (int, error) {
	t, err := s.portable(bucket)
	if err != nil {
		return 0, err
	}
	lines, err := readLines(ctx, r)
	if err != nil {
		return 0, err
	}
	insert, err := t.read(lines)
	if err != nil {
		return 0, err
	}
	err = s.write(func(c *commit) error {
		err := insert(c)
		if err != nil {
			c.takeBack(0)
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	return len(lines), nil
}

// readLines returns the lines of a text that are not blank.
func readLines(ctx context.Context, r io.Reader) ([][]byte, error) {
	var lines [][]byte
	in := bufio.NewReaderSize(r, 1<<16)
	for {
		line, err := in.ReadBytes('\n')
		if line = bytes.TrimSpace(line); len(line) > 0 {
			lines = append(lines, line)
		}
		if errors.Is(err, io.EOF) {
			return lines, nil
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return nil, err
		}
	}
}

// Backup saves all persistent buckets, as they are at one revision, to another
// adapter, from which a store can be opened. Writers go on meanwhile. The
// adapter is not closed.
func (s *Store) Backup(ctx context.Context, to StorageAdapter) error {
	states := make([]PersistedState, len(s.portables))
	s.mu.RLock()
	for i, t := range s.portables {
		states[i] = t.state()
	}
	s.mu.RUnlock()
	for i, t := range s.portables {
		if err := to.Save(ctx, StorageKey(s.name, t.name), states[i]); err != nil {
			return fmt.Errorf("backup of bucket %s: %w", t.name, err)
		}
	}
	return nil
}

// read makes records of lines of JSON, valid but not yet in the bucket.
func (t *storedTable) read(lines [][]byte) (func(*commit) error, error) {
	now := t.store.clock.now()
	recs := make([]loadedRecord, len(lines))
	var wrong []error
	var d codec.Decoder
	for i, line := range lines {
		r := t.typ.New()
		d.Reset(line)
		recs[i] = loadedRecord{rec: r, extra: t.decode(&d, r)}
		err := d.End()
		if err == nil {
			t.complete(r, now)
			err = t.valid(r)
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("line %d: %w", i+1, err))
		}
	}
	if err := errors.Join(wrong...); err != nil {
		return nil, err
	}
	return func(c *commit) error { return t.importRecords(c, recs, now) }, nil
}

func (t *storedTable) importRecords(c *commit, recs []loadedRecord, now Millis) error {
	for i, in := range recs {
		var buf [fewIndexes]placing
		a := t.arriving(buf[:0], t.hasher.hash(t.keyOf(in.rec)), in.rec)
		if err := t.insert(c, in.rec, &a, now); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
		if len(in.extra) > 0 {
			slot, _, _ := t.find(t.keyOf(in.rec))
			t.records.SetExtra(slot, in.extra)
		}
		if t.number != nil {
			t.raiseCounter(t.number(in.rec))
		}
	}
	t.evict(c, now)
	c.fold()
	return nil
}

// complete gives a record that comes without meta data that of a new one.
func (t *storedTable) complete(r *row, now Millis) {
	m := t.meta(r)
	if m.Version == 0 {
		m.Version = 1
	}
	if m.CreatedAt == 0 {
		m.CreatedAt = now
	}
	if m.UpdatedAt == 0 {
		m.UpdatedAt = m.CreatedAt
	}
	if t.ttl > 0 && m.ExpiresAt == 0 {
		m.ExpiresAt = now + t.ttl
	}
}

// valid checks a record as an insert would, and makes it the store's own.
func (t *storedTable) valid(r *row) error {
	if t.clone != nil {
		t.clone(r)
	}
	c := newCheck()
	t.check(t.none, r, c)
	return c.done(t.name)
}
