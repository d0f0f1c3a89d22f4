package codec

import (
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/noexgen/noexgen/runtime/internal/swar"
)

const hexDigits = "0123456789abcdef"

// AppendString appends s as a JSON string. Only `"`, `\`, control characters
// and lone surrogates are escaped. Bytes that [ValidString] refuses are written
// as U+FFFD, so that the output is always JSON; callers check before.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	done := 0 // s[:done] is written
	for i := 0; i < len(s); {
		if len(s)-i >= 8 {
			special := notPlain(swar.LoadString(s, i))
			if special == 0 {
				i += 8
				continue
			}
			i += firstByte(special)
		}
		c := s[i]
		if c < utf8.RuneSelf {
			if c < ' ' || c == '"' || c == '\\' {
				b = append(b, s[done:i]...)
				b = appendEscape(b, c)
				done = i + 1
			}
			i++
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r != utf8.RuneError || size > 1 {
			i += size
			continue
		}
		b = append(b, s[done:i]...)
		if unit, ok := surrogateAt(s, i); ok {
			b = appendUnit(b, unit)
			i += 3
		} else {
			b = append(b, "\uFFFD"...)
			i++
		}
		done = i
	}
	b = append(b, s[done:]...)
	return append(b, '"')
}

// appendEscape appends the escape of a control character, quote or backslash.
func appendEscape(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\b':
		return append(b, `\b`...)
	case '\f':
		return append(b, `\f`...)
	case '\n':
		return append(b, `\n`...)
	case '\r':
		return append(b, `\r`...)
	case '\t':
		return append(b, `\t`...)
	}
	return appendUnit(b, uint16(c))
}

// appendUnit appends a UTF-16 code unit as \uxxxx.
func appendUnit(b []byte, u uint16) []byte {
	return append(b, '\\', 'u', hexDigits[u>>12], hexDigits[u>>8&15], hexDigits[u>>4&15], hexDigits[u&15])
}

// surrogateAt reads the UTF-16 surrogate that stands at s[i] in WTF-8.
func surrogateAt(s string, i int) (uint16, bool) {
	if len(s)-i < 3 || s[i] != 0xED || s[i+1]&0xE0 != 0xA0 || s[i+2]&0xC0 != 0x80 {
		return 0, false
	}
	return 0xD000 | uint16(s[i+1]&0x3F)<<6 | uint16(s[i+2]&0x3F), true
}

// ValidString reports whether s can be written and read back unchanged: it is
// UTF-8, or UTF-8 with lone surrogates in WTF-8. A high surrogate directly
// before a low one is not lone: the pair would be read as one character.
func ValidString(s string) bool { return isASCII(s) || utf8.ValidString(s) || validWTF8(s) }

func validWTF8(s string) bool {
	afterHigh := false
	for i := 0; i < len(s); {
		if r, size := utf8.DecodeRuneInString(s[i:]); r != utf8.RuneError || size > 1 {
			afterHigh = false
			i += size
			continue
		}
		unit, ok := surrogateAt(s, i)
		low := unit >= 0xDC00
		if !ok || low && afterHigh {
			return false
		}
		afterHigh = !low
		i += 3
	}
	return true
}

// AppendInt appends v in decimal.
func AppendInt(b []byte, v int64) []byte { return strconv.AppendInt(b, v, 10) }

// AppendBool appends true or false.
func AppendBool(b []byte, v bool) []byte { return strconv.AppendBool(b, v) }

// AppendFloat appends v as ECMAScript's Number::toString writes it: the
// shortest digits that read back as v, exponents from 1e21 and below 1e-6,
// negative zero as 0. NaN and the infinities are null.
func AppendFloat(b []byte, v float64) []byte {
	if v == math.Trunc(v) && math.Abs(v) < 1<<53 {
		return strconv.AppendInt(b, int64(v), 10) // 6 times faster than the shortest digits
	}
	if digits, places := shortDecimal(v); places > 0 {
		return appendDecimal(b, digits, places)
	}
	abs := math.Abs(v)
	switch {
	case math.IsNaN(v) || math.IsInf(v, 0):
		return append(b, "null"...)
	case abs >= 1e-6 && abs < 1e21:
		return strconv.AppendFloat(b, v, 'f', -1, 64)
	}
	b = strconv.AppendFloat(b, v, 'e', -1, 64)
	if n := len(b); b[n-2] == '0' && (b[n-3] == '-' || b[n-3] == '+') { // 1e-07: ECMAScript has no leading zero
		b[n-2] = b[n-1]
		b = b[:n-1]
	}
	return b
}

// shortDecimal is v as digits / 10^places, with few places and at most 15
// digits, as prices and measures have; no places: it has no such form. Of all
// decimals of at most 15 digits only one reads as v, so this one is the shortest.
// It saves half of the time of finding the shortest digits in general.
func shortDecimal(v float64) (digits int64, places int) {
	if abs := math.Abs(v); !(abs >= 1e-3 && abs < 1e11) {
		return 0, 0
	}
	for places = 1; places <= 4; places++ {
		scaled := math.RoundToEven(v * pow10[places])
		if scaled/pow10[places] == v {
			return int64(scaled), places
		}
	}
	return 0, 0
}

// appendDecimal appends digits / 10^places.
func appendDecimal(b []byte, digits int64, places int) []byte {
	if digits < 0 {
		b = append(b, '-')
		digits = -digits
	}
	unit := int64(pow10[places])
	b = strconv.AppendInt(b, digits/unit, 10)
	return appendDigits(append(b, '.'), int(digits%unit), places)
}
