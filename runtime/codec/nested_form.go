package codec

import (
	"bytes"
	"encoding/binary"
)

// nestedMark stands in the unknown members of a record before those of its
// nested objects. It is in no JSON text.
const nestedMark = 0

// withNested puts the tree n behind the members of a record.
func withNested(members []byte, n *nested) []byte {
	if n == nil {
		return members
	}
	return n.append(append(members, nestedMark))
}

// cutNested undoes withNested.
func cutNested(extra []byte) (members []byte, n *nested) {
	members, tree, ok := bytes.Cut(extra, []byte{nestedMark})
	if !ok {
		return members, nil
	}
	n, _ = readNested(tree)
	return members, n
}

// HasNestedMembers reports whether extra has unknown members of nested objects,
// for which FitNested has to be called when the record changes.
func HasNestedMembers(extra []byte) bool { return bytes.IndexByte(extra, nestedMark) >= 0 }

// append appends the binary form of n, which only this process ever reads:
// lists of texts and numbers, each with its length before it.
func (n *nested) append(b []byte) []byte {
	b = appendText(b, n.members)
	b = binary.AppendUvarint(b, uint64(len(n.fields)))
	for _, f := range n.fields {
		b = f.in.append(appendText(b, []byte(f.name)))
	}
	b = binary.AppendUvarint(b, uint64(len(n.elems)))
	for _, e := range n.elems {
		b = binary.LittleEndian.AppendUint64(b, e.whole)
		b = binary.LittleEndian.AppendUint64(b, e.first)
		if e.in == nil {
			b = append(b, 0)
			continue
		}
		b = e.in.append(append(b, 1))
	}
	return b
}

func appendText(b, text []byte) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// readNested reads what append appends, and returns what follows it.
func readNested(b []byte) (n *nested, rest []byte) {
	n = new(nested)
	n.members, b = readText(b)
	count, b := readCount(b)
	for range count {
		var f field
		var name []byte
		name, b = readText(b)
		f.name = string(name)
		f.in, b = readNested(b)
		n.fields = append(n.fields, f)
	}
	count, b = readCount(b)
	for range count {
		var e element
		e.whole, e.first = binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:])
		has := b[16] != 0
		if b = b[17:]; has {
			e.in, b = readNested(b)
		}
		n.elems = append(n.elems, e)
	}
	return n, b
}

func readText(b []byte) (text, rest []byte) {
	n, b := readCount(b)
	return b[:n:n], b[n:]
}

func readCount(b []byte) (n int, rest []byte) {
	v, size := binary.Uvarint(b)
	return int(v), b[size:]
}
