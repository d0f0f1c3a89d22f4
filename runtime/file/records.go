package file

import (
	"bytes"
	"fmt"
	"iter"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// lines yields the records of a file of ours: [key,value] a line, with a comma
// behind each, but for the last of the file. The text begins at offset base of
// the file, and goes up to its last record if last is set. The values are not
// parsed, only told apart: their bytes are as they were checked when they were
// written, and whoever decodes them checks them again.
func lines(text []byte, base int, last bool) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		for at := 0; at < len(text); {
			end := bytes.IndexByte(text[at:], '\n')
			if end < 0 {
				yield(noex.PersistedRecord{}, fmt.Errorf("record at offset %d: the line does not end", base+at))
				return
			}
			line, next := text[at:at+end], at+end+1
			key, value, ok := cutLine(line, last && next == len(text))
			if !ok {
				yield(noex.PersistedRecord{}, fmt.Errorf("record at offset %d: want a line [key,{…}], and a comma if another follows", base+at))
				return
			}
			if !yield(noex.PersistedRecord{Key: key, Value: value}, nil) {
				return
			}
			at = next
		}
	}
}

// splitLines cuts the text of lines into about n parts.
func splitLines(text []byte, n int) (parts [][]byte) {
	for ; n > 1; n-- {
		at := len(text) / n
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			break
		}
		at += end + 1
		parts = append(parts, text[:at:at])
		text = text[at:]
	}
	if len(text) > 0 || len(parts) == 0 {
		parts = append(parts, text)
	}
	return parts
}

// cutLine cuts a line, without its end, in key and value. There is a comma
// behind each but the last.
func cutLine(line []byte, last bool) (key, value []byte, ok bool) {
	if !last {
		if line, ok = bytes.CutSuffix(line, []byte{','}); !ok {
			return nil, nil, false
		}
	}
	return cutRecord(line)
}

// cutRecord cuts [key,value] in two. Neither is parsed.
func cutRecord(line []byte) (key, value []byte, ok bool) {
	n := len(line)
	if n < 2 || line[0] != '[' || line[n-1] != ']' {
		return nil, nil, false
	}
	line = bytes.TrimSpace(line[1 : n-1])
	end := keyEnd(line)
	if end <= 0 || !isKey(line[0]) {
		return nil, nil, false
	}
	value, ok = bytes.CutPrefix(bytes.TrimSpace(line[end:]), []byte{','})
	value = bytes.TrimSpace(value)
	if !ok || len(value) < 2 || value[0] != '{' || value[len(value)-1] != '}' {
		return nil, nil, false
	}
	return line[:end:end], value[:len(value):len(value)], true
}

// keyEnd returns where the string or number ends that text begins with, or -1.
func keyEnd(text []byte) int {
	if len(text) == 0 || text[0] != '"' {
		return bytes.IndexAny(text, ", \t\r")
	}
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return -1
}

// elements yields the records of any JSON text of an array of [key,value],
// which begins at offset base of the file.
func elements(text []byte, base int64) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		d := codec.NewDecoder(text)
		for more := d.Array(); more; more = d.NextElement() {
			d.Kind() // moves to the element
			at := base + d.Offset()
			var r noex.PersistedRecord
			n := 0
			for more := d.Kind() == codec.KindArray && d.Array(); more; more = d.NextElement() {
				switch n++; n {
				case 1:
					r.Key = d.Raw()
				case 2:
					r.Value = d.Raw()
				default:
					d.Skip()
				}
			}
			if n != 2 || len(r.Key) == 0 || !isKey(r.Key[0]) || len(r.Value) == 0 || r.Value[0] != '{' {
				yield(noex.PersistedRecord{}, fmt.Errorf("record at offset %d: want [key,{…}] with a string or number for a key", at))
				return
			}
			if !yield(r, nil) {
				return
			}
		}
		// The text was read once before, so it holds no other error.
	}
}
