// Package codec holds the JSON primitives that generated code calls to write
// and read a record.
//
// The one idea: a generated encoder or decoder is straight-line code over a
// byte slice. It knows every member of its record, so nothing is looked up by
// reflection; this package supplies the parts that are hard to get right (text,
// numbers, dates, free-form values, duplicate keys, unknown members) and the
// generated code puts them in a row.
//
//	record ── Append… ──▶ bytes as JSON.stringify writes them ──▶ file, row, hash
//	record ◀── Decoder ── bytes of any strict JSON text ◀──────── file, row, request
//
// What is written is RFC 8259 text byte for byte as ECMAScript's JSON.stringify
// writes it: no white space, ECMAScript's number format, nothing escaped beyond
// what it escapes. The checksum of a stored file is a hash of those bytes, so
// [Compact] can bring any JSON text into that form.
//
// What is read is strict: invalid UTF-8, raw control characters, duplicate
// member names, numbers outside float64, trailing commas and anything after the
// value are errors, and nesting ends at [MaxDepth]. No input makes the decoder
// panic, or allocate more than a multiple of the input's length.
//
// # Text
//
// A Go string holds UTF-8. A lone UTF-16 surrogate, which JSON can express as an
// escape and a JavaScript string can hold, is kept as its three-byte
// generalised UTF-8 form (WTF-8) and written as an escape again.
//
// # Dates
//
// A date has two forms. [Plain] is RFC 3339 text, for people and other programs.
// [Stored] is the tagged object of the original system, which tells a date from
// a string that looks like one.
//
// # Free-form values
//
// A value of type any holds nil, bool, string, float64, int64, time.Time, []any
// or map[string]any, and nothing else; [NormalizeAny] brings Go values there.
// An integer is int64 only where a float64 would not do: see [NormalizeAny].
//
// Functions are safe for concurrent use; a [Decoder] belongs to one goroutine.
package codec
