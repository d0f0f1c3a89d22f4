package noex

import (
	"fmt"
	"strings"
)

func (r source) explain(a ask) string {
	r.t.store.mu.RLock()
	defer r.t.store.mu.RUnlock()
	pl := r.t.planner()
	p := pl.plan(a)
	var b strings.Builder
	switch {
	case p.walk != nil:
		p.walk.describe(&b)
		fmt.Fprintf(&b, " of %s (%d records)", r.t.name, p.walk.rows)
	case p.reach == nil:
		fmt.Fprintf(&b, "scan %s (%d records)", r.t.name, pl.total)
	default:
		fmt.Fprintf(&b, "%s of %s (%s)", p.reach.names(), r.t.name, p.reach.size())
		for _, w := range p.with {
			fmt.Fprintf(&b, ", intersect %s (%s)", w.names(), w.size())
		}
	}
	if len(p.rest) > 0 {
		fmt.Fprintf(&b, ", filter %s", &pred{op: opAnd, subs: p.rest})
	}
	if p.walk == nil {
		describeSort(&b, a)
	} else if p.walk.tail {
		b.WriteString(", then those without a value")
	}
	if _, ok := pl.exact(a.preds); ok || p.walk == nil && p.reach != nil && len(p.rest) == 0 {
		b.WriteString("; counted without records")
	}
	return b.String()
}

// names lists the indexes of a reach.
func (r *reach) names() string {
	var names []string
	for i, b := range r.branches {
		if i > 0 && b.ix == r.branches[i-1].ix {
			continue
		}
		names = append(names, "index "+b.ix.define().name)
	}
	switch {
	case len(names) == 0:
		return "nothing"
	case len(r.branches) > 1:
		return fmt.Sprintf("union of %d values of %s", len(r.branches), strings.Join(names, ", "))
	}
	return names[0]
}

func (r *reach) size() string {
	if r.distinct {
		return fmt.Sprintf("%d records", r.rows)
	}
	return fmt.Sprintf("at most %d records", r.rows)
}

func (w *walk) describe(b *strings.Builder) {
	b.WriteString("index " + w.ix.define().name + " in order")
	if w.desc {
		b.WriteString(", backwards,")
	}
}

func describeSort(b *strings.Builder, a ask) {
	for i, o := range a.orders {
		switch {
		case i > 0:
			b.WriteString(", ")
		case a.need >= 0:
			fmt.Fprintf(b, ", keep the first %d by ", a.need)
		default:
			b.WriteString(", sort by ")
		}
		b.WriteString(o.attr.name)
		if o.desc {
			b.WriteString(" desc")
		}
	}
}
