package source

import (
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"github.com/noexgen/noexgen/generator/diag"
)

// converter turns the parser's nodes into ours. It resolves aliases and merge
// keys within limits and finds repeated keys, which the parser lets pass.
type converter struct {
	file    string
	lines   *lineTable
	diags   *diag.List
	active  map[*yaml.Node]bool // anchors being expanded, to find one inside itself
	outer   diag.Pos            // of the outermost alias being expanded
	aliased int                 // nodes that aliases added
	stopped bool                // a limit was hit; one report is enough
}

func (c *converter) stop(pos diag.Pos, format string, args ...any) *Node {
	if !c.stopped {
		c.diags.Errorf(diag.TooLarge, pos, format, args...)
		c.stopped = true
	}
	return &Node{Pos: pos}
}

func (c *converter) node(y *yaml.Node, depth int) *Node {
	pos := c.pos(y)
	if c.stopped {
		return &Node{Pos: pos}
	}
	if depth > maxDepth {
		return c.stop(pos, "nested deeper than %d levels", maxDepth)
	}
	if len(c.active) > 0 {
		if c.aliased++; c.aliased > maxAliased {
			return c.stop(c.outer, "aliases expand to more than %d values; write the definition out", maxAliased)
		}
	}
	switch y.Kind {
	case yaml.AliasNode:
		return c.alias(y, depth)
	case yaml.SequenceNode:
		if tag := y.ShortTag(); tag != "!!seq" {
			return &Node{Kind: Tagged, Tag: tag, Pos: pos}
		}
		n := &Node{Kind: List, Pos: pos}
		for _, item := range y.Content {
			n.Items = append(n.Items, c.node(item, depth+1))
		}
		return n
	case yaml.MappingNode:
		if tag := y.ShortTag(); tag != "!!map" {
			return &Node{Kind: Tagged, Tag: tag, Pos: pos}
		}
		return c.mapping(y, pos, depth)
	default:
		return c.scalar(y, pos)
	}
}

func (c *converter) alias(y *yaml.Node, depth int) *Node {
	if c.active[y.Alias] {
		return c.stop(c.pos(y), "the alias *%s stands inside its own anchor", y.Value)
	}
	if len(c.active) == 0 {
		c.outer = c.pos(y)
	}
	c.active[y.Alias] = true
	n := c.node(y.Alias, depth)
	delete(c.active, y.Alias)
	return n
}

func (c *converter) scalar(y *yaml.Node, pos diag.Pos) *Node {
	n := &Node{
		Text:   y.Value,
		Quoted: y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0,
		Pos:    pos,
	}
	switch tag := y.ShortTag(); tag {
	case "!!null":
		n.Kind = Null
	case "!!bool":
		n.Kind = Bool
	case "!!int":
		n.Kind = Int
	case "!!float":
		n.Kind = Float
	case "!!str", "!!timestamp", "!!merge":
		n.Kind = Text
	default:
		n.Kind, n.Tag = Tagged, tag
	}
	return n
}

// mapping reads the keys that are written out first, since they win over
// merged ones, and then puts merged entries where their << stands.
func (c *converter) mapping(y *yaml.Node, pos diag.Pos, depth int) *Node {
	seen := make(map[string]*Node, len(y.Content)/2)
	own := make([]*Entry, len(y.Content)/2)
	for i := range own {
		if y.Content[2*i].ShortTag() == "!!merge" {
			continue
		}
		key := c.node(y.Content[2*i], depth+1)
		value := c.node(y.Content[2*i+1], depth+1)
		switch first := seen[key.Text]; {
		case c.stopped:
			return &Node{Kind: Map, Pos: pos}
		case key.Kind == List, key.Kind == Map, key.Kind == Tagged:
			c.diags.Errorf(diag.WrongShape, key.Pos, "a key must be a name, not %s", key.Kind)
		case first != nil:
			c.diags.Errorf(diag.DuplicateKey, key.Pos, "the key %q stands twice in this mapping, first in line %d", key.Text, first.Pos.Line)
		default:
			seen[key.Text] = key
			own[i] = &Entry{Key: key, Value: value}
		}
	}
	n := &Node{Kind: Map, Pos: pos}
	for i, entry := range own {
		switch {
		case entry != nil:
			n.Entries = append(n.Entries, *entry)
		case y.Content[2*i].ShortTag() == "!!merge":
			c.merge(n, y.Content[2*i+1], seen, depth)
		}
	}
	return n
}

