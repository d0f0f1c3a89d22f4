// Package slottable finds records by the hash of their key without keeping the
// keys: a table maps a 32-bit hash to slots, and the caller compares the key
// with the one in the record that lies at the slot.
//
// An entry is one word, so the collector has nothing to follow and eight of
// them share a cache line. Growth is spread by extendible hashing (Fagin,
// Nievergelt, Pippenger, Strong, 1979): a directory, indexed by the top bits of
// the hash, leads to segments of at most 512 entries, and a full segment splits
// alone. So an insert moves at most the entries of one segment and, each time
// the table has doubled, the pointers of the directory.
//
//	hash  1 0 1 0 … 1 1 0 1
//	      └┬┘       └──┬──┘
//	       │           └── home of the entry in its segment, linear probing
//	       ▼
//	dir  [00]──▶ segment, depth 1  ┌──────────────┬──────────────┐
//	     [01]──▶ the same          │ hash 32 bits │ slot 32 bits │ × 512
//	     [10]──▶ segment, depth 2  └──────────────┴──────────────┘
//	     [11]──▶ segment, depth 2
//
// The first segment starts with 8 entries and doubles until it is large enough
// to split, so a small table is small.
package slottable
