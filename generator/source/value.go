package source

import (
	"math"
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
)

// The functions below read a node as one kind of value. What does not fit is
// reported, with what as the subject of the message: `min` in "min must be a
// number, not text".

// AsText reads text. A number or a boolean is not taken for text: whoever
// means text puts it in quotes.
func (n *Node) AsText(what string, diags *diag.List) (string, bool) {
	switch n.Kind {
	case Text:
		return n.Text, true
	case Bool, Int, Float:
		diags.Errorf(diag.WrongShape, n.Pos, "%s must be text, not %s; put it in quotes if text is meant", what, n.Kind)
	default:
		n.mustBe(what, "text", diags)
	}
	return "", false
}

// AsBool reads true or false.
func (n *Node) AsBool(what string, diags *diag.List) (value, ok bool) {
	if n.Kind == Bool {
		return strings.EqualFold(n.Text, "true"), true
	}
	if n.Kind == Text {
		switch strings.ToLower(n.Text) {
		case "yes", "y", "on", "true":
			diags.Errorf(diag.WrongShape, n.Pos, "%s must be true or false; write true, not %s", what, n.written())
			return false, false
		case "no", "n", "off", "false":
			diags.Errorf(diag.WrongShape, n.Pos, "%s must be true or false; write false, not %s", what, n.written())
			return false, false
		}
	}
	n.mustBe(what, "true or false", diags)
	return false, false
}

// AsInt reads a whole number of 64 bits. 2.0 and 1e3 are whole numbers.
func (n *Node) AsInt(what string, diags *diag.List) (int64, bool) {
	switch n.Kind {
	case Int:
		if v, ok := n.integer(); ok {
			return v, true
		}
		diags.Errorf(diag.BadArgument, n.Pos, "%s must be a whole number of 64 bits, and %s is not", what, n.Text)
		return 0, false
	case Float:
		v, ok := n.float()
		if ok && v == math.Trunc(v) && math.Abs(v) < 1<<53 {
			return int64(v), true
		}
		diags.Errorf(diag.BadArgument, n.Pos, "%s must be a whole number, and %s is not", what, n.Text)
		return 0, false
	default:
		n.mustBe(what, "a whole number", diags)
		return 0, false
	}
}

// AsFloat reads a finite number.
func (n *Node) AsFloat(what string, diags *diag.List) (float64, bool) {
	if n.Kind != Int && n.Kind != Float {
		n.mustBe(what, "a number", diags)
		return 0, false
	}
	v, ok := n.float()
	if !ok {
		diags.Errorf(diag.BadArgument, n.Pos, "%s must be a finite number, and %s is not", what, n.Text)
	}
	return v, ok
}

// AsList reads a list.
func (n *Node) AsList(what string, diags *diag.List) ([]*Node, bool) {
	if n.Kind != List {
		n.mustBe(what, "a list", diags)
		return nil, false
	}
	return n.Items, true
}

// AsMap reports whether the node is a mapping.
func (n *Node) AsMap(what string, diags *diag.List) bool {
	if n.Kind != Map {
		n.mustBe(what, "a mapping", diags)
		return false
	}
	return true
}

func (n *Node) mustBe(what, wanted string, diags *diag.List) {
	switch {
	case n.Kind == Tagged:
		diags.Errorf(diag.WrongShape, n.Pos, "%s must be %s; the YAML tag %s has no meaning here", what, wanted, n.Tag)
	case n.Kind == Null:
		diags.Errorf(diag.WrongShape, n.Pos, "%s must be %s, and nothing is written here", what, wanted)
	case n.Quoted && (wanted == "a number" || wanted == "a whole number"):
		diags.Errorf(diag.WrongShape, n.Pos, "%s must be %s, not text in quotes", what, wanted)
	default:
		diags.Errorf(diag.WrongShape, n.Pos, "%s must be %s, not %s", what, wanted, n.Kind)
	}
}

// written is the scalar as it stands in the file, nearly.
func (n *Node) written() string {
	if n.Quoted {
		return strconv.Quote(n.Text)
	}
	return n.Text
}

// integer parses what YAML takes for an integer: 10, 1_000, 0x1f, 0o17, -3.
func (n *Node) integer() (int64, bool) {
	text := strings.TrimPrefix(strings.ReplaceAll(n.Text, "_", ""), "+")
	v, err := strconv.ParseInt(text, 0, 64)
	return v, err == nil
}

func (n *Node) float() (float64, bool) {
	if n.Kind == Int {
		if v, ok := n.integer(); ok {
			return float64(v), true
		}
	}
	v, err := strconv.ParseFloat(strings.ReplaceAll(n.Text, "_", ""), 64)
	return v, err == nil && !math.IsInf(v, 0) && !math.IsNaN(v)
}
