package noex

import (
	"cmp"
	"reflect"
	"time"
)

// rangeDeps are the conditions on ranges of one field, in a tree that finds
// those that hold for a value without a look at the others: ordered by where
// they begin, each node knowing the last end below it.
type rangeDeps[R any] struct {
	value func(*R) (any, bool)
	root  *interval[R]
	of    map[*liveNode][]*interval[R]
}

type interval[R any] struct {
	span
	n           *liveNode
	c           cond[R]
	weight      uint64 // random: parents have the larger ones
	left, right *interval[R]
	end         bound[any] // the last one of the subtree
}

func (d *rangeDeps[R]) add(n *liveNode, s span, c cond[R], weight uint64) {
	x := &interval[R]{span: s, n: n, c: c, weight: weight, end: s.hi}
	d.of[n] = append(d.of[n], x)
	d.root = d.root.insert(x)
}

func (d *rangeDeps[R]) remove(n *liveNode) {
	for _, x := range d.of[n] {
		d.root = d.root.remove(x)
	}
	delete(d.of, n)
}

// before is the order of the tree.
func (x *interval[R]) before(y *interval[R]) bool {
	return cmp.Or(compareStart(x.lo, y.lo), cmp.Compare(x.weight, y.weight)) < 0
}

func (x *interval[R]) insert(y *interval[R]) *interval[R] {
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

func (x *interval[R]) remove(y *interval[R]) *interval[R] {
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
func join[R any](a, b *interval[R]) *interval[R] {
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

func (x *interval[R]) update() {
	x.end = x.hi
	for _, kid := range [...]*interval[R]{x.left, x.right} {
		if kid != nil && compareEnd(kid.end, x.end) > 0 {
			x.end = kid.end
		}
	}
}

// holding calls fn for the intervals that hold v.
func (x *interval[R]) holding(v any, fn func(*interval[R])) {
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

func from(v any, lo bound[any]) bool {
	return !lo.set || below(compareAny(lo.v, v), lo.inclusive)
}

func upTo(v any, hi bound[any]) bool {
	return !hi.set || below(compareAny(v, hi.v), hi.inclusive)
}

// compareStart orders lower bounds, compareEnd upper ones.
func compareStart(a, b bound[any]) int {
	if !a.set || !b.set {
		return falseFirst(a.set, b.set)
	}
	return cmp.Or(compareAny(a.v, b.v), falseFirst(b.inclusive, a.inclusive))
}

func compareEnd(a, b bound[any]) int {
	if !a.set || !b.set {
		return falseFirst(b.set, a.set)
	}
	return cmp.Or(compareAny(a.v, b.v), falseFirst(a.inclusive, b.inclusive))
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

// compareAny orders two values of one ordered field.
func compareAny(a, b any) int {
	switch a := a.(type) {
	case int64:
		return cmp.Compare(a, b.(int64))
	case float64:
		return cmp.Compare(a, b.(float64))
	case string:
		return cmp.Compare(a, b.(string))
	case time.Time:
		return a.Compare(b.(time.Time))
	}
	x, y := reflect.ValueOf(a), reflect.ValueOf(b) // the types of enums
	if x.Kind() == reflect.String {
		return cmp.Compare(x.String(), y.String())
	}
	return cmp.Compare(x.Int(), y.Int())
}

// ranged returns what a condition asks of one field that it compares with
// ranges, and a predicate on that field; nil if there is none.
func (c cond[R]) ranged() (s span, on *Pred[R]) {
	for i := range c.preds {
		p := &c.preds[i]
		if p.value == nil || !p.span.lo.set && !p.span.hi.set || on != nil && p.field != on.field {
			continue
		}
		if on = p; compareStart(p.span.lo, s.lo) > 0 {
			s.lo = p.span.lo
		}
		if compareEnd(p.span.hi, s.hi) < 0 {
			s.hi = p.span.hi
		}
	}
	return s, on
}
