package noex

import (
	"time"

	"github.com/noexgen/noexgen/runtime/codec"
)

// Key is what a primary key can be. Strings are ordered by their bytes.
type Key interface {
	~string | ~int64 | ~float64
}

// Schema is what generated code tells the runtime about a bucket with keys of
// type K, records of type R, inputs of type I and patches of type P. It is
// read only. The functions are called without any lock held, from several
// goroutines at once.
type Schema[K Key, R, I, P any] struct {
	// Name is the name of the bucket.
	Name string
	// Version, 1 if it is left out, and Fingerprint identify the shape of its
	// records.
	Version     int
	Fingerprint string
	// Ordered buckets are read in the order of their keys, others in the order
	// of insertion.
	Ordered bool
	// Volatile buckets are never persisted.
	Volatile bool
	// TTL is the time to live of a record, or 0.
	TTL time.Duration
	// MaxSize is the number of records at which the oldest is evicted, or 0.
	MaxSize int
	// Fields are the fields in the order of the definition.
	Fields []FieldInfo
	// Indexes are the indexes of the bucket.
	Indexes []*Index

	// Key is the primary key.
	Key Part
	// Meta returns the Meta of a record.
	Meta func(*R) *Meta
	// Number returns the field that the autoincrement counter fills; nil when
	// there is none.
	Number func(*R) int64
	// SetKey and HasKey are set where that field is the primary key: one gives
	// the record another number, the other reports whether an input chose it.
	SetKey func(*R, int64)
	HasKey func(I) bool
	// InputExpiry returns the expiry that an input asks for; nil without TTL.
	InputExpiry func(I) Opt[time.Time]

	// New fills a record from an input, with generated and default values
	// where the input has none.
	New func(r *R, in I, g Gen, c *Check)
	// Patch applies the changes of a patch to a record.
	Patch func(r *R, p P, c *Check)
	// Check validates a record and brings its values to their stored form. Old is
	// the version before, a zero record if there is none.
	Check func(old, r *R, c *Check)
	// Guard reports the fields that differ although no update may change them.
	Guard func(old, r *R, c *Check)
	// Clone replaces the slices and maps of a record by copies; nil where
	// there are none.
	Clone func(*R)

	// Append appends a record as a JSON object without its closing brace.
	Append func(b []byte, r *R, f codec.Form) []byte
	// Decode reads a JSON object into a record and returns the members that
	// the schema does not know, as codec.Decoder.Keep collects them.
	Decode func(d *codec.Decoder, r *R) (extra []byte)
}
