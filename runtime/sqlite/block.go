package sqlite

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"unsafe"

	noex "github.com/noexgen/noexgen/runtime"
)

// block is the rows of a span of positions, which one query reads, their keys in
// one text and their records in another, because a row of SQL costs more than
// what is in it.
type block struct {
	span  int64 // how many positions
	size  int   // of the records
	rows  []noex.PersistedRecord
	crcs  int64 // the sum of their CRCs
	known int   // how many have one
}

const (
	// blockSize is about how large a block is, blockRows about how many rows it
	// has, and maxSpan how many positions at most.
	blockSize = 64 << 10
	blockRows = 256
	maxSpan   = 64 << 10
	// rowEnd is the byte between rows. It is in no JSON text.
	rowEnd = 0x1e
)

// blockText returns the query for a block, whose rows are met in their order.
func blockText(table string) string {
	return fmt.Sprintf(`SELECT sum(crc), count(crc), group_concat(key, char(%d)), group_concat(record, char(%[1]d))
		FROM %s NOT INDEXED WHERE pos >= ? AND pos < ?`, rowEnd, table)
}

// grow makes the next block as large as it should be, by what this one was like.
func (b *block) grow() {
	rows := max(1, min(blockRows, blockSize*len(b.rows)/b.size))
	b.span = min(2*b.span, max(1, b.span*int64(rows)/int64(len(b.rows))), maxSpan)
}

// read reads a block.
func (b *block) read(row *sql.Row) error {
	var crcs sql.NullInt64
	var keyText, recordText sql.NullString
	b.rows = b.rows[:0]
	if err := row.Scan(&crcs, &b.known, &keyText, &recordText); err != nil || !keyText.Valid {
		return err
	}
	keys, records := bytesOf(keyText.String), bytesOf(recordText.String)
	b.crcs, b.size = crcs.Int64, len(records)
	for more := true; more; {
		var key, record []byte
		var moreRecords bool
		key, keys, more = bytes.Cut(keys, []byte{rowEnd})
		record, records, moreRecords = bytes.Cut(records, []byte{rowEnd})
		if more != moreRecords {
			return &rowError{key, errors.New("there is a control character in it")}
		}
		b.rows = append(b.rows, noex.PersistedRecord{Key: key[:len(key):len(key)], Value: record[:len(record):len(record)]})
	}
	return nil
}

// bytesOf returns the bytes of s, which nobody may change.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// check compares the rows with their CRCs, all at once. One without must be JSON,
// and has to be alone.
func (b *block) check() error {
	if len(b.rows) == 0 {
		return nil
	}
	first := b.rows[0]
	if b.known < len(b.rows) {
		if len(b.rows) > 1 {
			return &rowError{first.Key, errors.New("it, or one after it, has no crc")}
		}
		if err := new(checker).check(first.Key, first.Value); err != nil {
			return &rowError{first.Key, err}
		}
		return nil
	}
	crcs := int64(0)
	for _, r := range b.rows {
		crcs += sum(r.Key, r.Value)
	}
	if crcs != b.crcs {
		return &rowError{first.Key, fmt.Errorf("its crc is %d, not %d; if the row was changed by hand, set it to NULL", crcs, b.crcs)}
	}
	return nil
}

// rowError says what is wrong with a row.
type rowError struct {
	key []byte
	err error
}

func (e *rowError) Error() string { return fmt.Sprintf("key %s: %v", e.key, e.err) }

func (e *rowError) Unwrap() error { return e.err }
