package codec

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Any reads a value as nil, bool, float64, int64, string, time.Time, []any or
// map[string]any.
//
// A number is a float64, but for an integer that fits int64 and that float64
// neither holds exactly nor writes with the same digits: that is an int64. The
// tagged object of a date is a time.Time if it is written back as it is; all
// other tagged objects stay maps.
func (d *Decoder) Any() any {
	outer := d.nest()
	v := d.any()
	d.limit = outer
	if d.err != nil {
		return nil
	}
	return v
}

func (d *Decoder) any() any {
	switch d.Kind() {
	case KindNull:
		d.skipLiteral("null")
	case KindBool:
		return d.Bool()
	case KindNumber:
		return d.anyNumber()
	case KindString:
		return d.String()
	case KindArray:
		list := []any{}
		for more := d.Array(); more; more = d.NextElement() {
			list = append(list, d.any())
		}
		return list
	case KindObject:
		return d.anyObject()
	default:
		d.unexpected("a value")
	}
	return nil
}

func (d *Decoder) anyNumber() any {
	start := d.pos
	if v, end, ok := shortInt(d.data, start); ok && v > -1<<53 && v < 1<<53 {
		d.pos = end
		return float64(v)
	}
	token := d.number()
	if token == nil {
		return nil
	}
	v, ok := numberValue(token)
	if !ok {
		d.outOfRange(start, token)
	}
	return v
}

func (d *Decoder) anyObject() any {
	m := map[string]any{}
	for more := d.Object(); more; more = d.NextMember() {
		key, at := string(d.Key()), d.keyAt
		before := len(m)
		m[key] = d.any()
		if len(m) == before {
			d.duplicate([]byte(key), at)
			return nil
		}
	}
	if t, ok := tagDate(m); ok {
		return t
	}
	return m
}

// tagDate is the date that m is the tagged object of, if it is one and is
// written back as it is.
func tagDate(m map[string]any) (time.Time, bool) {
	if len(m) != 2 || m[tagType] != "Date" {
		return time.Time{}, false
	}
	text, ok := m[tagValue].(string)
	if !ok {
		return time.Time{}, false
	}
	t, ok := parseTime([]byte(text))
	if !ok {
		return time.Time{}, false
	}
	var buf [40]byte
	return t, string(appendISO(buf[:0], t, 0, 3)) == text
}

// AppendAny appends a free-form value; dates have the form f. The names of a
// map come in a fixed order, which JSON.parse and JSON.stringify keep: array
// indexes first, ascending, then the others bytewise. Nil maps and slices are
// null.
//
// Values that NormalizeAny yields are written exactly. Any other value is
// normalised first, and what cannot be is null; v must not hold itself.
func AppendAny(b []byte, v any, f Form) []byte {
	switch v := v.(type) {
	case nil:
		return append(b, "null"...)
	case bool:
		return AppendBool(b, v)
	case string:
		return AppendString(b, v)
	case float64:
		return AppendFloat(b, v)
	case int64:
		return AppendInt(b, v)
	case time.Time:
		return AppendTime(b, v, f)
	case []any:
		return appendList(b, v, f)
	case map[string]any:
		return appendMap(b, v, f)
	case json.Number:
		if n, ok := numberText(string(v)); ok {
			return AppendAny(b, n, f)
		}
		return append(b, "null"...)
	}
	n, err := NormalizeAny(v)
	if err != nil {
		return append(b, "null"...)
	}
	return AppendAny(b, n, f)
}

func appendList(b []byte, list []any, f Form) []byte {
	if list == nil {
		return append(b, "null"...)
	}
	b = append(b, '[')
	for i, v := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = AppendAny(b, v, f)
	}
	return append(b, ']')
}

func appendMap(b []byte, m map[string]any, f Form) []byte {
	if m == nil {
		return append(b, "null"...)
	}
	var few [16]string // no allocation for most maps
	keys := few[:0]
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, compareKeys)
	b = append(b, '{')
	for i, k := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendString(b, k), ':')
		b = AppendAny(b, m[k], f)
	}
	return append(b, '}')
}

// compareKeys orders names as AppendAny writes them.
func compareKeys(a, b string) int {
	i, aIndex := arrayIndex(a)
	j, bIndex := arrayIndex(b)
	switch {
	case aIndex && bIndex:
		return cmp.Compare(i, j)
	case aIndex:
		return -1
	case bIndex:
		return 1
	}
	return strings.Compare(a, b)
}

// arrayIndex is the number that a name stands for if it is an array index of
// ECMAScript, which objects keep before all other names: 0 to 2³²-2 in decimal.
func arrayIndex[T string | []byte](key T) (uint32, bool) {
	if len(key) == 0 || len(key) > 10 || key[0] == '0' && len(key) > 1 {
		return 0, false
	}
	v := uint64(0)
	for i := range len(key) {
		if !isDigit(key[i]) {
			return 0, false
		}
		v = v*10 + uint64(key[i]-'0')
	}
	return uint32(v), v < 1<<32-1
}
