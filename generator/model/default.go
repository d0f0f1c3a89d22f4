package model

import (
	"math"
	"math/big"
	"slices"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// defaultValue reads a field's default as a value of the field's type and
// holds it against the field's constraints.
func (b *builder) defaultValue(f *Field, set *rules.Set) any {
	v, ok := b.value(f.Type, set.Default)
	if !ok {
		return nil
	}
	if f.Required && v == "" && f.Type.zeroIsMissing() {
		b.diags.Errorf(diag.BadDefault, set.Default.Pos, "the default is empty, and a required text must not be; write minLength: 0 to allow it")
	}
	return v
}

// value reads a node as a value of a type: string, int64, float64, bool,
// time.Time, []any or map[string]any.
func (b *builder) value(t *Type, n *source.Node) (any, bool) {
	var v any
	var ok bool
	switch t.Kind {
	case String:
		v, ok = n.AsText("the default of a string", b.diags)
	case Number:
		v, ok = n.AsFloat("the default of a number", b.diags)
	case Integer:
		v, ok = n.AsInt("the default of an integer", b.diags)
	case Boolean:
		v, ok = n.AsBool("the default of a boolean", b.diags)
	case Date:
		v, ok = b.date(n)
	case Object:
		v, ok = b.object(t, n)
	case Array:
		v, ok = b.array(t, n)
	}
	if !ok {
		return nil, false
	}
	why := t.Rules.Violations(v)
	for _, w := range why {
		b.diags.Errorf(diag.BadDefault, n.Pos, "the default %s %s", rules.Show(v), w)
	}
	return v, len(why) == 0
}

// date reads RFC 3339, a day, or Unix milliseconds.
func (b *builder) date(n *source.Node) (time.Time, bool) {
	var t time.Time
	switch n.Kind {
	case source.Text:
		for _, layout := range []string{time.RFC3339, time.DateOnly} {
			if parsed, err := time.Parse(layout, n.Text); err == nil {
				return parsed.UTC(), true
			}
		}
		b.diags.Errorf(diag.BadDefault, n.Pos, "the default %q is no date; write it as 2024-01-31 or 2024-01-31T12:00:00Z", n.Text)
		return t, false
	case source.Int, source.Float:
		ms, ok := n.AsInt("the default of a date in Unix milliseconds", b.diags)
		if !ok {
			return t, false
		}
		if t = time.UnixMilli(ms).UTC(); t.Year() < 0 || t.Year() > 9999 {
			b.diags.Errorf(diag.BadDefault, n.Pos, "the default %d in Unix milliseconds is outside the years 0 to 9999", ms)
			return t, false
		}
		return t, true
	default:
		b.diags.Errorf(diag.WrongShape, n.Pos, "the default of a date must be a date as 2024-01-31T12:00:00Z or Unix milliseconds, not %s", n.Kind)
		return t, false
	}
}

func (b *builder) object(t *Type, n *source.Node) (any, bool) {
	if !n.AsMap("the default of an object", b.diags) {
		return nil, false
	}
	if t.Struct == nil {
		return b.untyped(n)
	}
	values := make(map[string]any, len(n.Entries))
	all := true
	names := make([]string, len(t.Struct.Fields))
	for i, f := range t.Struct.Fields {
		names[i] = f.Name
		if f.Required && n.Get(f.Name) == nil {
			b.diags.Errorf(diag.BadDefault, n.Pos, "the default has no %q, which is required", f.Name)
			all = false
		}
	}
	for _, e := range n.Entries {
		i := slices.Index(names, e.Key.Text)
		if i < 0 {
			b.diags.Errorf(diag.BadDefault, e.Key.Pos, "the default has a key %q that is no field%s", e.Key.Text, diag.DidYouMean(e.Key.Text, names))
			all = false
			continue
		}
		f := t.Struct.Fields[i]
		v, ok := b.value(f.Type, e.Value)
		if ok && f.ZeroIsMissing && v == "" {
			b.diags.Errorf(diag.BadDefault, e.Value.Pos, "%q is empty, and a required text must not be", f.Name)
			ok = false
		}
		all = all && ok
		values[f.Name] = v
	}
	return values, all
}

func (b *builder) array(t *Type, n *source.Node) (any, bool) {
	items, ok := n.AsList("the default of an array", b.diags)
	if !ok {
		return nil, false
	}
	if t.Elem == nil {
		return b.untyped(n)
	}
	values := make([]any, 0, len(items))
	for _, item := range items {
		v, valid := b.value(t.Elem, item)
		ok = ok && valid
		values = append(values, v)
	}
	return values, ok
}

// untyped reads a value as the store would give it back after a restart: a
// number is a float64, or an int64 where that would lose digits.
func (b *builder) untyped(n *source.Node) (any, bool) {
	switch n.Kind {
	case source.Null:
		return nil, true
	case source.Bool:
		return n.AsBool("this value", b.diags)
	case source.Int, source.Float:
		f, ok := n.AsFloat("this value", b.diags)
		if n.Kind == source.Int && math.Abs(f) >= 1<<53 {
			if v, ok := n.AsInt("this value", b.diags); ok && big.NewFloat(f).Cmp(new(big.Float).SetInt64(v)) != 0 {
				return v, true
			}
		}
		return f, ok
	case source.List:
		values := make([]any, 0, len(n.Items))
		all := true
		for _, item := range n.Items {
			v, ok := b.untyped(item)
			all = all && ok
			values = append(values, v)
		}
		return values, all
	case source.Map:
		values := make(map[string]any, len(n.Entries))
		all := true
		for _, e := range n.Entries {
			v, ok := b.untyped(e.Value)
			all = all && ok
			values[e.Key.Text] = v
		}
		return values, all
	default:
		return n.AsText("this value", b.diags)
	}
}
