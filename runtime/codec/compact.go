package codec

import (
	"bytes"
	"cmp"
	"slices"
)

// Compact appends src, which is one JSON text, as JSON.stringify writes what
// JSON.parse makes of it: no white space, numbers by way of float64, escapes
// only where needed, members in order but array indexes first. The checksum of
// a stored file is taken over that form. The input is read as strictly as by a
// Decoder, so duplicate names and numbers out of range are errors; dst is then
// returned as it was.
func Compact(dst, src []byte) ([]byte, error) { return new(Decoder).Compact(dst, src) }

// Compact is the function Compact with the buffers of d, which it resets.
func (d *Decoder) Compact(dst, src []byte) ([]byte, error) {
	d.Reset(src)
	b := d.appendCompact(dst, false)
	if err := d.End(); err != nil {
		return dst, err
	}
	return b, nil
}

// Keep reads the value of a member whose name the record does not know, and
// appends the member to extra as `,"name":value`, in the form of Compact except
// that integers that fit int64 keep all their digits. The name may come only
// once. After an error extra is as it was. Keep belongs directly after Key; the
// member is written back by CloseObject.
func (d *Decoder) Keep(extra *[]byte) {
	if d.err != nil {
		return
	}
	d.track()
	old := *extra
	_, index := arrayIndex(d.key)
	b := d.appendKey(append(old, ','))
	outer := d.nest()
	b = d.appendCompact(b, true)
	d.limit = outer
	if d.err != nil {
		return
	}
	if index && !startsWithIndex(old) {
		member := bytes.Clone(b[len(old):])
		b = slices.Insert(b[:len(old)], 0, member...)
	}
	*extra = b
}

// CloseObject ends the object that begins at b[start] with the members in extra,
// which Keep and Nested collected, and with the closing brace. The object must
// have a member already. Members of extra whose names are array indexes go to the
// front of their object, where JSON.stringify writes them.
func CloseObject(b []byte, start int, extra []byte) []byte {
	if !HasNestedMembers(extra) {
		return closeObject(b, start, extra)
	}
	members, n := cutNested(extra)
	known := append(bytes.Clone(b[start:]), '}')
	b = n.write(b[:start], NewDecoder(known))
	return closeObject(b[:len(b)-1], start, members)
}

// closeObject is CloseObject without members of nested objects; the object may
// be empty. Keep leaves an array index first, if there is one, so that others
// need not be looked for.
func closeObject(b []byte, start int, extra []byte) []byte {
	if startsWithIndex(extra) {
		members := append(bytes.Clone(extra[1:]), ',')
		n := sortIndexes(members)
		b = slices.Insert(b, start+1, members[:n]...)
		extra = extra[:0]
		if n < len(members) {
			extra = slices.Concat([]byte{','}, members[n:len(members)-1])
		}
	}
	switch b[len(b)-1] {
	case '{':
		extra = bytes.TrimPrefix(extra, []byte{','})
	case ',': // behind an index
		b = b[:len(b)-1]
	}
	b = append(b, extra...)
	return append(b, '}')
}

// appendCompact reads a value and appends its compact form; exact keeps the
// digits of integers that fit int64.
func (d *Decoder) appendCompact(b []byte, exact bool) []byte {
	switch c := d.peek(); kindOf(c) {
	case KindNull:
		d.skipLiteral("null")
		return append(b, "null"...)
	case KindBool:
		return AppendBool(b, d.Bool())
	case KindNumber:
		return d.compactNumber(b, exact)
	case KindString:
		return d.compactString(b)
	case KindArray:
		b = append(b, '[')
		for more := d.Array(); more; more = d.NextElement() {
			b = append(d.appendCompact(b, exact), ',')
		}
		return closeWith(b, ']')
	case KindObject:
		return d.compactObject(b, exact)
	}
	d.unexpected("a value")
	return b
}

// closeWith ends a list in b, whose last byte is its comma or its opening.
func closeWith(b []byte, c byte) []byte {
	if last := len(b) - 1; b[last] == ',' {
		b[last] = c
		return b
	}
	return append(b, c)
}

func (d *Decoder) compactNumber(b []byte, exact bool) []byte {
	start := d.pos
	v, end, ok := shortInt(d.data, start)
	if ok && (exact || v > -1<<53 && v < 1<<53) {
		d.pos = end
		return append(b, d.data[start:end]...)
	}
	token := d.number()
	if token == nil {
		return b
	}
	if exact {
		if v, ok := parseDecimal(token).integer(); ok {
			return AppendInt(b, v)
		}
	}
	f, ok := parseFloat(token)
	if !ok {
		d.outOfRange(start, token)
		return b
	}
	return AppendFloat(b, f)
}

func (d *Decoder) compactString(b []byte) []byte {
	start := d.pos
	text, escaped := d.text()
	if escaped {
		return AppendString(b, string(text))
	}
	return append(b, d.data[start:d.pos]...)
}

// appendKey appends the name that Key read last, and a colon.
func (d *Decoder) appendKey(b []byte) []byte {
	if d.keyEscaped {
		return append(AppendString(b, string(d.key)), ':')
	}
	b = append(b, '"')
	b = append(b, d.key...)
	return append(b, '"', ':')
}

func (d *Decoder) compactObject(b []byte, exact bool) []byte {
	b = append(b, '{')
	start := len(b)
	sorted := true   // no index has come after a name or a higher index
	next := int64(0) // the lowest index that may come
	for more := d.Object(); more; more = d.NextMember() {
		i, index := arrayIndex(d.Key())
		switch {
		case !index:
			next = 1 << 32
		case int64(i) < next:
			sorted = false
		default:
			next = int64(i) + 1
		}
		if d.err != nil {
			break
		}
		d.track()
		b = d.appendKey(b)
		b = append(d.appendCompact(b, exact), ',')
	}
	if !sorted && d.err == nil {
		sortIndexes(b[start:])
	}
	return closeWith(b, '}')
}

// startsWithIndex reports whether an array index names the first member of extra.
func startsWithIndex(extra []byte) bool {
	if len(extra) < 3 || !isDigit(extra[2]) {
		return false
	}
	text, _, _ := bytes.Cut(extra[2:], []byte{'"'})
	_, ok := arrayIndex(text)
	return ok
}

// member is the place of one member in a text.
type member struct {
	index    uint32
	from, to int
}

// sortIndexes moves the members that are named by an array index to the front of
// the compact text, ascending, and returns where they end. Each member ends in a
// comma.
func sortIndexes(members []byte) int {
	var indexes []member
	rest := make([]byte, 0, len(members))
	d := NewDecoder(members)
	for d.pos < len(members) {
		from := d.pos
		i, ok := arrayIndex(d.Key())
		d.Skip()
		d.pos++ // the comma
		if ok {
			indexes = append(indexes, member{i, from, d.pos})
		} else {
			rest = append(rest, members[from:d.pos]...)
		}
	}
	slices.SortFunc(indexes, func(a, b member) int { return cmp.Compare(a.index, b.index) })
	sorted := make([]byte, 0, len(members))
	for _, m := range indexes {
		sorted = append(sorted, members[m.from:m.to]...)
	}
	copy(members[copy(members, sorted):], rest)
	return len(sorted)
}
