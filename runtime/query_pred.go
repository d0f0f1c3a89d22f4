package noex

import (
	"slices"
	"strings"
)

// op is what a predicate does.
type op uint8

const (
	opEq op = iota + 1
	opNe
	opIn
	opLt
	opLe
	opGt
	opGe
	opBetween
	opPrefix
	opContains
	opIsSet
	opAnd
	opOr
	opNot
)

var opNames = [...]string{
	opEq: "=", opNe: "!=", opIn: "in", opLt: "<", opLe: "<=", opGt: ">", opGe: ">=", opBetween: "between",
	opPrefix: "has prefix", opContains: "contains", opIsSet: "is set", opAnd: "and", opOr: "or", opNot: "not",
}

// Pred is a condition on records of type R, made by field descriptors and by
// [And], [Or] and [Not]. It is a plain value, safe for concurrent use.
type Pred[R any] struct {
	op    op
	field string
	args  []any
	// subs are the conditions of And, Or and Not; that of Ne is the Eq that it
	// denies.
	subs  []Pred[R]
	match func(*R) bool
	// value returns what Eq, In, a range and a prefix compare.
	value func(*R) (any, bool)
	// span is what a range or a prefix asks of the value.
	span span
	// index is the index whose value the condition is about, of any number of
	// fields; nil for a condition on a field.
	index IndexDef[R]
}

// bound is one end of a range.
type bound[V any] struct {
	v         V
	set       bool
	inclusive bool
}

// span is a range of the values of a field.
type span struct{ lo, hi bound[any] }

func erase[V any](b bound[V]) bound[any] {
	if !b.set {
		return bound[any]{}
	}
	return bound[any]{b.v, true, b.inclusive}
}

// And holds for records for which all of ps hold; with none it always holds.
func And[R any](ps ...Pred[R]) Pred[R] {
	ps = slices.Clone(ps)
	return Pred[R]{op: opAnd, subs: ps, match: func(r *R) bool { return matchAll(ps, r) }}
}

// Or holds for records for which one of ps holds; with none it never holds.
func Or[R any](ps ...Pred[R]) Pred[R] {
	ps = slices.Clone(ps)
	return Pred[R]{op: opOr, subs: ps, match: func(r *R) bool {
		return slices.ContainsFunc(ps, func(p Pred[R]) bool { return p.match(r) })
	}}
}

// Not holds for records for which p does not.
func Not[R any](p Pred[R]) Pred[R] {
	return Pred[R]{op: opNot, subs: []Pred[R]{p}, match: func(r *R) bool { return !p.match(r) }}
}

func matchAll[R any](ps []Pred[R], r *R) bool {
	for i := range ps {
		if !ps[i].match(r) {
			return false
		}
	}
	return true
}

func rangePred[R any, V comparable](f Field[R, V], compare func(a, b V) int, o op, lo, hi bound[V]) Pred[R] {
	var args []any
	if lo.set {
		args = append(args, lo.v)
	}
	if hi.set {
		args = append(args, hi.v)
	}
	return Pred[R]{op: o, field: f.name, args: args, value: f.boxed, span: span{erase(lo), erase(hi)}, match: func(r *R) bool {
		v, ok := f.get(r)
		return ok &&
			(!lo.set || below(compare(lo.v, v), lo.inclusive)) &&
			(!hi.set || below(compare(v, hi.v), hi.inclusive))
	}}
}

func below(c int, inclusive bool) bool { return c < 0 || inclusive && c == 0 }

// conjuncts returns conditions that hold together exactly when all of preds
// do, without And at the top and without Not where it can be resolved.
func conjuncts[R any](preds []Pred[R]) []Pred[R] {
	if !slices.ContainsFunc(preds, func(p Pred[R]) bool { return p.op == opAnd || p.denied() != nil }) {
		return preds
	}
	var out []Pred[R]
	for _, p := range preds {
		switch denied := p.denied(); {
		case p.op == opAnd:
			out = append(out, conjuncts(p.subs)...)
		case denied != nil:
			out = append(out, conjuncts([]Pred[R]{*denied})...)
		default:
			out = append(out, p)
		}
	}
	return out
}

// denied returns what is left of a double negation, or nil if p is none.
func (p Pred[R]) denied() *Pred[R] {
	if p.op == opNot && (p.subs[0].op == opNot || p.subs[0].op == opNe) {
		return &p.subs[0].subs[0]
	}
	return nil
}

// requires reports whether the condition, about a field of its own, holds only
// for records that have a value there.
func (p *Pred[R]) requires(field string) bool {
	return p.field == field && p.index == nil && p.op != opNe
}

// anyRequires reports whether one of preds holds only for records that have a
// value in a field.
func anyRequires[R any](preds []Pred[R], field string) bool {
	for i := range preds {
		if preds[i].requires(field) {
			return true
		}
	}
	return false
}

// String writes the condition in the manner of SQL.
func (p Pred[R]) String() string {
	switch p.op {
	case opAnd, opOr:
		parts := make([]string, len(p.subs))
		for i, sub := range p.subs {
			parts[i] = sub.String()
		}
		return "(" + strings.Join(parts, " "+opNames[p.op]+" ") + ")"
	case opNot:
		return "not " + p.subs[0].String()
	case opIsSet:
		return p.field + " is set"
	}
	args := make([]string, len(p.args))
	for i, arg := range p.args {
		args[i] = formatArg(arg)
	}
	return p.field + " " + opNames[p.op] + " " + strings.Join(args, ", ")
}
