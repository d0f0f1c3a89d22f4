package noex

import (
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
)

// deps finds the live queries that a change of one bucket may touch. What a
// query read is filed by key, by the values of a field that it compares with
// Eq or In, by a range of a field, or, failing that, in a list; so the cost of
// a change does not grow with the number of queries that read other keys,
// values and ranges.
type deps struct {
	keys   map[scalar]map[*liveNode]struct{}
	fields map[string]*fieldDeps // by the names of the fields
	ranges map[string]*rangeDeps // by that of the field
	conds  map[*liveNode][]cond
	whole  map[*liveNode]struct{}
}

// fieldDeps are the conditions that compare certain fields with Eq, or one with
// In. They are filed by hash: those of other values that share it are told
// apart by what they hold for.
type fieldDeps struct {
	attrs  []*attr
	values map[uint32]map[*liveNode][]cond
}

func newDeps() *deps {
	return &deps{
		keys:   make(map[scalar]map[*liveNode]struct{}),
		fields: make(map[string]*fieldDeps),
		ranges: make(map[string]*rangeDeps),
		conds:  make(map[*liveNode][]cond),
		whole:  make(map[*liveNode]struct{}),
	}
}

// add files what a query read.
func (d *deps) add(n *liveNode, t *table, read *readSet) {
	if read.whole {
		d.whole[n] = struct{}{}
	}
	for _, k := range read.keys.all {
		key := k.key()
		if d.keys[key] == nil {
			d.keys[key] = make(map[*liveNode]struct{})
		}
		d.keys[key][n] = struct{}{}
	}
	for _, c := range read.conds {
		eq, ok := c.equality(&t.hasher)
		if !ok {
			d.addRange(n, c)
			continue
		}
		f := d.fields[eq.subject]
		if f == nil {
			f = &fieldDeps{attrs: eq.attrs, values: make(map[uint32]map[*liveNode][]cond)}
			d.fields[eq.subject] = f
		}
		for _, hash := range eq.hashes {
			if f.values[hash] == nil {
				f.values[hash] = make(map[*liveNode][]cond)
			}
			f.values[hash][n] = append(f.values[hash][n], c)
		}
	}
}

// addRange files a condition that compares no field with Eq or In.
func (d *deps) addRange(n *liveNode, c cond) {
	s, a := c.ranged()
	if a == nil {
		d.conds[n] = append(d.conds[n], c)
		return
	}
	f := d.ranges[a.name]
	if f == nil {
		f = &rangeDeps{attr: a, of: make(map[*liveNode][]*interval)}
		d.ranges[a.name] = f
	}
	f.add(n, s, c, rand.Uint64())
}

// equality is what a condition asks of some fields: to have one of the values
// with these hashes.
type equality struct {
	subject string
	attrs   []*attr
	hashes  []uint32
}

// equality returns what c asks of the fields that it compares with Eq or, if
// there are none, of the one that it compares with the shortest In.
func (c cond) equality(h *hasher) (eq equality, ok bool) {
	byName := make(map[string]*pred)
	var in *pred
	for i := range c.preds {
		switch p := &c.preds[i]; p.op {
		case opEq:
			byName[p.attr.name] = p
		case opIn:
			if in == nil || len(p.args) < len(in.args) {
				in = p
			}
		}
	}
	if len(byName) == 0 {
		if in == nil {
			return eq, false
		}
		for _, v := range in.args {
			eq.hashes = append(eq.hashes, h.hash(v))
		}
		eq.subject, eq.attrs = in.attr.name, []*attr{in.attr}
		return eq, true
	}
	names := slices.Sorted(maps.Keys(byName))
	values := make([]scalar, len(names))
	for i, name := range names {
		values[i] = byName[name].arg
		eq.attrs = append(eq.attrs, byName[name].attr)
	}
	eq.subject, eq.hashes = strings.Join(names, "\x00"), []uint32{h.hashAll(values)}
	return eq, true
}

// hashOf returns the hash of a record's values of the fields, false if it
// lacks one.
func (f *fieldDeps) hashOf(h *hasher, r *row) (uint32, bool) {
	var buf [fewFields]scalar
	def := indexDef{attrs: f.attrs}
	values, ok := def.values(buf[:0], r)
	if !ok {
		return 0, false
	}
	return h.hashAll(values), true
}

// remove undoes add.
func (d *deps) remove(n *liveNode, t *table, read *readSet) {
	delete(d.whole, n)
	delete(d.conds, n)
	for field, f := range d.ranges {
		if f.remove(n); f.root == nil {
			delete(d.ranges, field)
		}
	}
	for _, k := range read.keys.all {
		key := k.key()
		delete(d.keys[key], n)
		if len(d.keys[key]) == 0 {
			delete(d.keys, key)
		}
	}
	for _, c := range read.conds {
		eq, _ := c.equality(&t.hasher)
		f := d.fields[eq.subject]
		if f == nil {
			continue
		}
		for _, hash := range eq.hashes {
			delete(f.values[hash], n)
			if len(f.values[hash]) == 0 {
				delete(f.values, hash)
			}
		}
		if len(f.values) == 0 {
			delete(d.fields, eq.subject)
		}
	}
}

// affected marks the queries whose result a change may alter.
func (d *deps) affected(ch change, mark func(*liveNode)) {
	for n := range d.whole {
		mark(n)
	}
	if len(d.keys) > 0 {
		for n := range d.keys[ch.key()] {
			mark(n)
		}
	}
	for _, rec := range [...]*row{ch.old, ch.new} {
		if rec == nil {
			continue
		}
		for n, conds := range d.conds {
			markMatching(n, conds, rec, mark)
		}
		for _, f := range d.ranges {
			if v, ok := f.attr.get(rec); ok {
				f.root.holding(v, func(x *interval) {
					if x.c.matches(rec) {
						mark(x.n)
					}
				})
			}
		}
		for _, f := range d.fields {
			hash, ok := f.hashOf(&ch.table.hasher, rec)
			if !ok {
				continue
			}
			for n, conds := range f.values[hash] {
				markMatching(n, conds, rec, mark)
			}
		}
	}
}

func markMatching(n *liveNode, conds []cond, r *row, mark func(*liveNode)) {
	for _, c := range conds {
		if c.matches(r) {
			mark(n)
			return
		}
	}
}

// depIndex holds the deps of all buckets.
type depIndex struct {
	tables map[*table]*deps
}

// file replaces what a query read by what it read now.
func (x *depIndex) file(n *liveNode, reads []*view) {
	x.unfile(n)
	for _, v := range reads {
		d := x.tables[v.t]
		if d == nil {
			d = newDeps()
			x.tables[v.t] = d
		}
		d.add(n, v.t, &v.reads)
		// Only what was read is kept; records would be held for nothing.
		v.undo, v.writeKeys, v.writes, v.met = nil, keySet{}, nil, base{}
	}
	n.reads = reads
}

func (x *depIndex) unfile(n *liveNode) {
	for _, v := range n.reads {
		if d := x.tables[v.t]; d != nil {
			d.remove(n, v.t, &v.reads)
		}
	}
	n.reads = nil
}

// touched reports whether one of changes may have altered what was read.
func (v *view) touched(changes changeList) bool {
	for _, ch := range changes.from(0) {
		if ch.table == v.t && v.reads.touchedBy(v.t.hashed(ch.key()), ch.old, ch.new) {
			return true
		}
	}
	return false
}
