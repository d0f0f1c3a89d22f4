// Package swar looks at text eight bytes at a time, in a word: SIMD within a register
// (Lamport, "Multiple byte processing with full-word instructions", 1975). The first byte of
// the text is the lowest of the word.
package swar

import "encoding/binary"

const (
	// Ones is a word of eight ones: times a byte, it is that byte eight times.
	Ones = 0x0101010101010101
	// TopBits has the highest bit of each byte.
	TopBits = 0x80 * Ones
)

// Load returns the word at data[i:i+8].
func Load(data []byte, i int) uint64 { return binary.LittleEndian.Uint64(data[i:]) }

// LoadString returns the word at s[i:i+8]. The compiler makes one load of it.
func LoadString(s string, i int) uint64 {
	s = s[i : i+8]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}
