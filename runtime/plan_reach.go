package noex

import "slices"

// through returns what an index makes of conditions that hold together, nil if
// nothing.
func (pl *planner[R]) through(ix lookup, preds []Pred[R]) *reach {
	info := ix.describe()
	if !anyRequires(preds, info.fields[0]) {
		return nil
	}
	m := match[R]{preds: preds, info: info, values: [][]any{nil}}
	m.equalities()
	bound := m.fields
	m.ranges()
	if m.fields == 0 || !info.leads(bound) || !m.complete(ix, pl.total) {
		return nil
	}
	r := &reach{
		covers: m.covers, distinct: true,
		inOrder: bound == len(info.fields) && len(m.values) == 1,
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
type match[R any] struct {
	preds []Pred[R]
	info  indexInfo
	// values are those of the leading fields, one list each way to meet an In.
	values [][]any
	spans  []span
	fields int // so many leading ones are bound
	covers uint64
}

// find returns the position of a condition on a field that can be ticked off.
func (m *match[R]) find(field string, o op) int {
	for i := range m.preds[:min(len(m.preds), 64)] {
		if p := &m.preds[i]; p.op == o && p.field == field && p.index == nil {
			return i
		}
	}
	return -1
}

// leads reports whether the index serves parts about its first n fields.
func (info indexInfo) leads(n int) bool {
	return n == len(info.fields) || info.leading || len(info.fields) == 1
}

// equalities binds leading fields by Eq and at most one of them by In.
func (m *match[R]) equalities() {
	for _, field := range m.info.fields {
		at := m.find(field, opEq)
		if at < 0 {
			if at = m.find(field, opIn); at < 0 || len(m.values) != 1 || len(m.preds[at].args) > maxIn {
				return
			}
		}
		m.covers |= 1 << at
		m.fields++
		args := m.preds[at].args
		if len(args) == 1 && len(m.values) == 1 {
			m.values[0] = append(m.values[0], args[0])
			continue
		}
		var next [][]any
		for _, values := range m.values {
			for _, arg := range args {
				next = append(next, append(slices.Clip(values), arg))
			}
		}
		m.values = next
	}
}

// ranges binds the next field by the conditions that a sorted index serves.
func (m *match[R]) ranges() {
	if !m.info.ordered || m.fields == len(m.info.fields) {
		return
	}
	field, found := m.info.fields[m.fields], false
	for i := range m.preds[:min(len(m.preds), 64)] {
		p := &m.preds[i]
		if !p.requires(field) {
			continue
		}
		switch p.op {
		case opLt, opLe, opGt, opGe, opBetween, opPrefix:
			m.spans = append(m.spans, p.span)
		case opIsSet:
		default:
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
func (m *match[R]) complete(ix lookup, total int) bool {
	open := m.info.fields[m.fields:]
	if len(open) == 0 {
		return true
	}
	return ix.size() == total || m.requires(open)
}

// requires reports whether the conditions hold only for records with a value
// in each field.
func (m *match[R]) requires(fields []string) bool {
	return !slices.ContainsFunc(fields, func(field string) bool { return !anyRequires(m.preds, field) })
}

// walk returns the shortest walk along a sorted index in the order asked for,
// nil if there is none.
func (pl *planner[R]) walk(preds []Pred[R], orders []Order[R]) *walk {
	var best *walk
	for _, l := range pl.lookups {
		ix, ok := l.(sortedLookup)
		if !ok || !ix.describe().ordered {
			continue
		}
		if w := pl.along(ix, preds, orders); w != nil && (best == nil || w.rows < best.rows) {
			best = w
		}
	}
	return best
}

func (pl *planner[R]) along(ix sortedLookup, preds []Pred[R], orders []Order[R]) *walk {
	m := match[R]{preds: preds, info: ix.describe(), values: [][]any{nil}}
	m.equalities()
	if len(m.values) != 1 {
		return nil
	}
	all, bound := len(m.info.fields), m.fields
	n, desc := bound, false
	for _, o := range orders {
		if slices.Contains(m.info.fields[:bound], o.field) {
			continue // the same for all
		}
		if n == bound {
			desc = o.desc
		}
		if n == all || m.info.fields[n] != o.field || o.desc != desc {
			return nil
		}
		n++
	}
	if n == bound || !m.info.leads(bound) {
		return nil
	}
	m.ranges()
	w := &walk{
		ix: ix, part: part{m.values[0], m.spans},
		fields: n, whole: n == all, desc: desc, covers: m.covers,
	}
	if ix.size() != pl.total && !m.requires(m.info.fields[bound:]) {
		// What the index lacks has no value in the last field, or is unknown.
		if !w.whole || n != bound+1 {
			return nil
		}
		w.tail = true
	}
	w.rows = ix.count(w.part)
	return w
}
