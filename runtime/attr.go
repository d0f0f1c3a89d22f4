package noex

// attr is a field of the records of a bucket in the eyes of conditions, orders
// and indexes.
type attr struct {
	name string
	kind scalarKind
	// get returns the value of a record, false if it has none.
	get func(*row) (scalar, bool)
	// box returns a value as its Go type.
	box func(scalar) any
}

func (a *attr) pred(o op, v scalar) pred { return pred{op: o, attr: a, arg: v} }

func (a *attr) between(lo, hi scalar) pred { return pred{op: opBetween, attr: a, arg: lo, upper: hi} }

// compare orders records by a field, those without a value last.
func (a *attr) compare(x, y *row, desc bool) int {
	v, hasV := a.get(x)
	w, hasW := a.get(y)
	switch {
	case !hasV || !hasW:
		return falseFirst(hasW, hasV)
	case desc:
		return w.compare(v)
	default:
		return v.compare(w)
	}
}