// merge adds the entries of `<<: *anchor` or `<<: [*a, *b]` whose keys are
// not there yet; of several mappings the first one named wins.
func (c *converter) merge(n *Node, y *yaml.Node, seen map[string]*Node, depth int) {
	from := c.node(y, depth+1)
	parts := []*Node{from}
	if from.Kind == List {
		parts = from.Items
	}
	for _, part := range parts {
		if c.stopped {
			return
		}
		if part.Kind != Map {
			c.diags.Errorf(diag.WrongShape, part.Pos, "<< takes an alias of a mapping or a list of them, not %s", part.Kind)
			continue
		}
		for _, e := range part.Entries {
			if seen[e.Key.Text] == nil {
				seen[e.Key.Text] = e.Key
				n.Entries = append(n.Entries, e)
			}
		}
	}
}

// pos is where y stands; for a scalar on one line, also where it ends. The
// parser ends a last line that has no line break, so that a value left out
// there stands on a line that the file does not have.
func (c *converter) pos(y *yaml.Node) diag.Pos {
	p := diag.Pos{File: c.file, Line: max(y.Line, 1), Col: max(y.Column, 1)}
	if p.Line > len(c.lines.lines) {
		p.Line, p.Col = c.lines.end()
	}
	rest := c.lines.from(p.Line, p.Col)
	switch {
	case y.Kind == yaml.AliasNode:
		p.EndCol = p.Col + 1 + utf8.RuneCountInString(y.Value)
	case y.Kind != yaml.ScalarNode:
	case y.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) != 0:
		if end := closingQuote(rest); end > 0 {
			p.EndCol = p.Col + utf8.RuneCountInString(rest[:end])
		}
	case y.Value != "" && strings.HasPrefix(rest, y.Value):
		p.EndCol = p.Col + utf8.RuneCountInString(y.Value)
	}
	return p
}

// lineTable finds the text at a line and column in constant time, since a
// file may be one long line.
type lineTable struct {
	lines   []string
	offsets map[int][]int // of lines that are not ASCII: where each character begins
}

func newLineTable(data []byte) *lineTable {
	return &lineTable{lines: splitLines(data), offsets: make(map[int][]int)}
}

// end is the place after the last character.
func (t *lineTable) end() (line, col int) {
	last := t.lines[len(t.lines)-1]
	return len(t.lines), utf8.RuneCountInString(last) + 1
}

// from returns the rest of a line from a column on, or "" outside the file.
func (t *lineTable) from(line, col int) string {
	if line > len(t.lines) {
		return ""
	}
	text := t.lines[line-1]
	offsets, ok := t.offsets[line]
	if !ok {
		if utf8.RuneCountInString(text) < len(text) {
			for i := range text {
				offsets = append(offsets, i)
			}
		}
		t.offsets[line] = offsets
	}
	at := col - 1
	switch {
	case offsets != nil && at < len(offsets):
		return text[offsets[at]:]
	case offsets == nil && at < len(text):
		return text[at:]
	default:
		return ""
	}
}

// closingQuote is the length of the quoted text that s begins with, quotes
// included, or 0.
func closingQuote(s string) int {
	if s == "" || s[0] != '"' && s[0] != '\'' {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\' && s[0] == '"':
			i++
		case s[i] == '\'' && s[0] == '\'' && strings.HasPrefix(s[i:], "''"):
			i++
		case s[i] == s[0]:
			return i + 1
		}
	}
	return 0
}
