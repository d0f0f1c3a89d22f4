package noex

// readSet is what was read of a bucket in a snapshot: single keys, conditions
// and the whole bucket. A change elsewhere cannot have altered what was read.
type readSet[K Key, R any] struct {
	keys  map[K]struct{}
	conds []cond[R]
	whole bool
}

// cond stands for the records that match all of preds.
type cond[R any] struct{ preds []Pred[R] }

func (c cond[R]) matches(r *R) bool { return matchAll(c.preds, r) }

func (s *readSet[K, R]) key(key K) {
	if key != key {
		return // not a number: no record has it, ever
	}
	if s.keys == nil {
		s.keys = make(map[K]struct{})
	}
	s.keys[key] = struct{}{}
}

func (s *readSet[K, R]) cond(preds []Pred[R]) {
	if len(preds) == 0 {
		s.whole = true
		return
	}
	s.conds = append(s.conds, cond[R]{preds})
}

// touchedBy reports whether a change may alter what was read.
func (s *readSet[K, R]) touchedBy(key K, old, r *R) bool {
	if s.whole || has(s.keys, key) {
		return true
	}
	for _, c := range s.conds {
		if old != nil && c.matches(old) || r != nil && c.matches(r) {
			return true
		}
	}
	return false
}

// unpack returns the key and the records of a change of t.
func (t *table[K, R]) unpack(ch change) (key K, old, r *R) {
	old, _ = ch.old.(*R)
	r, _ = ch.new.(*R)
	if r != nil {
		return t.key(r), old, r
	}
	return t.key(old), old, nil
}
