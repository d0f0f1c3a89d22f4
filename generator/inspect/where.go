package inspect

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
)

// Condition is what a record has to meet: role=admin, age>=18, address.city!=X.
type Condition struct {
	Field string // with dots for fields of nested objects
	Op    string // = != < <= > >= ~
	Value string
}

var condition = regexp.MustCompile(`^([A-Za-z_][A-Za-z0-9_.-]*?)\s*(!=|<=|>=|=|<|>|~)\s*(.*)$`)

// ParseCondition reads a condition. ~ stands for "contains", and a value null
// for one that is not there.
func ParseCondition(text string) (Condition, error) {
	m := condition.FindStringSubmatch(text)
	if m == nil {
		return Condition{}, fmt.Errorf("bad condition %q; write field=value, with = != < <= > >= or ~ for contains", text)
	}
	return Condition{Field: m[1], Op: m[2], Value: m[3]}, nil
}

// Where is a list of conditions, all of which a record has to meet. Nil is none.
type Where struct {
	conditions []Condition
	missing    map[string]bool // fields that no record had so far
	known      []string        // those that records had
}

// ParseWhere reads conditions.
func ParseWhere(texts []string) (*Where, error) {
	w := &Where{missing: make(map[string]bool)}
	for _, text := range texts {
		c, err := ParseCondition(text)
		if err != nil {
			return nil, err
		}
		w.conditions = append(w.conditions, c)
		w.missing[c.Field] = true
	}
	return w, nil
}

// Unknown names the fields that no record had, with what may be meant, a
// sentence each. It is empty if there was no record.
func (w *Where) Unknown() []string {
	if w == nil || len(w.known) == 0 {
		return nil
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(w.missing)) {
		out = append(out, fmt.Sprintf("no record has a field %q%s", name, diag.DidYouMean(name, w.known)))
	}
	return out
}

func (w *Where) matches(value []byte) (bool, error) {
	if w == nil || len(w.conditions) == 0 {
		return true, nil
	}
	record, err := decode(value)
	if err != nil {
		return false, err
	}
	if len(w.missing) > 0 {
		w.note("", record)
	}
	for _, c := range w.conditions {
		if !c.holds(record) {
			return false, nil
		}
	}
	return true, nil
}

// maxKnown is how many names a suggestion is looked for in.
const maxKnown = 500

// note takes note of the fields of a record.
func (w *Where) note(path string, object map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(object)) {
		full := path + name
		delete(w.missing, full)
		if len(w.known) < maxKnown && !slices.Contains(w.known, full) {
			w.known = append(w.known, full)
		}
		if nested, ok := object[name].(map[string]any); ok {
			w.note(full+".", nested)
		}
	}
}

// decode reads a record with its numbers as they are written.
func decode(value []byte) (map[string]any, error) {
	dec := json.NewDecoder(bytes.NewReader(value))
	dec.UseNumber()
	var record map[string]any
	err := dec.Decode(&record)
	return record, err
}

func (c Condition) holds(record map[string]any) bool {
	var v any = record
	for part := range strings.SplitSeq(c.Field, ".") {
		object, _ := v.(map[string]any)
		v = object[part]
	}
	if isNull, wantNull := v == nil, c.Value == "null"; isNull || wantNull {
		return c.Op == "=" && isNull == wantNull || c.Op == "!=" && isNull != wantNull
	}
	if c.Op == "~" {
		return contains(v, c.Value)
	}
	order, ok := compare(v, c.Value)
	switch c.Op {
	case "=":
		return ok && order == 0
	case "!=":
		return !ok || order != 0
	case "<":
		return ok && order < 0
	case "<=":
		return ok && order <= 0
	case ">":
		return ok && order > 0
	default:
		return ok && order >= 0
	}
}

func contains(v any, want string) bool {
	if list, ok := v.([]any); ok {
		for _, item := range list {
			if order, ok := compare(item, want); ok && order == 0 {
				return true
			}
		}
		return false
	}
	return strings.Contains(Text(v), want)
}

// compare orders a value of a record and one that was typed: numbers as
// numbers, all else as text.
func compare(v any, typed string) (order int, ok bool) {
	n, isNumber := v.(json.Number)
	if !isNumber {
		return cmp.Compare(Text(v), typed), true
	}
	if a, err := n.Int64(); err == nil {
		if b, err := strconv.ParseInt(typed, 10, 64); err == nil {
			return cmp.Compare(a, b), true
		}
	}
	a, err1 := n.Float64()
	b, err2 := strconv.ParseFloat(typed, 64)
	return cmp.Compare(a, b), err1 == nil && err2 == nil
}

// Text is a value as a cell of a table shows it. A date of the original's format
// is shown as the date.
func Text(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case json.Number:
		return v.String()
	case map[string]any:
		if date, ok := v["__noex_value__"].(string); ok {
			return date
		}
	}
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

// Columns returns the members of a record in their order, and their values.
func Columns(value []byte) (names []string, values map[string]any, err error) {
	if values, err = decode(value); err != nil {
		return nil, nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(value))
	if _, err := dec.Token(); err != nil { // {
		return nil, nil, err
	}
	for dec.More() {
		name, err := dec.Token()
		if err != nil {
			return nil, nil, err
		}
		var skip json.RawMessage
		if err := dec.Decode(&skip); err != nil {
			return nil, nil, err
		}
		names = append(names, fmt.Sprint(name))
	}
	return names, values, nil
}
