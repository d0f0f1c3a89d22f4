package codec

import (
	"bytes"
	"strconv"
	"unicode/utf8"
	"unsafe"
)

// MaxDepth is how deep the arrays and objects of a free-form value, or of a kept
// member, may nest.
const MaxDepth = 1000

// maxInput is how deep those of an input may nest. There is room for the record
// and the file around a value, so that what can be written can be read.
const maxInput = MaxDepth + 64

// Kind is what a JSON value is.
type Kind uint8

// The kinds of values. KindInvalid is the end of the input, and what begins no
// value.
const (
	KindInvalid Kind = iota
	KindNull
	KindBool
	KindNumber
	KindString
	KindArray
	KindObject
)

// Decoder reads the values of one JSON text in turn.
//
// Its first error stays: after it every method does nothing and yields the zero
// value, and loops end, so code checks Err (or the result of End) once. Each
// value must be read or skipped by exactly one call. The input must not change
// while it is read. A Decoder belongs to one goroutine; Reset makes it ready for
// another text without allocating.
//
//	d.Reset(data)
//	for more := d.Object(); more; more = d.NextMember() {
//		switch string(d.Key()) {
//		case "id":
//			d.Seen(&seen, 0)
//			r.ID = d.String()
//		default:
//			d.Keep(&r.extra)
//		}
//	}
//	return d.End()
type Decoder struct {
	data  []byte
	pos   int
	depth int
	limit int // of depth
	err   error

	key        []byte // the member name read last
	keyAt      int    // where its quote stands
	keyEscaped bool   // whether key lies in scratch

	shared []byte // where strings are put, if ShareStrings says so
	share  bool

	noted   []int  // where the members that KeepNested has read begin
	names   []name // tracked names of the objects that are open, innermost last
	scratch []byte // the text of the string with escapes that was read last
}

// NewDecoder returns a decoder at the beginning of data.
func NewDecoder(data []byte) *Decoder {
	d := new(Decoder)
	d.Reset(data)
	return d
}

// Reset makes d read data from the beginning, as new but for its buffers.
func (d *Decoder) Reset(data []byte) {
	d.data, d.pos = data, 0
	d.depth, d.limit = 0, maxInput
	d.err = nil
	d.key, d.keyAt, d.keyEscaped = nil, 0, false
	d.noted, d.names, d.scratch = d.noted[:0], d.names[:0], d.scratch[:0]
}

// ShareStrings makes String put short strings into common pieces of memory, of a
// few kilobytes each, also after Reset. That costs less time and memory where
// most of them live equally long, as those of records that are loaded do: a
// piece is given back when nobody uses any of its strings.
func (d *Decoder) ShareStrings() { d.share = true }

// textOf returns a copy of text.
func (d *Decoder) textOf(text []byte) string {
	const piece, long = 4 << 10, 256
	if !d.share || len(text) > long || len(text) == 0 {
		return string(text)
	}
	if len(text) > cap(d.shared)-len(d.shared) {
		d.shared = make([]byte, 0, piece)
	}
	from := len(d.shared)
	d.shared = append(d.shared, text...)
	return unsafe.String(&d.shared[from], len(text)) // which is never written again
}

// Err returns the first error: a *SyntaxError or a *TypeError.
func (d *Decoder) Err() error { return d.err }

// End checks that only white space follows, and returns the first error.
func (d *Decoder) End() error {
	d.peek()
	if d.pos < len(d.data) {
		d.syntax(d.pos, "unexpected "+d.here()+" after the value")
	}
	return d.err
}

// Offset returns the offset of the next byte to be read; after an error, the
// length of the input.
func (d *Decoder) Offset() int64 { return int64(d.pos) }

// Kind tells what the next value is, without reading it.
func (d *Decoder) Kind() Kind { return kindOf(d.peek()) }

func kindOf(c byte) Kind {
	switch c {
	case '"':
		return KindString
	case '{':
		return KindObject
	case '[':
		return KindArray
	case 't', 'f':
		return KindBool
	case 'n':
		return KindNull
	case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9':
		return KindNumber
	}
	return KindInvalid
}

// Object begins an object and reports whether it has a member; NextMember goes
// on to each further one.
func (d *Decoder) Object() bool { return d.open('{', '}', "an object") }

// Array begins an array and reports whether it has an element; NextElement goes
// on to each further one.
func (d *Decoder) Array() bool { return d.open('[', ']', "an array") }

func (d *Decoder) open(first, last byte, want string) bool {
	if d.peek() != first {
		d.mismatch(want)
		return false
	}
	if d.depth == d.limit {
		d.syntax(d.pos, "nested too deep")
		return false
	}
	d.pos++
	if d.peek() == last {
		d.pos++
		return false
	}
	d.depth++
	return true
}

// NextMember goes on to the object's next member, or ends it: it returns false
// at the object's end and after an error.
func (d *Decoder) NextMember() bool {
	switch d.peek() {
	case ',':
		d.pos++
		return true
	case '}':
		d.pos++
		d.closeNames()
		d.depth--
		return false
	}
	d.unexpected("',' or '}'")
	return false
}

