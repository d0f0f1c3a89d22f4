package proof

import (
	"cmp"
	"slices"

	noex "github.com/noexgen/noexgen/runtime"
)

// model is what a bucket holds, in the most naive form: a list of records in
// order of insertion. A record in it is never changed, only replaced.
type model[K noex.Key, R any] struct {
	key     func(*R) K
	meta    func(*R) *noex.Meta
	ordered bool
	max     int
	ttl     noex.Millis
	unique  []func(*R) any // nil: the record has no such value

	recs []*R
	// dead are the records that have expired and whose removal was not seen
	// yet; removed says why others left.
	dead    []*R
	removed map[K]noex.Reason
	wrote   bool
	// crowd is what there was before the bucket was made smaller.
	crowd []*R
	// others are, while a transaction is tried again, the records of others:
	// its own do not expire while it runs.
	others map[*R]bool
	opened noex.Millis
}

// fork returns a model that starts as m is now.
func (m *model[K, R]) fork() *model[K, R] {
	f := *m
	f.recs, f.dead, f.removed, f.wrote, f.crowd = slices.Clone(m.recs), nil, nil, false, nil
	return &f
}

func (m *model[K, R]) expired(r *R, now noex.Millis) bool {
	at := m.meta(r).ExpiresAt
	if m.others != nil && !m.others[r] && at > m.opened {
		return false
	}
	return m.ttl > 0 && at != 0 && at <= now
}

// bury moves the records that have expired out of the way.
func (m *model[K, R]) bury(now noex.Millis) {
	m.recs = slices.DeleteFunc(m.recs, func(r *R) bool {
		if !m.expired(r, now) {
			return false
		}
		m.dead = append(m.dead, r)
		return true
	})
}

// visible returns the records in bucket order.
func (m *model[K, R]) visible(now noex.Millis) []*R {
	out := slices.DeleteFunc(slices.Clone(m.recs), func(r *R) bool { return m.expired(r, now) })
	if m.ordered {
		slices.SortFunc(out, func(a, b *R) int { return cmp.Compare(m.key(a), m.key(b)) })
	}
	return out
}

func (m *model[K, R]) get(key K, now noex.Millis) *R {
	for _, r := range m.recs {
		if m.key(r) == key && !m.expired(r, now) {
			return r
		}
	}
	return nil
}

// find returns a record, expired or not.
func (m *model[K, R]) find(key K) *R {
	for _, r := range m.recs {
		if m.key(r) == key {
			return r
		}
	}
	return nil
}

// clashes reports whether another visible record has a unique value of r.
func (m *model[K, R]) clashes(r *R, now noex.Millis) bool {
	for _, value := range m.unique {
		v := value(r)
		for _, other := range m.recs {
			if v != nil && m.key(other) != m.key(r) && value(other) == v && !m.expired(other, now) {
				return true
			}
		}
	}
	return false
}

func (m *model[K, R]) add(r *R) {
	m.wrote = true
	m.drop(m.key(r))
	m.recs = append(m.recs, r)
}

func (m *model[K, R]) replace(r *R) {
	m.wrote = true
	for i, old := range m.recs {
		if m.key(old) == m.key(r) {
			m.recs[i] = r
		}
	}
}

// drop removes a record, which may have expired.
func (m *model[K, R]) drop(key K) {
	m.recs = slices.DeleteFunc(m.recs, func(r *R) bool { return m.key(r) == key })
}

func (m *model[K, R]) remove(key K, why noex.Reason) {
	m.wrote = true
	m.drop(key)
	if m.removed == nil {
		m.removed = make(map[K]noex.Reason)
	}
	m.removed[key] = why
}

// evict removes the oldest records of a bucket that is too large.
func (m *model[K, R]) evict(now noex.Millis) {
	if m.max == 0 {
		return
	}
	m.crowd = slices.Clone(m.recs)
	m.bury(now)
	for len(m.recs) > m.max {
		m.remove(m.key(m.recs[0]), noex.ReasonEvicted)
	}
}

// change is an event without its revision.
type change[R any] struct {
	Type     noex.EventType
	Old, New R
	Reason   noex.Reason
}

// changes returns the events that lead from one state to another: inserts in
// order of insertion, then updates and deletes by key. Expiry is left out.
func (m *model[K, R]) changes(before []*R) []change[R] {
	var out []change[R]
	was := make(map[K]*R)
	for _, r := range before {
		was[m.key(r)] = r
	}
	now := m.recs
	if m.crowd != nil {
		now = slices.DeleteFunc(m.crowd, func(r *R) bool {
			return !slices.Contains(m.recs, r) && (slices.Contains(before, r) || !slices.Contains(m.dead, r))
		})
	}
	var updated []change[R]
	for _, r := range now {
		old := was[m.key(r)]
		delete(was, m.key(r))
		switch {
		case old == nil:
			out = append(out, change[R]{Type: noex.Inserted, New: *r})
		case old != r:
			updated = append(updated, change[R]{Type: noex.Updated, Old: *old, New: *r})
		}
	}
	slices.SortFunc(updated, func(a, b change[R]) int { return cmp.Compare(m.key(&a.New), m.key(&b.New)) })
	var deleted []change[R]
	for key, old := range was {
		if why, ok := m.removed[key]; ok {
			deleted = append(deleted, change[R]{Type: noex.Deleted, Old: *old, Reason: why})
		}
	}
	slices.SortFunc(deleted, func(a, b change[R]) int { return cmp.Compare(m.key(&a.Old), m.key(&b.Old)) })
	m.removed, m.crowd = nil, nil
	return append(append(out, updated...), deleted...)
}
