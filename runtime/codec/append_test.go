package codec_test

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/codec"
)

// table reads a file of testdata that generate.mjs wrote.
func table[T any](t testing.TB, name string) []T {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var rows []T
	if err := json.Unmarshal(data, &rows); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(rows) == 0 {
		t.Fatalf("%s is empty", name)
	}
	return rows
}

func TestAppendStringEscapesWhatJSONStringifyEscapes(t *testing.T) {
	for _, test := range []struct{ name, in, want string }{
		{"empty", "", `""`},
		{"plain", "Alice", `"Alice"`},
		{"exactly one word", "12345678", `"12345678"`},
		{"quote and backslash", `O'Neil "Ox" \`, `"O'Neil \"Ox\" \\"`},
		{"short escapes", "\b\f\n\r\t", `"\b\f\n\r\t"`},
		{"other controls", "\x00\x1f\x0b", `"\u0000\u001f\u000b"`},
		{"delete is no control", "\x7f", "\"\x7f\""},
		{"nothing for HTML", "</script>&'", `"</script>&'"`},
		{"line separators raw", "\u2028\u2029", "\"\u2028\u2029\""},
		{"beyond ASCII", "Žofie 李雷 😀", `"Žofie 李雷 😀"`},
		{"escape after words", "0123456789abcdef\"0123456789", `"0123456789abcdef\"0123456789"`},
		{"escape after non-ASCII", "é\n李\"", `"é\n李\""`},
		{"lone high", "a\xed\xa0\xbdb", `"a\ud83db"`},
		{"lone low", "\xed\xb8\x80", `"\ude00"`},
		{"last of all surrogates", "\xed\xbf\xbf", `"\udfff"`},
		{"replacement character itself", "\uFFFD", "\"\uFFFD\""},
		{"invalid byte", "a\xffb", "\"a\uFFFDb\""},
		{"cut rune", "a\xe6\x9d", "\"a\uFFFD\uFFFD\""},
		{"cut surrogate", "\xed\xa0", "\"\uFFFD\uFFFD\""},
		{"overlong", "\xc0\x80", "\"\uFFFD\uFFFD\""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, string(codec.AppendString(nil, test.in))); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAppendStringEscapesAtEveryPosition(t *testing.T) {
	for length := range 20 {
		for at := range length {
			text := make([]byte, length)
			for i := range text {
				text[i] = byte('a' + i)
			}
			text[at] = '\n'
			quoted := codec.AppendString(nil, string(text))
			var got string
			if err := json.Unmarshal(quoted, &got); err != nil || got != string(text) {
				t.Fatalf("%q: %s, %v", text, quoted, err)
			}
			if got := codec.NewDecoder(quoted).String(); got != string(text) {
				t.Fatalf("%q read as %q", text, got)
			}
		}
	}
}

func TestValidString(t *testing.T) {
	for in, want := range map[string]bool{
		"":                          true,
		"Alice 李雷 😀":                true,
		"\xed\xa0\xbd":              true,
		"\xed\xb8\x80\xed\xa0\xbd":  true,
		"\xed\xa0\xbd\xed\xa0\xbd":  true,
		"\xed\xa0\xbda\xed\xb8\x80": true,
		"\xed\xa0\xbd\xed\xb8\x80":  false, // would be read as one character
		"\xed\xa0\xbd\xff":          false,
		"\xed\xa0":                  false,
		"\xff":                      false,
		"ab\xc3":                    false,
	} {
		if got := codec.ValidString(in); got != want {
			t.Errorf("ValidString(%q) = %v", in, got)
		}
		if back := codec.NewDecoder(codec.AppendString(nil, in)).String(); (back == in) != want {
			t.Errorf("%q read back as %q", in, back)
		}
	}
}

func TestFloatsAreWrittenAndReadAsECMAScriptDoes(t *testing.T) {
	for _, row := range table[[2]string](t, "numbers.json") {
		bits, err := strconv.ParseUint(row[0], 16, 64)
		if err != nil {
			t.Fatal(err)
		}
		v := math.Float64frombits(bits)
		if got := string(codec.AppendFloat(nil, v)); got != row[1] {
			t.Errorf("AppendFloat(%v) = %s, want %s", v, got, row[1])
		}
		d := codec.NewDecoder([]byte(row[1]))
		if got := d.Float(); got != v || d.End() != nil {
			t.Errorf("%s read as %v, %v", row[1], got, d.Err())
		}
		if got := codec.NewDecoder([]byte(row[1])).Any(); got != v {
			t.Errorf("%s read as %#v, want a float64", row[1], got)
		}
	}
}

func TestFloatsThatAreNoNumbersAreNull(t *testing.T) {
	for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if got := string(codec.AppendFloat(nil, v)); got != "null" {
			t.Errorf("AppendFloat(%v) = %s", v, got)
		}
	}
}

// TestValidStringSeesEveryByte has a byte that is not UTF-8 at each place of strings of
// each length.
func TestValidStringSeesEveryByte(t *testing.T) {
	for n := range 40 {
		text := bytes.Repeat([]byte("a"), n)
		if !codec.ValidString(string(text)) {
			t.Errorf("%d ASCII bytes are refused", n)
		}
		for i := range text {
			text[i] = 0x80
			if codec.ValidString(string(text)) {
				t.Errorf("byte %d of %d is not looked at", i, n)
			}
			text[i] = 'a'
		}
	}
}
