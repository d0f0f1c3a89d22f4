package noex

// readSet is what was read of a bucket in a snapshot: single keys, conditions
// and the whole bucket. A change elsewhere cannot have altered what was read.
type readSet struct {
	keys  keySet
	conds []cond
	whole bool
}

// cond stands for the records that match all of preds.
type cond struct{ preds []pred }

func (c cond) matches(r *row) bool { return matchAll(c.preds, r) }

func (s *readSet) key(k hashedKey) {
	if s.keys.find(k) < 0 {
		s.keys.add(k)
	}
}

func (s *readSet) cond(preds []pred) {
	if len(preds) == 0 {
		s.whole = true
		return
	}
	s.conds = append(s.conds, cond{preds})
}

// touchedBy reports whether a change of the record of a key may alter what was
// read.
func (s *readSet) touchedBy(k hashedKey, old, r *row) bool {
	if s.whole || s.keys.find(k) >= 0 {
		return true
	}
	for _, c := range s.conds {
		if old != nil && c.matches(old) || r != nil && c.matches(r) {
			return true
		}
	}
	return false
}
