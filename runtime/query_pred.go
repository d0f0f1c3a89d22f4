package noex

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// op is what a condition does.
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
type Pred[R any] struct{ p pred }

// String writes the condition in the manner of SQL.
func (p Pred[R]) String() string { return p.p.String() }

// And holds for records for which all of ps hold; with none it always holds.
func And[R any](ps ...Pred[R]) Pred[R] { return Pred[R]{pred{op: opAnd, subs: predsOf(ps)}} }

// Or holds for records for which one of ps holds; with none it never holds.
func Or[R any](ps ...Pred[R]) Pred[R] { return Pred[R]{pred{op: opOr, subs: predsOf(ps)}} }

// Not holds for records for which p does not.
func Not[R any](p Pred[R]) Pred[R] { return Pred[R]{pred{op: opNot, subs: []pred{p.p}}} }

func predsOf[R any](ps []Pred[R]) []pred {
	out := make([]pred, len(ps))
	for i := range ps {
		out[i] = ps[i].p
	}
	return out
}

// pred is a condition on rows.
type pred struct {
	op op
	// attr is the field; nil for And, Or and Not, and for what test decides.
	attr *attr
	// arg is what the field is compared with; upper is the second one of
	// Between.
	arg, upper scalar
	// args are those of In, each once, and set has them as well if there are
	// many.
	args []scalar
	set  map[scalar]struct{}
	// subs are the conditions of And, Or and Not.
	subs []pred
	test *test
}

// test is a condition on a list or an object, which no index knows.
type test struct {
	field string
	arg   any
	match func(*row) bool
}

func testPred(o op, field string, arg any, match func(*row) bool) pred {
	return pred{op: o, test: &test{field, arg, match}}
}

// fewIn is the number of values of In up to which looking through them is
// faster than a map.
const fewIn = 8

func inPred(a *attr, args []scalar) pred {
	p := pred{op: opIn, attr: a, set: make(map[scalar]struct{}, len(args))}
	for _, v := range args {
		if !has(p.set, v) {
			p.set[v] = struct{}{}
			p.args = append(p.args, v)
		}
	}
	if len(p.args) <= fewIn {
		p.set = nil
	}
	return p
}

// match reports whether the condition holds for a record.
func (p *pred) match(r *row) bool {
	switch p.op {
	case opAnd:
		return matchAll(p.subs, r)
	case opOr:
		for i := range p.subs {
			if p.subs[i].match(r) {
				return true
			}
		}
		return false
	case opNot:
		return !p.subs[0].match(r)
	}
	if p.test != nil {
		return p.test.match(r)
	}
	v, ok := p.attr.get(r)
	if !ok {
		return p.op == opNe
	}
	switch p.op {
	case opEq:
		return v == p.arg
	case opNe:
		return v != p.arg
	case opIn:
		if p.set != nil {
			return has(p.set, v)
		}
		return slices.Contains(p.args, v)
	case opLt:
		return v.compare(p.arg) < 0
	case opLe:
		return v.compare(p.arg) <= 0
	case opGt:
		return v.compare(p.arg) > 0
	case opGe:
		return v.compare(p.arg) >= 0
	case opBetween:
		return v.compare(p.arg) >= 0 && v.compare(p.upper) <= 0
	case opPrefix:
		return strings.HasPrefix(v.s, p.arg.s)
	default: // opIsSet
		return true
	}
}

func matchAll(ps []pred, r *row) bool {
	for i := range ps {
		if !ps[i].match(r) {
			return false
		}
	}
	return true
}

// about reports whether the condition is one on the field itself.
func (p *pred) about(field string) bool {
	return p.attr != nil && p.attr.name == field || p.test != nil && p.test.field == field
}

// requires reports whether the condition holds only for records that have a
// value in a field, and is about nothing else.
func (p *pred) requires(field string) bool { return p.op != opNe && p.about(field) }

