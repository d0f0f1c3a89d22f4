package codec

import (
	"bytes"
	"math"
	"strconv"
	"time"
)

// String reads a string.
func (d *Decoder) String() string { return d.textOf(d.StringView()) }

// StringView reads a string without copying it: the bytes are valid until the
// next call of a method of d. It serves comparisons, such as with an enum's
// values.
func (d *Decoder) StringView() []byte {
	if d.peek() != '"' {
		d.mismatch("a string")
		return nil
	}
	text, _ := d.text()
	return text
}

// Bool reads true or false.
func (d *Decoder) Bool() bool {
	switch d.peek() {
	case 't':
		if d.literal("true") {
			return true
		}
		d.unexpected("true")
	case 'f':
		if !d.literal("false") {
			d.unexpected("false")
		}
	default:
		d.mismatch("a boolean")
	}
	return false
}

// Int reads a number whose value is an int64 exactly: 12, and also 12.0 and
// 1.2e1. A fraction and an overflow are a *TypeError.
func (d *Decoder) Int() int64 {
	if c := d.peek(); c != '-' && !isDigit(c) {
		d.mismatch("an integer")
		return 0
	}
	if v, end, ok := shortInt(d.data, d.pos); ok {
		d.pos = end
		return v
	}
	start := d.pos
	token := d.number()
	if token == nil {
		return 0
	}
	v, ok := parseDecimal(token).integer()
	if !ok {
		d.fail(&TypeError{Offset: int64(start), Want: "an integer", Got: shown(token)})
	}
	return v
}

// Uint is Int for numbers that are not negative, up to the largest int64.
func (d *Decoder) Uint() uint64 {
	d.peek()
	start := d.pos
	v := d.Int()
	if v < 0 {
		d.fail(&TypeError{Offset: int64(start), Want: "an integer of at least 0", Got: strconv.FormatInt(v, 10)})
		return 0
	}
	return uint64(v)
}

// Float reads a number as the nearest float64. One that is out of range is a
// *SyntaxError.
func (d *Decoder) Float() float64 {
	if c := d.peek(); c != '-' && !isDigit(c) {
		d.mismatch("a number")
		return 0
	}
	if v, end, ok := shortInt(d.data, d.pos); ok {
		d.pos = end
		return float64(v)
	}
	start := d.pos
	token := d.number()
	if token == nil {
		return 0
	}
	v, ok := parseFloat(token)
	if !ok {
		d.outOfRange(start, token)
		return 0
	}
	return v
}

// number reads a number's text; nil is an error.
func (d *Decoder) number() []byte {
	start := d.pos
	end := numberEnd(d.data, start)
	if end < 0 {
		d.syntax(start, "invalid number")
		return nil
	}
	d.pos = end
	return d.data[start:end]
}

func (d *Decoder) outOfRange(offset int, token []byte) {
	d.syntax(offset, "number out of range: "+shown(token))
}

// Time reads a date, in UTC: an RFC 3339 string, any other form of ECMAScript's
// date time string (a date alone is in UTC, a date and a time without an offset
// in the machine's zone), a tagged date, or a number of milliseconds since 1970,
// whose fraction is dropped. Other strings, and dates outside ECMAScript's
// range, are a *TypeError.
func (d *Decoder) Time() time.Time {
	const want = "a date"
	c := d.peek()
	start := d.pos
	switch {
	case c == '"':
		text, _ := d.text()
		if d.err != nil {
			return time.Time{}
		}
		return d.date(text, start)
	case c == '{':
		return d.taggedDate()
	case c == '-' || isDigit(c):
		ms := d.Float()
		if d.err != nil {
			return time.Time{}
		}
		if math.Abs(ms) <= maxDateMillis {
			return time.UnixMilli(int64(ms)).UTC()
		}
		d.fail(&TypeError{Offset: int64(start), Want: want, Got: string(AppendFloat(nil, ms))})
	default:
		d.mismatch(want)
	}
	return time.Time{}
}

// date parses the text of a date.
func (d *Decoder) date(text []byte, offset int) time.Time {
	t, ok := parseTime(text)
	if !ok {
		d.fail(&TypeError{Offset: int64(offset), Want: "a date", Got: shown(AppendString(nil, string(text)))})
	}
	return t
}

// taggedDate reads the tagged object of a date.
func (d *Decoder) taggedDate() time.Time {
	start := d.Mark()
	if d.literal(dateOpen) { // as it is nearly always written
		d.pos-- // the quote
		text, _ := d.text()
		if d.literal("}") {
			return d.date(text, start.pos)
		}
		d.back(start)
	}
	switch v := d.Any().(type) {
	case time.Time:
		return v
	case map[string]any:
		if text, ok := v[tagValue].(string); ok && len(v) == 2 && v[tagType] == "Date" {
			return d.date([]byte(text), start.pos)
		}
	}
	if d.err == nil {
		d.back(start)
		d.mismatch("a date")
	}
	return time.Time{}
}

// Names of the members of a tagged object, and the tag that stands for a member
// that is there but undefined.
const (
	tagType      = "__noex_type__"
	tagValue     = "__noex_value__"
	undefinedTag = `{"__noex_type__":"undefined","__noex_value__":null}`
)

// Null reads a null, or the tagged undefined, if that is next, and reports
// whether it was.
func (d *Decoder) Null() bool {
	switch d.peek() {
	case 'n':
		if d.literal("null") {
			return true
		}
		d.unexpected("null")
	case '{':
		return d.literal(undefinedTag) || d.mayBeTag() && !d.at(dateOpen) && d.undefined()
	}
	return false
}

// mayBeTag reports whether the next value may be a tagged object, so that other
// objects are not read twice.
func (d *Decoder) mayBeTag() bool {
	rest := bytes.TrimLeft(d.data[d.pos+1:], " \t\r\n")
	return len(rest) > 2 && rest[0] == '"' && (rest[1] == '_' || rest[1] == '\\')
}

// undefined reads the tagged undefined, however it is laid out, if it is next.
// at reports whether text comes next.
func (d *Decoder) at(text string) bool {
	return len(d.data)-d.pos >= len(text) && string(d.data[d.pos:d.pos+len(text)]) == text
}

func (d *Decoder) undefined() bool {
	start := d.Mark()
	if m, ok := d.Any().(map[string]any); ok && m[tagType] == "undefined" {
		_, hasValue := m[tagValue]
		if len(m) == 1 || len(m) == 2 && hasValue {
			return true
		}
	}
	d.back(start)
	return false
}
