package source

import (
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
)

// Kind is what a node is, before anyone says what it should be.
type Kind uint8

// The kinds of nodes. A date is Text: only a field's type makes it a date.
const (
	Null Kind = iota
	Bool
	Int
	Float
	Text
	List
	Map
	Tagged // with a tag that YAML itself does not define, such as !!js/function
)

// String names the kind as a message would.
func (k Kind) String() string {
	switch k {
	case Null:
		return "nothing"
	case Bool:
		return "true or false"
	case Int, Float:
		return "a number"
	case Text:
		return "text"
	case List:
		return "a list"
	case Map:
		return "a mapping"
	default:
		return "a tagged value"
	}
}

// Node is one value of a definition with its place. Aliases and merge keys
// are resolved: a node that is used twice stands in the tree twice.
type Node struct {
	Kind    Kind
	Text    string // of a scalar, as written, without quotes
	Quoted  bool
	Tag     string // of a Tagged node
	Items   []*Node
	Entries []Entry // in source order, without repeated keys
	Pos     diag.Pos
}

// Entry is a key and its value. Keys are always scalars.
type Entry struct {
	Key   *Node
	Value *Node
}

// Get returns the value of a key, or nil.
func (n *Node) Get(key string) *Node {
	for _, e := range n.Entries {
		if e.Key.Text == key {
			return e.Value
		}
	}
	return nil
}

// String is the value in YAML's flow style, on one line: [a, b] or { x: 1 }.
func (n *Node) String() string {
	switch n.Kind {
	case List:
		items := make([]string, len(n.Items))
		for i, item := range n.Items {
			items[i] = item.String()
		}
		return "[" + strings.Join(items, ", ") + "]"
	case Map:
		entries := make([]string, len(n.Entries))
		for i, e := range n.Entries {
			entries[i] = e.Key.String() + ": " + e.Value.String()
		}
		return "{ " + strings.Join(entries, ", ") + " }"
	case Null:
		return "null"
	case Tagged:
		return n.Tag
	}
	if n.Kind == Text && (n.Text == "" || n.Quoted && strings.ContainsAny(n.Text, " ,:#[]{}\n\t\"'")) {
		return strconv.Quote(n.Text)
	}
	return n.Text
}
