package noex

import (
	"crypto/rand"
	"encoding/hex"
	"sync"
	"unsafe"
)

// Gen holds what the store contributes to a new record.
type Gen struct {
	// Now is the time of the insert.
	Now Millis
	// Next is the next number of the bucket's autoincrement counter.
	Next int64
}

// UUID returns a random UUID, version 4 (RFC 9562).
func UUID() string {
	id := drawID(36)
	b, s := id.random[:], id.text
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	hex.Encode(s[0:8], b[0:4])
	hex.Encode(s[9:13], b[4:6])
	hex.Encode(s[14:18], b[6:8])
	hex.Encode(s[19:23], b[8:10])
	hex.Encode(s[24:36], b[10:16])
	s[8], s[13], s[18], s[23] = '-', '-', '-', '-'
	return unsafe.String(unsafe.SliceData(s), len(s))
}

// CUID returns a collision-resistant id in the original's form: "c" and 32
// hexadecimal digits, 128 bits of them random.
func CUID() string {
	id := drawID(33)
	id.text[0] = 'c'
	hex.Encode(id.text[1:], id.random[:])
	return unsafe.String(unsafe.SliceData(id.text), len(id.text))
}

// rawID is what an id is made of: randomness that nobody has seen, and memory that
// nobody writes to again once the id is in it.
type rawID struct {
	random [16]byte
	text   []byte
}

// supply is what ids are made of, for many of them, since each draw of randomness
// costs as much as the rest of an id.
type supply struct {
	random [512]byte
	left   int // of random
	texts  []byte
}

var supplies = sync.Pool{New: func() any { return new(supply) }}

// drawID returns cryptographic randomness and memory for a text of n bytes.
func drawID(n int) (id rawID) {
	const texts = 8 // of which one that is kept keeps the others
	s := supplies.Get().(*supply)
	if s.left == 0 {
		rand.Read(s.random[:]) // never fails
		s.left = len(s.random)
	}
	from := s.random[len(s.random)-s.left:]
	copy(id.random[:], from)
	clear(from[:len(id.random)])
	s.left -= len(id.random)
	if len(s.texts) < n {
		s.texts = make([]byte, texts*n)
	}
	id.text, s.texts = s.texts[:n:n], s.texts[n:]
	supplies.Put(s)
	return id
}

// Default returns what an insert puts into a field that has a default: the
// value given, or v where none is. An explicit null is an issue, since such a
// field cannot be empty.
func Default[T any](c *Check, field string, in Opt[T], v T) T {
	switch {
	case in.IsSet():
		return in.value
	case in.IsNull():
		c.Required(field, false)
	}
	return v
}

// Generated is Default for a value that is made only when it is needed.
func Generated[T any](c *Check, field string, in Opt[T], make func() T) T {
	if in.IsZero() {
		return make()
	}
	c.Required(field, in.IsSet())
	return in.value
}

// Given returns what an insert puts into an optional field: the value given,
// with null made absent.
func Given[T any](in Opt[T]) Opt[T] {
	if in.IsSet() {
		return in
	}
	return Opt[T]{}
}

// Merge applies one field of a patch to a field that always has a value; null
// is an issue.
func Merge[T any](c *Check, field string, dst *T, patch Opt[T]) {
	switch {
	case patch.IsSet():
		*dst = patch.value
	case patch.IsNull():
		c.Required(field, false)
	}
}

// MergeOpt applies one field of a patch to an optional field; null clears it.
func MergeOpt[T any](dst *Opt[T], patch Opt[T]) {
	if !patch.IsZero() {
		*dst = Given(patch)
	}
}
