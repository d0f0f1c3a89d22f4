package noex

import "math/bits"

// plan is the way a query finds its records:
//
//	conditions ──▶ reaches: what each index makes of some of them
//	                  │ the fewest records          │ others that are worth it
//	                  ▼                             ▼
//	               slots of its parts ──────▶ intersect ──▶ records ──▶ test the rest
//
// or, where that is less work than to sort, a walk along a sorted index.
type plan struct {
	// reach finds the candidates; nil is a scan.
	reach *reach
	// with are met by all results as well.
	with []*reach
	// rest are the conditions left to be tested on each record.
	rest []pred
	// walk, if not nil, is used instead: it yields the records in the order
	// asked for.
	walk *walk
}

// reach is what an index makes of some conditions: the records in any of some
// parts of it, or of several indexes for an Or.
type reach struct {
	branches []branch
	// rows counts their records; those in several of them count several times
	// unless the parts are distinct.
	rows     int
	distinct bool
	// inOrder is set if they are in bucket order.
	inOrder bool
	// covers has a bit for each condition that holds for all of them and for
	// no other record.
	covers uint64
}

// branch is a part of an index.
type branch struct {
	ix   lookup
	part part
}

// walk is a reach of one part in the order of a sorted index.
type walk struct {
	ix   sortedLookup
	part part
	rows int
	// fields is the number of leading fields that make the order, all those of
	// the index if whole is set; then equal ones are in bucket order.
	fields int
	whole  bool
	desc   bool
	covers uint64
	// tail is set if records without a value may follow.
	tail bool
}

// planner makes plans for one state of a bucket.
type planner struct {
	lookups []lookup
	total   int
}

const (
	// worthIntersecting is the number of candidates from which on it pays to
	// look at another index rather than at each record.
	worthIntersecting = 256
	// intersectFactor is how many slots may be marked to save a look at one
	// record.
	intersectFactor = 8
	// maxIn is the number of values up to which In is looked up in an index.
	maxIn = 4096
)

func (pl *planner) plan(a ask) plan {
	reaches := pl.reaches(a.preds)
	var p plan
	rows, covered := pl.total, uint64(0)
	if best := fewest(reaches); best != nil && (best.inOrder || 2*best.rows <= pl.total) {
		p.reach, rows, covered = best, best.rows, best.covers
		for _, r := range reaches {
			if r.covers&^covered != 0 && rows >= worthIntersecting && r.rows <= intersectFactor*rows && 2*r.rows <= pl.total {
				p.with = append(p.with, r)
				covered |= r.covers
			}
		}
	}
	p.rest = uncovered(a.preds, covered)
	if len(a.orders) == 0 {
		return p
	}
	matches := max(rows>>min(2*len(p.rest), 20), 1)
	if w := pl.walk(a.preds, a.orders, reaches); w != nil && w.visits(a.need, matches, rows) <= rows+rows/2 {
		p.walk, p.with, p.rest = w, nil, uncovered(a.preds, w.covers)
	}
	return p
}

// visits estimates how many records a walk looks at to find need of them, if
// so many match and the tail has to be found among rows others.
func (w *walk) visits(need, matches, rows int) int {
	if need >= 0 && need <= matches {
		return min(w.rows, need*max(w.rows/matches, 1))
	}
	if w.tail {
		return w.rows + rows
	}
	return w.rows
}

func uncovered(preds []pred, covered uint64) []pred {
	if covered == 0 {
		return preds
	}
	var rest []pred
	for i := range preds {
		if i >= 64 || covered&(1<<i) == 0 {
			rest = append(rest, preds[i])
		}
	}
	return rest
}

func fewest(reaches []*reach) *reach {
	var best *reach
	for _, r := range reaches {
		if best == nil || r.rows < best.rows || r.rows == best.rows && bits.OnesCount64(r.covers) > bits.OnesCount64(best.covers) {
			best = r
		}
	}
	return best
}

// reaches returns what each index makes of conditions that hold together, and
// each Or whose alternatives all are in indexes.
func (pl *planner) reaches(preds []pred) []*reach {
	var out []*reach
	for _, ix := range pl.lookups {
		if r := pl.through(ix, preds); r != nil {
			out = append(out, r)
		}
	}
	for i := range preds {
		switch p := &preds[i]; {
		case i >= 64:
			return out
		case p.op == opOr:
			if r := pl.union(p.subs, i); r != nil {
				out = append(out, r)
			}
		}
	}
	return out
}

// union unites the best reaches of alternatives, for the condition with number
// i.
func (pl *planner) union(alternatives []pred, i int) *reach {
	all := &reach{covers: 1 << i, distinct: len(alternatives) == 1}
	for j := range alternatives {
		preds := conjuncts(alternatives[j : j+1])
		r := fewest(pl.reaches(preds))
		if r == nil {
			return nil
		}
		if len(uncovered(preds, r.covers)) > 0 {
			all.covers = 0
		}
		all.branches = append(all.branches, r.branches...)
		all.rows += r.rows
		all.distinct = all.distinct && r.distinct
	}
	all.rows = min(all.rows, pl.total)
	return all
}

// exact returns how many records match if the indexes tell.
func (pl *planner) exact(preds []pred) (int, bool) {
	if len(preds) == 0 {
		return pl.total, true
	}
	if r := fewest(pl.reaches(preds)); r != nil && r.distinct && len(uncovered(preds, r.covers)) == 0 {
		return r.rows, true
	}
	if len(preds) != 1 {
		return 0, false
	}
	switch p := &preds[0]; p.op {
	case opNot:
		n, ok := pl.exact(conjuncts(p.subs))
		return pl.total - n, ok
	case opNe:
		n, ok := pl.exact([]pred{p.as(opEq)})
		return pl.total - n, ok
	case opIsSet:
		for _, ix := range pl.lookups {
			if def := ix.define(); len(def.attrs) == 1 && p.about(def.attrs[0].name) {
				return ix.size(), true
			}
		}
	}
	return 0, false
}

// planner returns one for the current state. It and its plans need the lock.
func (t *table) planner() *planner {
	return &planner{lookups: t.lookups, total: t.records.Len()}
}
