package noex

import "slices"

// through returns what an index makes of conditions that hold together, nil if
// nothing.
func (pl *planner) through(ix lookup, preds []pred) *reach {
	def := ix.define()
	if !anyRequires(preds, def.attrs[0].name) {
		return nil
	}
	m := match{preds: preds, def: def, values: [][]scalar{nil}}
	m.equalities()
	bound := m.fields
	m.ranges()
	if m.fields == 0 || !def.leads(bound) || !m.complete(ix, pl.total) {
		return nil
	}
	r := &reach{
		covers: m.covers, distinct: true,
		inOrder: bound == len(def.attrs) && len(m.values) == 1,
	}
	for _, values := range m.values {
		b := branch{ix, part{values, m.spans}}
		if n := ix.count(b.part); n > 0 {
			r.branches = append(r.branches, b)
			r.rows += n
		}
	}
	return r
}

// match is how conditions fit an index.
type match struct {
	preds []pred
	def   *indexDef
	// values are those of the leading fields, one list each way to meet an In.
	values [][]scalar
	spans  []span
	fields int // so many leading ones are bound
	covers uint64
}

// find returns the position of a condition on a field that can be ticked off.
func (m *match) find(field string, o op) int {
	for i := range m.preds[:min(len(m.preds), 64)] {
		if p := &m.preds[i]; p.op == o && p.about(field) {
			return i
		}
	}
	return -1
}

// leads reports whether the index serves parts about its first n fields.
func (d *indexDef) leads(n int) bool { return n == len(d.attrs) || d.ordered }

// equalities binds leading fields by Eq and at most one of them by In.
func (m *match) equalities() {
	for _, attr := range m.def.attrs {
		at := m.find(attr.name, opEq)
		if at < 0 {
			if at = m.find(attr.name, opIn); at < 0 || len(m.values) != 1 || len(m.preds[at].args) > maxIn {
				return
			}
		}
		m.covers |= 1 << at
		m.fields++
		args := m.preds[at].values()
		if len(args) == 1 && len(m.values) == 1 {
			m.values[0] = append(m.values[0], args[0])
			continue
		}
		var next [][]scalar
		for _, values := range m.values {
			for _, arg := range args {
				next = append(next, append(slices.Clip(values), arg))
			}
		}
		m.values = next
	}
}

// ranges binds the next field by the conditions that a sorted index serves.
func (m *match) ranges() {
	if !m.def.ordered || m.fields == len(m.def.attrs) {
		return
	}
	field, found := m.def.attrs[m.fields].name, false
	for i := range m.preds[:min(len(m.preds), 64)] {
		p := &m.preds[i]
		if !p.requires(field) {
			continue
		}
		if s, ok := p.span(); ok {
			m.spans = append(m.spans, s)
		} else if p.op != opIsSet {
			continue
		}
		m.covers |= 1 << i
		found = true
	}
	if found {
		m.fields++
	}
}

// complete reports whether no record is missed: an index lacks those without a
// value in one of its fields.
func (m *match) complete(ix lookup, total int) bool {
	open := m.def.attrs[m.fields:]
	if len(open) == 0 {
		return true
	}
	return ix.size() == total || m.requires(open)
}

// requires reports whether the conditions hold only for records with a value
// in each field.
func (m *match) requires(attrs []*attr) bool {
	return !slices.ContainsFunc(attrs, func(a *attr) bool { return !anyRequires(m.preds, a.name) })
}

// walk returns the shortest walk along a sorted index in the order asked for,
// nil if there is none. What was counted for reaches is not counted again.
func (pl *planner) walk(preds []pred, orders []ordering, reaches []*reach) *walk {
	var best *walk
	for _, l := range pl.lookups {
		ix, ok := l.(sortedLookup)
		if !ok || !ix.define().ordered {
			continue
		}
		if w := pl.along(ix, preds, orders, reaches); w != nil && (best == nil || w.rows < best.rows) {
			best = w
		}
	}
	return best
}

func (pl *planner) along(ix sortedLookup, preds []pred, orders []ordering, reaches []*reach) *walk {
	m := match{preds: preds, def: ix.define(), values: [][]scalar{nil}}
	m.equalities()
	if len(m.values) != 1 {
		return nil
	}
	all, bound := len(m.def.attrs), m.fields
	n, desc := bound, false
	for _, o := range orders {
		at := slices.IndexFunc(m.def.attrs, func(a *attr) bool { return a.name == o.attr.name })
		if at >= 0 && at < bound {
			continue // the same for all
		}
		if n == bound {
			desc = o.desc
		}
		if n == all || at != n || o.desc != desc {
			return nil
		}
		n++
	}
	if n == bound || !m.def.leads(bound) {
		return nil
	}
	m.ranges()
	w := &walk{
		ix: ix, part: part{m.values[0], m.spans},
		fields: n, whole: n == all, desc: desc, covers: m.covers,
	}
	if ix.size() != pl.total && !m.requires(m.def.attrs[bound:]) {
		// What the index lacks has no value in the last field, or is unknown.
		if !w.whole || n != bound+1 {
			return nil
		}
		w.tail = true
	}
	w.rows = rowsIn(branch{ix, w.part}, reaches)
	return w
}

// rowsIn returns the number of records of a branch, which may be one of reaches.
func rowsIn(b branch, reaches []*reach) int {
	for _, r := range reaches {
		if len(r.branches) == 1 && r.branches[0].same(b) {
			return r.rows
		}
	}
	return b.ix.count(b.part)
}

func (b branch) same(c branch) bool {
	return b.ix == c.ix && slices.Equal(b.part.equal, c.part.equal) && slices.Equal(b.part.spans, c.part.spans)
}
