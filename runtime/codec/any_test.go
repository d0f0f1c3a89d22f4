package codec_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/codec"
)

var noon = time.Date(2023, 11, 18, 12, 0, 0, 5e6, time.UTC)

func TestAnyReadsExactTypes(t *testing.T) {
	for in, want := range map[string]any{
		"null": nil, "true": true, `"x"`: "x", "1": 1.0, "1.5": 1.5, "0": 0.0, "[]": []any{}, "{}": map[string]any{},
		"9007199254740991":     9007199254740991.0,
		"9007199254740993":     int64(9007199254740993),
		"9007199254740993.0":   int64(9007199254740993),
		"9007199254740994":     9007199254740994.0,
		"1152921504606847000":  1152921504606846976.0, // how a float64 is written
		"1152921504606847001":  int64(1152921504606847001),
		"9223372036854775807":  int64(math.MaxInt64),
		"-9223372036854775807": int64(-math.MaxInt64),
		"-9223372036854775808": -9223372036854775808.0,
		"9223372036854776000":  9223372036854775808.0,
		"18446744073709551615": 18446744073709551615.0,
		"9007199254740993.5":   9007199254740994.0,
		`[1,{"a":[true]}]`:     []any{1.0, map[string]any{"a": []any{true}}},
		`{"__noex_type__":"Date","__noex_value__":"2023-11-18T12:00:00.005Z"}`: noon,
		`{"__noex_value__":"2023-11-18T12:00:00.005Z","__noex_type__":"Date"}`: noon,
		`{"__noex_type__":"Date","__noex_value__":"2023-11-18"}`:               map[string]any{"__noex_type__": "Date", "__noex_value__": "2023-11-18"},
		`{"__noex_type__":"Date","__noex_value__":5}`:                          map[string]any{"__noex_type__": "Date", "__noex_value__": 5.0},
		`{"__noex_type__":"Date","__noex_value__":"2023-11-18T12:00:00.005Z","a":1}`: map[string]any{
			"__noex_type__": "Date", "__noex_value__": "2023-11-18T12:00:00.005Z", "a": 1.0},
		`{"__noex_type__":"undefined","__noex_value__":null}`: map[string]any{"__noex_type__": "undefined", "__noex_value__": nil},
	} {
		d := codec.NewDecoder([]byte(in))
		if diff := cmp.Diff(want, d.Any()); diff != "" || d.End() != nil {
			t.Errorf("%s: %s %v", in, diff, d.Err())
		}
	}
}

func TestAppendAny(t *testing.T) {
	for want, in := range map[string]any{
		"null": nil, "true": true, `"x"`: "x", "1.5": 1.5, "7": int64(7), "[]": []any{}, "{}": map[string]any{},
		`"2023-11-18T12:00:00.005Z"`: noon, "12": 12, "[1,2]": []int{1, 2}, "1.25": float32(1.25), "123": json.Number("123.0"),
		`{"1":1,"9":2,"10":3,"":4,"01":5,"4294967295":6,"a":7,"b":[null]}`: map[string]any{
			"b": []any{nil}, "a": 7, "10": 3.0, "9": int64(2), "1": 1, "": 4, "01": 5, "4294967295": 6},
	} {
		if got := string(codec.AppendAny(nil, in, codec.Plain)); got != want {
			t.Errorf("%#v is written as %s, want %s", in, got, want)
		}
	}
	for _, in := range []any{nil, math.NaN(), math.Inf(1), make(chan int), json.Number("x"), []any(nil), map[string]any(nil), (*int)(nil)} {
		if got := string(codec.AppendAny(nil, in, codec.Plain)); got != "null" {
			t.Errorf("%#v is written as %s, want null", in, got)
		}
	}
	stored := `{"at":{"__noex_type__":"Date","__noex_value__":"2023-11-18T12:00:00.005Z"}}`
	if got := string(codec.AppendAny(nil, map[string]any{"at": noon}, codec.Stored)); got != stored {
		t.Errorf("%s, want %s", got, stored)
	}
}

type role string

func TestNormalizeAnyGivesWhatReadingWould(t *testing.T) {
	number, text := 3, "x"
	in := map[string]any{
		"bool": true, "int": 1, "int8": int8(-2), "uint64": uint64(1 << 63), "big": int64(1<<53 + 1), "float32": float32(0.5),
		"negative zero": math.Copysign(0, -1), "number": json.Number("1e2"), "exact": json.Number("9007199254740993"), "minus": json.Number("-0"),
		"role": role("admin"), "date": noon.In(time.FixedZone("", 3600)), "dates": []*time.Time{&noon},
		"strings": []string{"a"}, "map": map[string]string{"k": "v"}, "maps": []map[string]any{{"a": 1}, nil},
		"typed": map[role][]int{"r": {1, 2}}, "array": [2]bool{true, false}, "pointers": []any{&number, &text, (*int)(nil)},
		"nils": []any{nil, []any(nil), []string(nil), map[string]any(nil), map[role]int(nil)}, "empty": []any{[]string{}, map[string]int{}},
		"tag": map[string]any{"__noex_type__": "Date", "__noex_value__": "2023-11-18T12:00:00.005Z"},
	}
	want := map[string]any{
		"bool": true, "int": 1.0, "int8": -2.0, "uint64": 9223372036854775808.0, "big": int64(1<<53 + 1), "float32": 0.5,
		"negative zero": 0.0, "number": 100.0, "exact": int64(1<<53 + 1), "minus": 0.0,
		"role": "admin", "date": noon, "dates": []any{noon},
		"strings": []any{"a"}, "map": map[string]any{"k": "v"}, "maps": []any{map[string]any{"a": 1.0}, nil},
		"typed": map[string]any{"r": []any{1.0, 2.0}}, "array": []any{true, false}, "pointers": []any{3.0, "x", nil},
		"nils": []any{nil, nil, nil, nil, nil}, "empty": []any{[]any{}, map[string]any{}},
		"tag": noon,
	}
	got, err := codec.NormalizeAny(in)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Fatal(diff, err)
	}
	d := codec.NewDecoder(codec.AppendAny(nil, got, codec.Stored))
	if diff := cmp.Diff(want, d.Any()); diff != "" || d.End() != nil {
		t.Error(diff, d.Err())
	}
}

