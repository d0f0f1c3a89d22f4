package noex

import "cmp"

// rangeDeps are the conditions on ranges of one field, in a tree that finds
// those that hold for a value without a look at the others: ordered by where
// they begin, each node knowing the last end below it.
type rangeDeps struct {
	attr *attr
	root *interval
	of   map[*liveNode][]*interval
}

type interval struct {
	span
	n           *liveNode
	c           cond
	weight      uint64 // random: parents have the larger ones
	left, right *interval
	end         bound // the last one of the subtree
}

func (d *rangeDeps) add(n *liveNode, s span, c cond, weight uint64) {
	x := &interval{span: s, n: n, c: c, weight: weight, end: s.hi}
	d.of[n] = append(d.of[n], x)
	d.root = d.root.insert(x)
}

func (d *rangeDeps) remove(n *liveNode) {
	for _, x := range d.of[n] {
		d.root = d.root.remove(x)
	}
	delete(d.of, n)
}

// before is the order of the tree.
func (x *interval) before(y *interval) bool {
	return cmp.Or(compareStart(x.lo, y.lo), cmp.Compare(x.weight, y.weight)) < 0
}

func (x *interval) insert(y *interval) *interval {
	switch {
	case x == nil:
		return y
	case y.before(x):
		if x.left = x.left.insert(y); x.left.weight > x.weight {
			top := x.left
			x.left, top.right = top.right, x
			x.update()
			x = top
		}
	default:
		if x.right = x.right.insert(y); x.right.weight > x.weight {
			top := x.right
			x.right, top.left = top.left, x
			x.update()
			x = top
		}
	}
	x.update()
	return x
}

func (x *interval) remove(y *interval) *interval {
	switch {
	case x == nil:
		return nil
	case x == y:
		return join(x.left, x.right)
	case y.before(x):
		x.left = x.left.remove(y)
	default:
		x.right = x.right.remove(y)
	}
	x.update()
	return x
}

// join makes one tree of two, all of a before all of b.
func join(a, b *interval) *interval {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.weight > b.weight:
		a.right = join(a.right, b)
		a.update()
		return a
	default:
		b.left = join(a, b.left)
		b.update()
		return b
	}
}

func (x *interval) update() {
	x.end = x.hi
	for _, kid := range [...]*interval{x.left, x.right} {
		if kid != nil && compareEnd(kid.end, x.end) > 0 {
			x.end = kid.end
		}
	}
}

// holding calls fn for the intervals that hold v.
func (x *interval) holding(v scalar, fn func(*interval)) {
	if x == nil || !upTo(v, x.end) {
		return
	}
	x.left.holding(v, fn)
	if !from(v, x.lo) {
		return // nor does any that begins later
	}
	if upTo(v, x.hi) {
		fn(x)
	}
	x.right.holding(v, fn)
}

func from(v scalar, lo bound) bool {
	return !lo.set || below(lo.v.compare(v), lo.inclusive)
}

func upTo(v scalar, hi bound) bool {
	return !hi.set || below(v.compare(hi.v), hi.inclusive)
}

// compareStart orders lower bounds, compareEnd upper ones.
func compareStart(a, b bound) int {
	if !a.set || !b.set {
		return falseFirst(a.set, b.set)
	}
	return cmp.Or(a.v.compare(b.v), falseFirst(b.inclusive, a.inclusive))
}

func compareEnd(a, b bound) int {
	if !a.set || !b.set {
		return falseFirst(b.set, a.set)
	}
	return cmp.Or(a.v.compare(b.v), falseFirst(a.inclusive, b.inclusive))
}

// falseFirst orders false before true.
func falseFirst(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	default:
		return 1
	}
}

// ranged returns what a condition asks of the first field that it compares with
// ranges, and that field; nil if there is none.
func (c cond) ranged() (s span, a *attr) {
	for i := range c.preds {
		p := &c.preds[i]
		asked, ok := p.span()
		if !ok || a != nil && p.attr.name != a.name {
			continue
		}
		if a = p.attr; compareStart(asked.lo, s.lo) > 0 {
			s.lo = asked.lo
		}
		if compareEnd(asked.hi, s.hi) < 0 {
			s.hi = asked.hi
		}
	}
	return s, a
}
