package noex

import (
	"crypto/rand"
	"encoding/binary"
	mathrand "math/rand/v2"
	"sync"
	"unsafe"

	"github.com/noexgen/noexgen/runtime/internal/swar"
)

// Gen holds what the store contributes to a new record. It is used by one goroutine.
type Gen struct {
	// Now is the time of the insert.
	Now Millis
	// Next is the next number of the bucket's autoincrement counter.
	Next int64

	ids *supply // nil: those of all
}

// UUID returns a random UUID, version 4 (RFC 9562).
func (g Gen) UUID() string {
	if g.ids == nil {
		return UUID()
	}
	return g.ids.uuid()
}

// CUID returns an id in the form of [CUID].
func (g Gen) CUID() string {
	if g.ids == nil {
		return CUID()
	}
	return g.ids.cuid()
}

// UUID returns a random UUID, version 4 (RFC 9562). It is safe for concurrent use.
func UUID() string {
	s := supplies.Get().(*supply)
	id := s.uuid()
	supplies.Put(s)
	return id
}

// CUID returns a collision-resistant id in the original's form: "c" and 32
// hexadecimal digits, 128 bits of them random. It is safe for concurrent use.
func CUID() string {
	s := supplies.Get().(*supply)
	id := s.cuid()
	supplies.Put(s)
	return id
}

// hexDigits returns the eight digits of the lower half of x, the first in the highest byte.
// It makes all of them at once: an id takes a tenth less than with [hex.Encode], an insert a
// fiftieth.
func hexDigits(x uint64) uint64 {
	x &= 1<<32 - 1
	x = (x | x<<16) & 0x0000ffff0000ffff
	x = (x | x<<8) & 0x00ff00ff00ff00ff
	x = (x | x<<4) & (0x0f * swar.Ones)
	letters := (x + 6*swar.Ones) >> 4 & swar.Ones // a one for each digit from 10 on
	return x + '0'*swar.Ones + letters*('a'-'0'-10)
}

// supply is what ids are made of, for many of them.
type supply struct {
	// stream expands a seed of the system's randomness for seeded ids more. It is ChaCha8
	// (https://c2sp.org/chacha8rand), whose numbers nobody can foresee either. To ask the
	// system for each number took an insert a twentieth longer.
	stream mathrand.ChaCha8
	seeded int
	// texts is memory for ids, used up to a place, and from fresh to there by the record that
	// is being made.
	texts       []byte
	used, fresh int
}

var supplies = sync.Pool{New: func() any { return new(supply) }}

func (s *supply) uuid() string {
	high, low, text := s.draw(36)
	high = high&^0xf000 | 4<<12
	low = low&^(3<<62) | 2<<62
	binary.BigEndian.PutUint64(text[0:], hexDigits(high>>32))
	text[8] = '-'
	middle := hexDigits(high)
	binary.BigEndian.PutUint32(text[9:], uint32(middle>>32))
	text[13] = '-'
	binary.BigEndian.PutUint32(text[14:], uint32(middle))
	text[18] = '-'
	middle = hexDigits(low >> 32)
	binary.BigEndian.PutUint32(text[19:], uint32(middle>>32))
	text[23] = '-'
	binary.BigEndian.PutUint32(text[24:], uint32(middle))
	binary.BigEndian.PutUint64(text[28:], hexDigits(low))
	return unsafe.String(unsafe.SliceData(text), len(text))
}

func (s *supply) cuid() string {
	high, low, text := s.draw(33)
	text[0] = 'c'
	for i, half := range [...]uint64{high, low} {
		binary.BigEndian.PutUint64(text[1+16*i:], hexDigits(half>>32))
		binary.BigEndian.PutUint64(text[9+16*i:], hexDigits(half))
	}
	return unsafe.String(unsafe.SliceData(text), len(text))
}

// seed begins another stream. It is a short one, since machines that go on from one snapshot
// draw the same ids until its end.
func (s *supply) seed() {
	const ids = 32
	var seed [32]byte
	rand.Read(seed[:]) // never fails
	s.stream.Seed(seed)
	s.seeded = ids
}

// draw returns what an id is made of: cryptographic randomness that nobody has seen, and
// memory for a text of n bytes. In one struct, which is too large for registers, they make
// an id take a quarter longer.
func (s *supply) draw(n int) (high, low uint64, text []byte) {
	const texts = 8 // of which one that is kept keeps the others
	if s.seeded == 0 {
		s.seed()
	}
	s.seeded--
	high, low = s.stream.Uint64(), s.stream.Uint64()
	if len(s.texts)-s.used < n {
		s.texts, s.used, s.fresh = make([]byte, texts*n), 0, 0
	}
	text = s.texts[s.used:][:n:n]
	s.used += n
	return high, low, text
}

// begin says that another record is being made.
func (s *supply) begin() { s.fresh = s.used }

// reuse takes back the memory of an id that nobody has any longer, if it is the last one
// that was drawn, and was drawn for the record that is being made: else who has an id passed
// it in.
func (s *supply) reuse(id string) {
	if at := s.used - len(id); id != "" && at >= s.fresh && unsafe.StringData(id) == &s.texts[at] {
		s.used = at
	}
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
// is an issue. It is inlined for the fields that a patch leaves alone, as it does most: a
// patch of one field in seven is applied in half the time.
func Merge[T any](c *Check, field string, dst *T, patch Opt[T]) {
	if !patch.IsZero() {
		merge(c, field, dst, patch)
	}
}

func merge[T any](c *Check, field string, dst *T, patch Opt[T]) {
	if c.Required(field, patch.IsSet()) {
		*dst = patch.value
	}
}

// MergeOpt applies one field of a patch to an optional field; null clears it.
func MergeOpt[T any](dst *Opt[T], patch Opt[T]) {
	if !patch.IsZero() {
		*dst = Given(patch)
	}
}