// anyRequires reports whether one of preds holds only for records that have a
// value in a field.
func anyRequires(preds []pred, field string) bool {
	for i := range preds {
		if preds[i].requires(field) {
			return true
		}
	}
	return false
}

// values are those of which Eq and In demand one.
func (p *pred) values() []scalar {
	if p.op == opEq {
		return []scalar{p.arg}
	}
	return p.args
}

// bound is one end of a range.
type bound struct {
	v         scalar
	set       bool
	inclusive bool
}

// span is a range of the values of a field.
type span struct{ lo, hi bound }

// span returns what a range or a prefix asks of the value, false for another
// condition.
func (p *pred) span() (span, bool) {
	switch p.op {
	case opLt:
		return span{hi: bound{p.arg, true, false}}, true
	case opLe:
		return span{hi: bound{p.arg, true, true}}, true
	case opGt:
		return span{lo: bound{p.arg, true, false}}, true
	case opGe:
		return span{lo: bound{p.arg, true, true}}, true
	case opBetween:
		return span{bound{p.arg, true, true}, bound{p.upper, true, true}}, true
	case opPrefix:
		return span{bound{p.arg, true, true}, prefixEnd(p.arg.s)}, true
	default:
		return span{}, false
	}
}

// prefixEnd is the least string above all that begin with prefix; there is
// none if prefix has no byte that can be raised.
func prefixEnd(prefix string) bound {
	for i := len(prefix) - 1; i >= 0; i-- {
		if prefix[i] < 0xff {
			return bound{scalar{s: prefix[:i] + string([]byte{prefix[i] + 1})}, true, false}
		}
	}
	return bound{}
}

func below(c int, inclusive bool) bool { return c < 0 || inclusive && c == 0 }

// conjuncts returns conditions that hold together exactly when all of preds
// do, without And at the top and without Not where it can be resolved.
func conjuncts(preds []pred) []pred {
	if !slices.ContainsFunc(preds, func(p pred) bool { return p.op == opAnd || p.op == opNot }) {
		return preds
	}
	var out []pred
	for _, p := range preds {
		switch {
		case p.op == opAnd:
			out = append(out, conjuncts(p.subs)...)
		case p.op == opNot && p.subs[0].op == opNot:
			out = append(out, conjuncts(p.subs[0].subs)...)
		case p.op == opNot && p.subs[0].op == opNe:
			out = append(out, p.subs[0].as(opEq))
		default:
			out = append(out, p)
		}
	}
	return out
}

// as returns the same comparison with another operator.
func (p pred) as(o op) pred {
	p.op = o
	return p
}

// String writes the condition.
func (p *pred) String() string {
	switch p.op {
	case opAnd, opOr:
		parts := make([]string, len(p.subs))
		for i := range p.subs {
			parts[i] = p.subs[i].String()
		}
		return "(" + strings.Join(parts, " "+opNames[p.op]+" ") + ")"
	case opNot:
		return "not " + p.subs[0].String()
	}
	field, args := "", []any{}
	if p.test != nil {
		field, args = p.test.field, append(args, p.test.arg)
	} else {
		field = p.attr.name
		switch p.op {
		case opIn:
			for _, v := range p.args {
				args = append(args, p.attr.box(v))
			}
		case opBetween:
			args = append(args, p.attr.box(p.arg), p.attr.box(p.upper))
		default:
			args = append(args, p.attr.box(p.arg))
		}
	}
	if p.op == opIsSet {
		return field + " is set"
	}
	texts := make([]string, len(args))
	for i, arg := range args {
		texts[i] = formatArg(arg)
	}
	return field + " " + opNames[p.op] + " " + strings.Join(texts, ", ")
}

// formatArg writes an argument of a predicate.
func formatArg(v any) string {
	switch v := v.(type) {
	case time.Time:
		return v.Format(time.RFC3339Nano)
	case fmt.Stringer:
		return v.String()
	default:
		return fmt.Sprintf("%#v", v)
	}
}
