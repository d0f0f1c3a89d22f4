package noex

import (
	"fmt"
	"slices"
	"strings"
)

// On calls fn for every change whose topic matches pattern, like Feed.On. The
// topic of a change is "bucket.<name>.<type>", as in "bucket.users.inserted";
// in a pattern the name and the type may be "*". A pattern of another form, or
// one that names no bucket of the store, is an error, as is a closed store.
func (s *Store) On(pattern string, fn func(AnyEvent)) (stop func(), err error) {
	bucket, typ, err := s.parsePattern(pattern)
	if err != nil {
		return nil, err
	}
	if err := s.checkOpen(); err != nil {
		return nil, err
	}
	return handle(s, fn, func(e *logEntry, missed [2]uint64, fn func(AnyEvent)) {
		if e == nil {
			fn(AnyEvent{Revision: missed[1], Bucket: bucket, Type: Lagged, From: missed[0], To: missed[1]})
			return
		}
		for _, ch := range e.changes() {
			if bucket != "*" && ch.table.name != bucket || typ != 0 && ch.typ != typ {
				continue
			}
			ev := ch.table.event(ch)
			ev.Revision = e.revision
			fn(ev)
		}
	}), nil
}

func (s *Store) parsePattern(pattern string) (bucket string, typ EventType, err error) {
	parts := strings.Split(pattern, ".")
	if len(parts) != 3 || parts[0] != "bucket" {
		return "", 0, fmt.Errorf("pattern %q: want bucket.<name or *>.<inserted, updated, deleted or *>", pattern)
	}
	names := make([]string, len(s.tables))
	for i, t := range s.tables {
		names[i] = t.name
	}
	if parts[1] != "*" && !slices.Contains(names, parts[1]) {
		return "", 0, fmt.Errorf("pattern %q: no bucket %q; the store has %s", pattern, parts[1], strings.Join(names, ", "))
	}
	switch parts[2] {
	case "*":
		return parts[1], 0, nil
	case "inserted":
		return parts[1], Inserted, nil
	case "updated":
		return parts[1], Updated, nil
	case "deleted":
		return parts[1], Deleted, nil
	}
	return "", 0, fmt.Errorf("pattern %q: no event type %q; want inserted, updated, deleted or *", pattern, parts[2])
}
