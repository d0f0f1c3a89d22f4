package noex

import "math/rand/v2"

// deps finds the live queries that a change of one bucket may touch. What a
// query read is filed by key, by the values of a field that it compares with
// Eq or In, by a range of a field, or, failing that, in a list; so the cost of
// a change does not grow with the number of queries that read other keys,
// values and ranges.
type deps[K Key, R any] struct {
	t      *table[K, R]
	keys   map[K]map[*liveNode]struct{}
	fields map[any]*fieldDeps[R] // by field name or, for an index, its definition
	ranges map[string]*rangeDeps[R]
	conds  map[*liveNode][]cond[R]
	whole  map[*liveNode]struct{}
}

// fieldDeps are the conditions that compare one field with Eq or In.
type fieldDeps[R any] struct {
	value  func(*R) (any, bool)
	values map[any]map[*liveNode][]cond[R]
}

// anyDeps is deps whose types are not known.
type anyDeps interface {
	affected(ch change, mark func(*liveNode))
	remove(n *liveNode, read anyView)
}

func newDeps[K Key, R any](t *table[K, R]) *deps[K, R] {
	return &deps[K, R]{
		t:      t,
		keys:   make(map[K]map[*liveNode]struct{}),
		fields: make(map[any]*fieldDeps[R]),
		ranges: make(map[string]*rangeDeps[R]),
		conds:  make(map[*liveNode][]cond[R]),
		whole:  make(map[*liveNode]struct{}),
	}
}

// add files what a query read.
func (d *deps[K, R]) add(n *liveNode, read *readSet[K, R]) {
	if read.whole {
		d.whole[n] = struct{}{}
	}
	for key := range read.keys {
		if d.keys[key] == nil {
			d.keys[key] = make(map[*liveNode]struct{})
		}
		d.keys[key][n] = struct{}{}
	}
	for _, c := range read.conds {
		p := c.equality()
		if p == nil {
			d.addRange(n, c)
			continue
		}
		f := d.fields[p.subject()]
		if f == nil {
			f = &fieldDeps[R]{value: p.value, values: make(map[any]map[*liveNode][]cond[R])}
			d.fields[p.subject()] = f
		}
		for _, v := range p.args {
			if v != v {
				continue // NaN, which no record has
			}
			if f.values[v] == nil {
				f.values[v] = make(map[*liveNode][]cond[R])
			}
			f.values[v][n] = append(f.values[v][n], c)
		}
	}
}

// addRange files a condition that compares no field with Eq or In.
func (d *deps[K, R]) addRange(n *liveNode, c cond[R]) {
	s, p := c.ranged()
	if p == nil {
		d.conds[n] = append(d.conds[n], c)
		return
	}
	f := d.ranges[p.field]
	if f == nil {
		f = &rangeDeps[R]{value: p.value, of: make(map[*liveNode][]*interval[R])}
		d.ranges[p.field] = f
	}
	f.add(n, s, c, rand.Uint64())
}

// equality returns the condition of c on the fewest values of one field, or
// nil.
func (c cond[R]) equality() *Pred[R] {
	var best *Pred[R]
	for i := range c.preds {
		if p := &c.preds[i]; (p.op == opEq || p.op == opIn) && (best == nil || len(p.args) < len(best.args)) {
			best = p
		}
	}
	return best
}

// subject is what Eq and In are about: a field, or an index of several.
func (p *Pred[R]) subject() any {
	if p.index != nil {
		return p.index
	}
	return p.field
}

// remove undoes add.
func (d *deps[K, R]) remove(n *liveNode, read anyView) {
	set := &read.(*view[K, R]).reads
	delete(d.whole, n)
	delete(d.conds, n)
	for field, f := range d.ranges {
		if f.remove(n); f.root == nil {
			delete(d.ranges, field)
		}
	}
	for key := range set.keys {
		delete(d.keys[key], n)
		if len(d.keys[key]) == 0 {
			delete(d.keys, key)
		}
	}
	for _, c := range set.conds {
		p := c.equality()
		if p == nil {
			continue
		}
		f := d.fields[p.subject()]
		if f == nil {
			continue
		}
		for _, v := range p.args {
			delete(f.values[v], n)
			if len(f.values[v]) == 0 {
				delete(f.values, v)
			}
		}
		if len(f.values) == 0 {
			delete(d.fields, p.subject())
		}
	}
}

// affected marks the queries whose result a change may alter.
func (d *deps[K, R]) affected(ch change, mark func(*liveNode)) {
	key, old, r := d.t.unpack(ch)
	for n := range d.whole {
		mark(n)
	}
	for n := range d.keys[key] {
		mark(n)
	}
	for _, rec := range [...]*R{old, r} {
		if rec == nil {
			continue
		}
		for n, conds := range d.conds {
			markMatching(n, conds, rec, mark)
		}
		for _, f := range d.ranges {
			if v, ok := f.value(rec); ok {
				f.root.holding(v, func(x *interval[R]) {
					if x.c.matches(rec) {
						mark(x.n)
					}
				})
			}
		}
		for _, f := range d.fields {
			v, ok := f.value(rec)
			if !ok {
				continue
			}
			for n, conds := range f.values[v] {
				markMatching(n, conds, rec, mark)
			}
		}
	}
}

func markMatching[R any](n *liveNode, conds []cond[R], r *R, mark func(*liveNode)) {
	for _, c := range conds {
		if c.matches(r) {
			mark(n)
			return
		}
	}
}

// depIndex holds the deps of all buckets.
type depIndex struct {
	tables map[anyTable]anyDeps
}

// file replaces what a query read by what it read now.
func (x *depIndex) file(n *liveNode, reads []anyView) {
	x.unfile(n)
	for _, v := range reads {
		v.fileIn(x, n)
	}
	n.reads = reads
}

func (x *depIndex) unfile(n *liveNode) {
	for _, v := range n.reads {
		if d := x.tables[v.table()]; d != nil {
			d.remove(n, v)
		}
	}
	n.reads = nil
}

func (v *view[K, R]) table() anyTable { return v.t }

func (v *view[K, R]) fileIn(x *depIndex, n *liveNode) {
	d, ok := x.tables[v.t].(*deps[K, R])
	if !ok {
		d = newDeps(v.t)
		x.tables[v.t] = d
	}
	d.add(n, &v.reads)
	// Only what was read is kept; records would be held for nothing.
	v.undo, v.writes, v.order = nil, nil, nil
}

// touched reports whether one of changes may have altered what was read.
func (v *view[K, R]) touched(changes []change) bool {
	for _, ch := range changes {
		if ch.table != anyTable(v.t) {
			continue
		}
		if key, old, r := v.t.unpack(ch); v.reads.touchedBy(key, old, r) {
			return true
		}
	}
	return false
}
