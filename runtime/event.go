package noex

// EventType says what happened to a record.
type EventType uint8

// The event types.
const (
	Inserted EventType = iota + 1
	Updated
	Deleted
	// Lagged tells a subscriber that it fell too far behind and missed the
	// revisions From to To of the event; it goes on from there.
	Lagged
)

// String returns the name used in patterns: "inserted", "updated", "deleted".
func (t EventType) String() string {
	switch t {
	case Inserted:
		return "inserted"
	case Updated:
		return "updated"
	case Deleted:
		return "deleted"
	case Lagged:
		return "lagged"
	default:
		return "unknown"
	}
}

// Reason says why a record changed.
type Reason uint8

// The reasons of a change.
const (
	// ReasonExplicit is a change that a caller asked for.
	ReasonExplicit Reason = iota
	// ReasonExpired is the removal of a record whose time to live was over.
	ReasonExpired
	// ReasonEvicted is the removal of the oldest record of a full bucket.
	ReasonEvicted
	// ReasonCleared is the removal of a record by Clear.
	ReasonCleared
)

// String returns "explicit", "expired", "evicted" or "cleared".
func (r Reason) String() string {
	switch r {
	case ReasonExpired:
		return "expired"
	case ReasonEvicted:
		return "evicted"
	case ReasonCleared:
		return "cleared"
	default:
		return "explicit"
	}
}

// Event is one change of a record of type R, or, with type [Lagged], the note
// that some were missed.
type Event[R any] struct {
	// Revision is the number of the commit the change belongs to. All events
	// of a commit carry the same one and are delivered together, in order.
	Revision uint64
	// Bucket is the name of the bucket.
	Bucket string
	// Type says what happened.
	Type EventType
	// Key is the primary key of the record.
	Key any
	// Old is the record before the change; the zero value for Inserted.
	Old R
	// New is the record after the change; the zero value for Deleted.
	New R
	// Reason says why.
	Reason Reason
	// From and To are the first and the last revision missed, for Lagged only.
	From, To uint64
}

// AnyEvent is an [Event] of a bucket whose record type is not known; Old and
// New hold values of the record type, or nil.
type AnyEvent = Event[any]
