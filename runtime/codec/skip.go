package codec

import (
	"bytes"
	"cmp"
	"slices"
)

// name is a member name that is kept until its object ends, to find duplicates.
type name struct {
	text   []byte
	offset int
	depth  int // of its object
}

// track keeps the name that Key read last.
func (d *Decoder) track() {
	text := d.key
	if d.keyEscaped {
		text = bytes.Clone(text)
	}
	d.names = append(d.names, name{text, d.keyAt, d.depth})
}

// fewNames is up to how many names comparing each with each is faster than
// sorting them.
const fewNames = 12

// closeNames refuses duplicates among the tracked names of the object that
// ends, and forgets them.
func (d *Decoder) closeNames() {
	first := len(d.names)
	for first > 0 && d.names[first-1].depth == d.depth {
		first--
	}
	names := d.names[first:]
	d.names = d.names[:first]
	if len(names) <= fewNames {
		for i := range names {
			for j := range i {
				if string(names[i].text) == string(names[j].text) {
					d.duplicate(names[i].text, names[i].offset)
				}
			}
		}
		return
	}
	slices.SortFunc(names, func(a, b name) int {
		return cmp.Or(bytes.Compare(a.text, b.text), a.offset-b.offset)
	})
	for i := 1; i < len(names); i++ {
		if string(names[i].text) == string(names[i-1].text) {
			d.duplicate(names[i].text, names[i].offset)
		}
	}
}

// Skip reads a value and drops it; it is checked as if it were kept.
func (d *Decoder) Skip() {
	switch d.Kind() {
	case KindNull:
		d.skipLiteral("null")
	case KindBool:
		d.Bool()
	case KindNumber:
		d.checkedNumber()
	case KindString:
		d.text()
	case KindArray:
		for more := d.Array(); more; more = d.NextElement() {
			d.Skip()
		}
	case KindObject:
		for more := d.Object(); more; more = d.NextMember() {
			d.Key()
			d.SkipMember()
		}
	default:
		d.unexpected("a value")
	}
}

// Check resets d, and reads a whole JSON text to tell what it is.
func (d *Decoder) Check(text []byte) (Kind, error) {
	d.Reset(text)
	kind := d.Kind()
	d.Skip()
	return kind, d.End()
}

// SkipMember is Skip for the value of a member whose name the record does not
// know: the name may come only once. It belongs directly after Key.
func (d *Decoder) SkipMember() {
	d.track()
	d.Skip()
}

// Raw reads a value and returns its text, which is a part of the input. The text
// is checked as by Skip. After an error it is nil.
func (d *Decoder) Raw() []byte {
	d.peek()
	start := d.pos
	d.Skip()
	if d.err != nil {
		return nil
	}
	return d.data[start:d.pos:d.pos]
}

func (d *Decoder) skipLiteral(text string) {
	if !d.literal(text) {
		d.unexpected(text)
	}
}

// checkedNumber reads a number's text and checks its range; nil is an error.
func (d *Decoder) checkedNumber() []byte {
	start := d.pos
	token := d.number()
	if len(token) > 300 || bytes.ContainsAny(token, "eE") {
		if _, ok := parseFloat(token); !ok {
			d.outOfRange(start, token)
			return nil
		}
	}
	return token
}
