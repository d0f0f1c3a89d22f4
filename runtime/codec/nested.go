package codec

import (
	"hash/fnv"
	"slices"
)

// nested are the unknown members of the objects within a value: a tree of the
// objects and lists that lead to them.
type nested struct {
	members []byte    // of an object, as Keep collects them
	fields  []field   // of an object: its known members that lead to others
	elems   []element // of a list: all of its elements
}

type field struct {
	name string
	in   *nested
}

// element is an element of a list, known by hashes: of its text without unknown
// members, and of the first member of that.
type element struct {
	whole, first uint64
	in           *nested // nil: it has no unknown members
}

// KeepNested notes the member of a nested object whose name the record does not
// know, and reads its value. The name may come only once. It belongs directly
// after Key; what was noted is collected by Nested.
func (d *Decoder) KeepNested() {
	from := d.keyAt
	outer := d.nest()
	d.SkipMember()
	d.limit = outer
	if d.err == nil {
		d.noted = append(d.noted, from)
	}
}

// HasNested reports whether KeepNested has noted members that Nested has not
// collected yet.
func (d *Decoder) HasNested() bool { return len(d.noted) > 0 && d.err == nil }

// Nested adds the members that KeepNested has noted to those of the record that
// Keep has collected in extra. CloseObject writes them back. known is the record
// as it is written without them.
func (d *Decoder) Nested(extra, known []byte) []byte {
	in := NewDecoder(d.data)
	n := in.nestedOf(&d.noted)
	d.noted = d.noted[:0]
	return withNested(extra, n.fit(NewDecoder(known)))
}

// FitNested returns extra for a record that has changed: without the unknown
// members of nested objects that are gone, and with those of the elements of
// lists where these are now. An element is the same as one before if it is equal
// to it, or else if it has the same first member, or else, in a list that is as
// long as before, if it has the same place. known is the record as it is written
// without them.
func FitNested(extra, known []byte) []byte {
	members, n := cutNested(extra)
	return withNested(slices.Clip(members), n.fit(NewDecoder(known)))
}

// nestedOf reads a value and returns the members in it that begin at the places
// noted, which it takes from the list; nil if it has none.
func (d *Decoder) nestedOf(noted *[]int) *nested {
	var n nested
	has := false
	switch kind := d.Kind(); {
	case len(*noted) == 0:
		d.Skip()
	case kind == KindObject:
		for more := d.Object(); more; more = d.NextMember() {
			name := string(d.Key())
			if len(*noted) > 0 && (*noted)[0] == d.keyAt {
				*noted = (*noted)[1:]
				d.Keep(&n.members)
				has = true
			} else if in := d.nestedOf(noted); in != nil {
				n.fields = append(n.fields, field{name, in})
				has = true
			}
		}
	case kind == KindArray:
		for more := d.Array(); more; more = d.NextElement() {
			in := d.nestedOf(noted)
			n.elems = append(n.elems, element{in: in})
			has = has || in != nil
		}
	default:
		d.Skip()
	}
	if !has {
		return nil
	}
	return &n
}

// in returns what a known member leads to.
func (n *nested) in(name string) *nested {
	for _, f := range n.fields {
		if f.name == name {
			return f.in
		}
	}
	return nil
}

// fit reads a value and returns what of n belongs to it; nil if nothing does.
func (n *nested) fit(d *Decoder) *nested {
	if n == nil {
		d.Skip()
		return nil
	}
	var out nested
	has := false
	switch d.Kind() {
	case KindObject:
		out.members = n.members
		has = len(n.members) > 0
		for more := d.Object(); more; more = d.NextMember() {
			name := string(d.Key())
			if in := n.in(name).fit(d); in != nil {
				out.fields = append(out.fields, field{name, in})
				has = true
			}
		}
	case KindArray:
		var texts [][]byte
		for more := d.Array(); more; more = d.NextElement() {
			texts = append(texts, d.Raw())
			out.elems = append(out.elems, elementOf(texts[len(texts)-1]))
		}
		for i, from := range sameElements(n.elems, out.elems) {
			if from < 0 {
				continue
			}
			out.elems[i].in = n.elems[from].in.fit(NewDecoder(texts[i]))
			has = has || out.elems[i].in != nil
		}
	default:
		d.Skip()
	}
	if !has {
		return nil
	}
	return &out
}

func elementOf(text []byte) element {
	first := text
	d := NewDecoder(text)
	if d.Kind() == KindObject && d.Object() {
		d.Key()
		d.Skip()
		first = text[:d.pos]
	}
	return element{whole: hash(text), first: hash(first)}
}

func hash(text []byte) uint64 {
	h := fnv.New64a()
	h.Write(text)
	return h.Sum64()
}

// sameElements tells for each element of a list which one of the list before it
// is, or -1.
func sameElements(before, now []element) []int {
	from := make([]int, len(now))
	taken := make([]bool, len(before))
	pair := func(i, j int) { from[i], taken[j] = j, true }
	for i := range now {
		from[i] = -1
		if i < len(before) && now[i].whole == before[i].whole {
			pair(i, i)
		}
	}
	for _, of := range []func(element) uint64{
		func(e element) uint64 { return e.whole },
		func(e element) uint64 { return e.first },
	} {
		places := map[uint64][]int{}
		for j, e := range before {
			if !taken[j] {
				places[of(e)] = append(places[of(e)], j)
			}
		}
		for i, e := range now {
			if at := places[of(e)]; from[i] < 0 && len(at) > 0 {
				pair(i, at[0])
				places[of(e)] = at[1:]
			}
		}
	}
	if len(before) == len(now) {
		for i := range now {
			if from[i] < 0 && !taken[i] {
				pair(i, i)
			}
		}
	}
	return from
}

// write appends a value, which d reads, with the members of n in it. The value is
// one that n fits.
func (n *nested) write(b []byte, d *Decoder) []byte {
	if n == nil {
		return append(b, d.Raw()...)
	}
	switch d.Kind() {
	case KindObject:
		start := len(b)
		b = append(b, '{')
		for more := d.Object(); more; more = d.NextMember() {
			in := n.in(string(d.Key()))
			b = append(in.write(d.appendKey(b), d), ',')
		}
		if len(b) > start+1 {
			return closeObject(b[:len(b)-1], start, n.members)
		}
		return closeObject(b, start, n.members)
	case KindArray:
		b = append(b, '[')
		for i, more := 0, d.Array(); more; i, more = i+1, d.NextElement() {
			b = append(n.elems[i].in.write(b, d), ',')
		}
		return closeWith(b, ']')
	default:
		return append(b, d.Raw()...)
	}
}
