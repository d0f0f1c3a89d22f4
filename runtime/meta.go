package noex

import "time"

// Millis is a point in time in milliseconds since the Unix epoch. Zero means
// "never" where a time may be missing.
type Millis int64

// MillisOf returns t in milliseconds, rounded down.
func MillisOf(t time.Time) Millis { return Millis(t.UnixMilli()) }

// Time returns m as a time in UTC.
func (m Millis) Time() time.Time { return time.UnixMilli(int64(m)).UTC() }

// Meta is what the store keeps about every record. The store sets it; what a
// caller writes into it is ignored.
type Meta struct {
	// Version is 1 after the insert and grows by one with each update.
	Version uint64
	// CreatedAt is the time of the insert.
	CreatedAt Millis
	// UpdatedAt is the time of the last insert or update.
	UpdatedAt Millis
	// ExpiresAt is the time from which the record is invisible, or zero.
	ExpiresAt Millis
}

func hasExpired(m *Meta, now Millis) bool { return m.ExpiresAt != 0 && m.ExpiresAt <= now }