func TestNormalizeAnyNamesThePath(t *testing.T) {
	cycle := map[string]any{}
	cycle["a"], cycle["b"] = cycle, cycle
	deep := any(nil)
	for range codec.MaxDepth {
		deep = []any{deep}
	}
	if n, err := codec.NormalizeAny(deep); err != nil {
		t.Error(err)
	} else if d := codec.NewDecoder(codec.AppendAny(nil, n, codec.Stored)); d.Any() == nil {
		t.Error(d.Err())
	}
	var loop any
	loop = &loop
	for want, in := range map[string]any{
		"unsupported type chan int":                                              make(chan int),
		"a.b[3]: unsupported type chan int":                                      map[string]any{"a": map[string]any{"b": []any{1, 2, 3, make(chan int)}}},
		"[1][0].x: NaN is not a JSON number":                                     []any{1, []map[string]any{{"x": math.NaN()}}},
		"[0]: -Inf is not a JSON number":                                         []float64{math.Inf(-1)},
		"s: invalid UTF-8":                                                       map[string]string{"s": "\xff"},
		`a: invalid UTF-8 in the name "\xff"`:                                    map[string]any{"a": map[string]int{"\xff": 1}},
		"a: unsupported type struct {}":                                          map[string]any{"a": struct{}{}},
		"a: unsupported type []uint8":                                            map[string]any{"a": []byte("x")},
		"unsupported type map[int]bool":                                          map[int]bool{1: true},
		`invalid number "1e400"`:                                                 json.Number("1e400"),
		`invalid number ""`:                                                      json.Number(""),
		"18446744073709551615 fits neither int64 nor float64":                    uint64(math.MaxUint64),
		"at: date out of range: 300000-01-01 00:00:00 +0000 UTC":                 map[string]any{"at": time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC)},
		strings.Repeat("[0]", 1000) + ": nested deeper than 1000, or in a cycle": []any{deep},
		"nested deeper than 1000, or in a cycle":                                 loop,
	} {
		got, err := codec.NormalizeAny(in)
		if got != nil || err == nil || err.Error() != want {
			t.Errorf("%v, %v, want %s", got, err, want)
		}
	}
	if _, err := codec.NormalizeAny(cycle); err == nil || !strings.HasSuffix(err.Error(), ".a: nested deeper than 1000, or in a cycle") &&
		!strings.HasSuffix(err.Error(), ".b: nested deeper than 1000, or in a cycle") {
		t.Error(err)
	}
}

func TestCloneAnySharesNothing(t *testing.T) {
	in := map[string]any{"a": []any{1.0, map[string]any{"b": "x"}}, "at": noon, "nil": nil, "list": []any(nil), "map": map[string]any(nil)}
	out := codec.CloneAny(in)
	if diff := cmp.Diff(any(in), out); diff != "" {
		t.Fatal(diff)
	}
	out.(map[string]any)["a"].([]any)[1].(map[string]any)["b"] = "changed"
	if in["a"].([]any)[1].(map[string]any)["b"] != "x" {
		t.Error("the copy shares a map")
	}
}

func TestEqualAny(t *testing.T) {
	for _, test := range []struct {
		a, b any
		want bool
	}{
		{nil, nil, true}, {nil, false, false}, {true, true, true}, {"a", "a", true}, {"a", "b", false}, {"1", 1.0, false},
		{1.0, 1.0, true}, {1.0, int64(1), true}, {int64(2), int64(2), true}, {int64(2), 3.0, false}, {math.NaN(), math.NaN(), false},
		{int64(1<<53 + 1), float64(1 << 53), false}, {int64(math.MaxInt64), float64(1 << 63), false}, {1.5, int64(1), false},
		{noon, noon.In(time.FixedZone("", 60)), true}, {noon, noon.Add(1), false}, {noon, "x", false},
		{[]any{1.0}, []any{1.0}, true}, {[]any{1.0}, []any{2.0}, false}, {[]any{}, []any{1.0}, false}, {[]any{}, []any(nil), false},
		{map[string]any{"a": 1.0}, map[string]any{"a": 1.0}, true}, {map[string]any{"a": nil}, map[string]any{"b": nil}, false},
		{map[string]any{"a": 1.0}, map[string]any{}, false}, {map[string]any{}, []any{}, false}, {struct{}{}, struct{}{}, false},
	} {
		if codec.EqualAny(test.a, test.b) != test.want || codec.EqualAny(test.b, test.a) != test.want {
			t.Errorf("EqualAny(%#v, %#v) is not %v", test.a, test.b, test.want)
		}
	}
}