// NextElement goes on to the array's next element, or ends it: it returns false
// at the array's end and after an error.
func (d *Decoder) NextElement() bool {
	switch d.peek() {
	case ',':
		d.pos++
		return true
	case ']':
		d.pos++
		d.depth--
		return false
	}
	d.unexpected("',' or ']'")
	return false
}

// Key reads the member's name, with its escapes decoded. The bytes are valid
// until the next call of a method of d.
func (d *Decoder) Key() []byte {
	if at := d.pos; at < len(d.data) && d.data[at] == '"' { // as it is nearly always written
		end := plainEnd(d.data, at+1)
		if end+1 < len(d.data) && d.data[end] == '"' && d.data[end+1] == ':' {
			d.keyAt, d.key, d.keyEscaped = at, d.data[at+1:end], false
			d.pos = end + 2
			return d.key
		}
	}
	return d.anyKey()
}

func (d *Decoder) anyKey() []byte {
	if d.peek() != '"' {
		d.unexpected("a member name")
		return nil
	}
	d.keyAt = d.pos
	d.key, d.keyEscaped = d.text()
	if d.peek() != ':' {
		d.unexpected("':'")
		return nil
	}
	d.pos++
	return d.key
}

// Seen notes that member i of a record has come, in a bit of mask, and refuses
// it if it has come before; i is below 64, so a record with more members has
// more masks. It belongs directly after Key.
func (d *Decoder) Seen(mask *uint64, i uint) {
	bit := uint64(1) << (i & 63)
	if *mask&bit != 0 {
		d.duplicate(d.key, d.keyAt)
	}
	*mask |= bit
}

// Mark is a place between two values; see Recover.
type Mark struct{ pos, depth, names int }

// Mark notes the place before the next value.
func (d *Decoder) Mark() Mark { return Mark{d.pos, d.depth, len(d.names)} }

// Recover forgives a *TypeError: if one is d's error, it skips the value that
// begins at m instead, and returns the error. It returns nil, and does nothing,
// if there is no error, or an older one, or a *SyntaxError. So a reader can
// collect all members that have the wrong type:
//
//	m := d.Mark()
//	in.Age = d.Int()
//	if err := d.Recover(m); err != nil {
//		issues = append(issues, …)
//	}
func (d *Decoder) Recover(m Mark) *TypeError {
	err, ok := d.err.(*TypeError)
	if !ok || err.Offset < int64(m.pos) {
		return nil
	}
	d.back(m)
	d.Skip()
	return err
}

// back returns to m as if nothing had been read since.
func (d *Decoder) back(m Mark) {
	d.err = nil
	d.pos, d.depth, d.names = m.pos, m.depth, d.names[:m.names]
}

// nest makes MaxDepth the limit for the next value by itself, and returns the
// limit to be set after it.
func (d *Decoder) nest() int {
	outer := d.limit
	d.limit = min(outer, d.depth+MaxDepth)
	return outer
}

// peek skips white space and returns the byte that follows, 0 at the end.
func (d *Decoder) peek() byte {
	if d.pos < len(d.data) && d.data[d.pos] > ' ' {
		return d.data[d.pos]
	}
	return d.skipSpace()
}

func (d *Decoder) skipSpace() byte {
	for ; d.pos < len(d.data); d.pos++ {
		switch c := d.data[d.pos]; c {
		case ' ', '\t', '\r', '\n':
		default:
			return c
		}
	}
	return 0
}

// literal reads text if it is next.
func (d *Decoder) literal(text string) bool {
	if !bytes.HasPrefix(d.data[d.pos:], []byte(text)) {
		return false
	}
	d.pos += len(text)
	return true
}

// fail keeps the first error, and moves to the end so that all later calls fail
// by themselves: no method has to look for an error before it begins.
func (d *Decoder) fail(err error) {
	if d.err == nil {
		d.err = err
	}
	d.pos = len(d.data)
}

func (d *Decoder) syntax(offset int, msg string) {
	if d.err == nil {
		d.fail(&SyntaxError{Offset: int64(offset), Msg: msg})
	}
}

func (d *Decoder) duplicate(key []byte, offset int) {
	d.syntax(offset, "duplicate member name "+shown(AppendString(nil, string(key))))
}

// unexpected fails at the next byte, where want should stand.
func (d *Decoder) unexpected(want string) {
	if d.err == nil {
		d.syntax(d.pos, "want "+want+", got "+d.here())
	}
}

// here describes the next byte.
func (d *Decoder) here() string {
	if d.pos >= len(d.data) {
		return "the end of the input"
	}
	r, _ := utf8.DecodeRune(d.data[d.pos:])
	return strconv.QuoteRune(r)
}

// mismatch fails at the next value, which is not what was asked for.
func (d *Decoder) mismatch(want string) {
	if d.err != nil {
		return
	}
	var got string
	switch d.Kind() {
	case KindNull:
		got = "null"
	case KindBool:
		got = "a boolean"
	case KindNumber:
		got = "a number"
	case KindString:
		got = "a string"
	case KindArray:
		got = "an array"
	case KindObject:
		got = "an object"
	default:
		d.unexpected(want)
		return
	}
	d.fail(&TypeError{Offset: int64(d.pos), Want: want, Got: got})
}
