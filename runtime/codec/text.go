package codec

import (
	"unicode/utf16"
	"unicode/utf8"

	"github.com/noexgen/noexgen/runtime/internal/swar"
)

// text reads the string whose opening quote is next. The bytes lie in the input,
// or in d.scratch (then escaped is true) until the next string is read.
func (d *Decoder) text() (text []byte, escaped bool) {
	start := d.pos + 1
	i := plainEnd(d.data, start)
	if i < len(d.data) && d.data[i] == '"' {
		d.pos = i + 1
		return d.data[start:i], false
	}
	return d.textFrom(start, i)
}

// textFrom goes on with text at i, the first byte that is not plain.
func (d *Decoder) textFrom(start, i int) (text []byte, escaped bool) {
	end := textEnd(d.data, i)
	if !d.checkUTF8(i, end) {
		return nil, false
	}
	switch {
	case end == len(d.data):
		d.syntax(end, "unterminated string")
		return nil, false
	case d.data[end] == '"':
		d.pos = end + 1
		return d.data[start:end], false
	}
	return d.unescape(start, end), true
}

// unescape reads the string that begins at start, whose first backslash or
// control character is at i, into d.scratch.
func (d *Decoder) unescape(start, i int) []byte {
	b := append(d.scratch[:0], d.data[start:i]...)
	for i < len(d.data) {
		switch c := d.data[i]; {
		case c == '"':
			d.pos = i + 1
			d.scratch = b
			return b
		case c == '\\':
			if b, i = d.escape(b, i); i < 0 {
				return nil
			}
		default:
			d.syntax(i, "control character in a string")
			return nil
		}
		end := textEnd(d.data, i)
		if !d.checkUTF8(i, end) {
			return nil
		}
		b = append(b, d.data[i:end]...)
		i = end
	}
	d.syntax(i, "unterminated string")
	return nil
}

// escape appends what the escape at i stands for, and returns where it ends; a
// negative end is an error.
func (d *Decoder) escape(b []byte, i int) ([]byte, int) {
	if i+1 == len(d.data) {
		d.syntax(i+1, "unterminated string")
		return b, -1
	}
	switch c := d.data[i+1]; c {
	case '"', '\\', '/':
		return append(b, c), i + 2
	case 'b':
		return append(b, '\b'), i + 2
	case 'f':
		return append(b, '\f'), i + 2
	case 'n':
		return append(b, '\n'), i + 2
	case 'r':
		return append(b, '\r'), i + 2
	case 't':
		return append(b, '\t'), i + 2
	}
	unit, ok := unitAt(d.data, i)
	if !ok {
		d.syntax(i, "invalid escape in a string")
		return b, -1
	}
	if !utf16.IsSurrogate(unit) {
		return utf8.AppendRune(b, unit), i + 6
	}
	if low, ok := unitAt(d.data, i+6); ok {
		if r := utf16.DecodeRune(unit, low); r != utf8.RuneError {
			return utf8.AppendRune(b, r), i + 12
		}
	}
	return append(b, 0xED, 0x80|byte(unit>>6)&0x3F, 0x80|byte(unit)&0x3F), i + 6
}

// unitAt reads the UTF-16 code unit that stands at i as \uxxxx.
func unitAt(data []byte, i int) (rune, bool) {
	if len(data)-i < 6 || data[i] != '\\' || data[i+1] != 'u' {
		return 0, false
	}
	var unit rune
	for _, c := range data[i+2 : i+6] {
		switch {
		case isDigit(c):
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		unit = unit<<4 | rune(c)
	}
	return unit, true
}

// checkUTF8 fails unless d.data[from:to] is UTF-8.
func (d *Decoder) checkUTF8(from, to int) bool {
	if utf8.Valid(d.data[from:to]) {
		return true
	}
	for from < to {
		r, size := utf8.DecodeRune(d.data[from:to])
		if r == utf8.RuneError && size == 1 {
			break
		}
		from += size
	}
	d.syntax(from, "invalid UTF-8 in a string")
	return false
}

// plainEnd is the end of the run of plain ASCII text that begins at data[i].
func plainEnd(data []byte, i int) int {
	for ; len(data)-i >= 8; i += 8 {
		if marks := notPlain(swar.Load(data, i)); marks != 0 {
			return i + firstByte(marks)
		}
	}
	for i < len(data) && data[i] >= ' ' && data[i] < utf8.RuneSelf && data[i] != '"' && data[i] != '\\' {
		i++
	}
	return i
}

// textEnd is the end of the run of text without escapes that begins at data[i]:
// the position of a quote, a backslash or a control character.
func textEnd(data []byte, i int) int {
	for ; len(data)-i >= 8; i += 8 {
		if marks := notText(swar.Load(data, i)); marks != 0 {
			return i + firstByte(marks)
		}
	}
	for i < len(data) && data[i] >= ' ' && data[i] != '"' && data[i] != '\\' {
		i++
	}
	return i
}
