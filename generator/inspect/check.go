package inspect

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/runtime/codec"
)

// violations says what is wrong with a record against its definition: a line
// "field why" each. Members that the definition does not know are kept by the
// runtime, and are no problem.
func violations(b *model.Bucket, record map[string]any) []string {
	var c checker
	c.fields("", b.Fields, record)
	return c.problems
}

// metaNames are the members of a record that the runtime keeps itself.
var metaNames = [...]string{"_version", "_createdAt", "_updatedAt", "_expiresAt"}

// metaViolations says which meta data of a record the runtime could not read.
func metaViolations(record map[string]any) []string {
	var c checker
	for _, name := range metaNames {
		v, there := record[name]
		if !there || v == nil && name == "_expiresAt" {
			continue
		}
		if n, ok := convert(model.Integer, v); !ok || n.(int64) < 0 {
			c.add(name, "is no whole number from 0 on: %s", cmp.Or(Text(v), "null"))
		}
	}
	return c.problems
}

type checker struct{ problems []string }

func (c *checker) add(path, format string, args ...any) {
	c.problems = append(c.problems, strings.TrimPrefix(path, ".")+" "+fmt.Sprintf(format, args...))
}

func (c *checker) fields(path string, fields []*model.Field, record map[string]any) {
	for _, f := range fields {
		at := path + "." + f.Name
		switch v := record[f.Name]; {
		case v != nil && isZero(f, v):
			c.add(at, "is required, and empty")
		case v != nil:
			c.value(at, f.Type, v)
		case f.Required && f.Default == nil || f.Key:
			c.add(at, "is required, and not there")
		}
	}
}

// isZero reports whether v is Go's zero value, for which the runtime takes a
// field that must have a value as missing.
func isZero(f *model.Field, v any) bool {
	if !f.ZeroIsMissing && !f.Key {
		return false
	}
	switch f.Type.Kind {
	case model.String:
		return v == "" && (f.ZeroIsMissing || f.Type.Enum == nil && (f.Type.MinLength == nil || *f.Type.MinLength > 0))
	case model.Date:
		t, ok := date(v)
		return ok && t.IsZero()
	default:
		return false
	}
}

func (c *checker) value(path string, t *model.Type, v any) {
	typed, ok := convert(t.Kind, v)
	if !ok {
		c.add(path, "is not of type %s: %s", t.Kind, Text(v))
		return
	}
	for _, why := range t.Rules.Violations(typed) {
		c.add(path, "%s %s", rules.Show(typed), why)
	}
	switch typed := typed.(type) {
	case []any:
		for i, item := range typed {
			if t.Elem == nil {
				break
			}
			c.value(fmt.Sprintf("%s[%d]", path, i), t.Elem, item)
		}
	case map[string]any:
		if t.Struct != nil {
			c.fields(path, t.Struct.Fields, typed)
		}
	}
}

// convert reads a decoded JSON value as one of a kind, in the types that
// package rules checks.
func convert(k model.Kind, v any) (any, bool) {
	switch k {
	case model.String:
		text, ok := v.(string)
		return text, ok
	case model.Boolean:
		is, ok := v.(bool)
		return is, ok
	case model.Integer:
		n, ok := v.(json.Number)
		if i, err := n.Int64(); ok && err == nil {
			return i, true
		}
		f, err := n.Float64() // 3.0 and 1e3 are whole
		return int64(f), ok && err == nil && f == float64(int64(f))
	case model.Number:
		n, ok := v.(json.Number)
		f, err := n.Float64()
		return f, ok && err == nil
	case model.Date:
		return date(v)
	case model.Object:
		object, ok := v.(map[string]any)
		return object, ok
	default:
		list, ok := v.([]any)
		return list, ok
	}
}

// date reads a date in one of the forms that the runtime reads.
func date(v any) (time.Time, bool) {
	text, err := json.Marshal(v)
	d := codec.NewDecoder(text)
	t := d.Time()
	return t, err == nil && d.End() == nil
}

// uniques finds values that stand in two records of a bucket.
type uniques struct {
	indexes []*model.Index
	seen    []map[string]string // by index: values → key of the record
}

func newUniques(b *model.Bucket) *uniques {
	u := &uniques{}
	for _, ix := range b.Indexes {
		if ix.Unique {
			u.indexes = append(u.indexes, ix)
			u.seen = append(u.seen, make(map[string]string))
		}
	}
	return u
}

// add notes a record and returns the fields whose values another one has. A
// record that lacks one of the values is in no unique index.
func (u *uniques) add(key string, record map[string]any) []string {
	var problems []string
	for i, ix := range u.indexes {
		values, names := make([]any, len(ix.Fields)), make([]string, len(ix.Fields))
		there := true
		for j, f := range ix.Fields {
			names[j] = f.Name
			if values[j] = record[f.Name]; values[j] == nil {
				values[j] = f.Default
			}
			there = there && values[j] != nil
		}
		if !there {
			continue
		}
		id := identity(ix.Fields, values)
		if other, taken := u.seen[i][id]; taken {
			problems = append(problems, fmt.Sprintf("%s %s stands in record %s as well", strings.Join(names, ", "), show(values), other))
			continue
		}
		u.seen[i][id] = key
	}
	return problems
}

// identity is the same for values that are equal, however they are written: 1
// and 1.0, a date in two time zones.
func identity(fields []*model.Field, values []any) string {
	id := make([]string, len(values))
	for i, v := range values {
		if typed, ok := convert(fields[i].Type.Kind, v); ok {
			v = typed
		}
		switch v := v.(type) {
		case time.Time:
			id[i] = v.UTC().Format(time.RFC3339Nano)
		case float64:
			id[i] = fmt.Sprint(v + 0) // of -0 as well
		default:
			id[i] = fmt.Sprint(v)
		}
	}
	return fmt.Sprintf("%q", id)
}

func show(values []any) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = rules.Show(v)
	}
	return strings.Join(texts, ", ")
}

func bucketOf(p *model.Package, name string) *model.Bucket {
	i := slices.IndexFunc(p.Buckets, func(b *model.Bucket) bool { return b.Name == name })
	if i < 0 {
		return nil
	}
	return p.Buckets[i]
}
