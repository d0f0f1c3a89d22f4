package codec

import (
	"fmt"
	"unicode/utf8"
)

// SyntaxError says that the input is not JSON text this package accepts: it
// breaks the grammar, repeats a member name, holds invalid UTF-8, nests too
// deep, or holds a number outside the range of float64.
type SyntaxError struct {
	Offset int64  // byte offset of the offending place
	Msg    string // what is wrong there
}

// Error says what is wrong, and where.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("invalid JSON at offset %d: %s", e.Offset, e.Msg)
}

// TypeError says that a value is JSON, but not what the reader asked for. A
// reader that collects such errors goes on with [Decoder.Recover].
type TypeError struct {
	Offset int64  // byte offset at which the value begins
	Want   string // what was asked for: "string", "integer", "date", …
	Got    string // what is there: "null", "an object", "1.5", …
}

// Error says what was asked for, what is there, and where.
func (e *TypeError) Error() string {
	return fmt.Sprintf("want %s, got %s at offset %d", e.Want, e.Got, e.Offset)
}

// ValueError says that a Go value cannot be kept as a free-form value.
type ValueError struct {
	Path string // where it lies in the value, as in a.b[3]; empty: the value itself
	Msg  string // what is wrong with it
}

// Error names the path and what is wrong there.
func (e *ValueError) Error() string {
	if e.Path == "" {
		return e.Msg
	}
	return e.Path + ": " + e.Msg
}

// maxShown bounds how much of the input an error message repeats.
const maxShown = 40

// shown is text from the input as a message repeats it: cut where it is long.
func shown(text []byte) string {
	if len(text) <= maxShown {
		return string(text)
	}
	cut := maxShown
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return string(text[:cut]) + "…"
}
