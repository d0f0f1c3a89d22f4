package noex

import (
	"iter"
	"slices"
)

// len counts the records that the snapshot sees.
func (v *view) len() int {
	if v.sn.track {
		v.reads.whole = true
	}
	return v.counted(nil, -1)
}

// walk yields the records that the snapshot sees now, in bucket order or backward.
// It walks the current ones and puts right on the way what is different, so that
// it takes memory for the differences only.
func (v *view) walk(back bool) iter.Seq[*row] {
	if v.sn.track {
		v.reads.whole = true
	}
	if v.sn.ended {
		return func(func(*row) bool) {}
	}
	v.lock()
	recs := v.t.frozenPlaced(back)
	v.unlock()
	gone, own := v.differences()
	compare := v.t.comparePlaced
	if back {
		slices.Reverse(own)
		compare = func(a, b placed) int { return v.t.comparePlaced(b, a) }
	}
	return func(yield func(*row) bool) {
		own := own
		for p := range recs {
			if len(gone) > 0 && has(gone, v.t.keyOf(p.rec)) || v.visible(p.rec) == nil {
				continue
			}
			for len(own) > 0 && compare(own[0], p) < 0 {
				if !yield(own[0].rec) {
					return
				}
				own = own[1:]
			}
			if !yield(p.rec) {
				return
			}
		}
		for _, p := range own {
			if !yield(p.rec) {
				return
			}
		}
	}
}

// differences returns the keys of which the snapshot does not see the current records,
// and the records that it sees instead, in bucket order.
func (v *view) differences() (gone map[scalar]struct{}, own []placed) {
	if v.current() {
		return nil, nil
	}
	gone = make(map[scalar]struct{}, len(v.undo)+len(v.writes))
	for key, u := range v.undo {
		gone[key] = struct{}{}
		if !v.writesTo(key) && v.visible(u.rec) != nil {
			own = append(own, u.placed)
		}
	}
	for _, w := range v.writes {
		gone[w.key()] = struct{}{}
		if v.visible(w.rec) != nil {
			own = append(own, placed{w.rec, w.rank})
		}
	}
	v.t.arrange(own)
	return gone, own
}

// frozenPlaced yields the current records, in bucket order or backward. It needs
// the lock, what it returns does not.
func (t *table) frozenPlaced(back bool) iter.Seq[placed] {
	snap := t.frozen()
	if snap.keys != nil {
		recs := snap.all()
		if back {
			recs = snap.backward()
		}
		return func(yield func(placed) bool) {
			recs(func(r *row) bool { return yield(placed{rec: r}) })
		}
	}
	recs := snap.view.All()
	if back {
		recs = snap.view.Backward()
	}
	return func(yield func(placed) bool) {
		defer snap.release()
		recs(func(slot uint32, r *row) bool { return yield(placed{r, snap.view.Rank(slot)}) })
	}
}
