package codec_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/codec"
)

func TestStringsAreRead(t *testing.T) {
	for in, want := range map[string]string{
		`""`: "", `"a"`: "a", ` "a" `: "a",
		`"\"\\\/\b\f\n\r\t"`:      "\"\\/\b\f\n\r\t",
		`"\u00e9\u00E9\u0000"`:    "éé\x00",
		`"\ud83d\ude00"`:          "😀",
		`"\ud83d"`:                "\xed\xa0\xbd",
		`"\ude00\ud83d"`:          "\xed\xb8\x80\xed\xa0\xbd",
		`"\ud83d\ud83d\ude00"`:    "\xed\xa0\xbd😀",
		`"\ud83d\n"`:              "\xed\xa0\xbd\n",
		"\"Žofie 李雷 \u2028 😀\"":   "Žofie 李雷 \u2028 😀",
		`"0123456789é\n01234567"`: "0123456789é\n01234567",
	} {
		d := codec.NewDecoder([]byte(in))
		if got := d.String(); got != want || d.End() != nil {
			t.Errorf("%s read as %q, %v", in, got, d.Err())
		}
	}
}

func TestIntegersAreReadExactly(t *testing.T) {
	for in, want := range map[string]int64{
		"0": 0, "-0": 0, "7": 7, "-12": -12, "1.0": 1, "1e3": 1000, "1.50e1": 15, "12000e-3": 12, "0e999999999999": 0, "0.000": 0,
		"9007199254740993": 1<<53 + 1, "9223372036854775807": math.MaxInt64, "-9223372036854775808": math.MinInt64,
		"922337203685477580.7e1": math.MaxInt64, "9223372036854775807.000": math.MaxInt64, "0.000001e6": 1, "1000000000000000000000e-3": 1e18,
	} {
		d := codec.NewDecoder([]byte(in))
		if got := d.Int(); got != want || d.End() != nil {
			t.Errorf("%s read as %d, %v", in, got, d.Err())
		}
	}
	for _, in := range []string{
		"1.5", "1e-1", "9223372036854775808", "-9223372036854775809", "1e19", "1e999999999999999999999", "1e-99999999999999999999",
		"9223372036854775807.1", "100000000000000000000.000000000001", "18446744073709551616", "0.1", `"1"`, "null",
	} {
		d := codec.NewDecoder([]byte(in))
		var mismatch *codec.TypeError
		if got := d.Int(); got != 0 || !errors.As(d.Err(), &mismatch) {
			t.Errorf("%s read as %d, %v, want a TypeError", in, got, d.Err())
		}
	}
	d := codec.NewDecoder([]byte("-1"))
	if got := d.Uint(); got != 0 || d.Err() == nil {
		t.Errorf("-1 read as %d", got)
	}
}

func TestFloatsAreReadExactly(t *testing.T) {
	for in, want := range map[string]float64{
		"0": 0, "-0": math.Copysign(0, -1), "-0.0e5": math.Copysign(0, -1), "1.5": 1.5, "-12": -12, "5e-324": 5e-324, "2e-324": 0,
		"1.7976931348623157e308": math.MaxFloat64, "9007199254740993": 1 << 53, "9007199254740992.9999999999": 9007199254740992.9999999999,
		"0.1e1": 1, "123456789012345678901234567890": 123456789012345678901234567890, "1e22": 1e22, "1e23": 1e23, "4.35": 4.35,
		"0.000000000000000000000000000000000000000000000000000001": 1e-54, "1e-99999999999999999999": 0,
		"179769313486231580793728971405301e276": 179769313486231580793728971405301e276,
	} {
		d := codec.NewDecoder([]byte(in))
		if got := d.Float(); math.Float64bits(got) != math.Float64bits(want) || d.End() != nil {
			t.Errorf("%s read as %v, %v, want %v", in, got, d.Err(), want)
		}
	}
}

func TestSyntaxErrorsNameThePlace(t *testing.T) {
	deep := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for in, want := range map[string]string{
		"":                    "offset 0: want a value, got the end of the input",
		"\ufeff1":             `offset 0: want a value, got '\ufeff'`,
		"1 2":                 "offset 2: unexpected '2' after the value",
		"01":                  "offset 1: unexpected '1' after the value",
		"-":                   "offset 0: invalid number",
		"1.":                  "offset 0: invalid number",
		".5":                  "offset 0: want a value, got '.'",
		"+1":                  "offset 0: want a value, got '+'",
		"1e":                  "offset 0: invalid number",
		"1e400":               "offset 0: number out of range: 1e400",
		"nul":                 "offset 0: want null, got 'n'",
		"tru":                 "offset 0: want true, got 't'",
		"falsy":               "offset 0: want false, got 'f'",
		"[1,]":                "offset 3: want a value, got ']'",
		"[1 2]":               "offset 3: want ',' or ']', got '2'",
		"[1}":                 "offset 2: want ',' or ']', got '}'",
		"[":                   "offset 1: want a value, got the end of the input",
		"{":                   "offset 1: want a member name, got the end of the input",
		`{"a"`:                "offset 4: want ':', got the end of the input",
		`{"a":1,}`:            "offset 7: want a member name, got '}'",
		`{"a":1]`:             "offset 6: want ',' or '}', got ']'",
		`{a:1}`:               "offset 1: want a member name, got 'a'",
		`{"a":1,"b":2,"a":3}`: `offset 13: duplicate member name "a"`,
		`{"a":1,"\u0061":3}`:  `offset 7: duplicate member name "a"`,
		`[{"x":{"":1,"":2}}]`: `offset 12: duplicate member name ""`,
		`"abc`:                "offset 4: unterminated string",
		`"abc\`:               "offset 5: unterminated string",
		`"a\n`:                "offset 4: unterminated string",
		"\"a\nb\"":            "offset 2: control character in a string",
		"\"é\x01\"":           "offset 3: control character in a string",
		`"\x"`:                "offset 1: invalid escape in a string",
		`"\u12g4"`:            "offset 1: invalid escape in a string",
		`"\u+123"`:            "offset 1: invalid escape in a string",
		`"\u123"`:             "offset 1: invalid escape in a string",
		"\"ab\xff\"":          "offset 3: invalid UTF-8 in a string",
		"\"\\n\xc3\"":         "offset 3: invalid UTF-8 in a string",
		"\"\xed\xa0\x80\"":    "offset 1: invalid UTF-8 in a string",
		"\"\xc3\"":            "offset 1: invalid UTF-8 in a string",
		"\x00":                `offset 0: want a value, got '\x00'`,
		"[1\x0b]":             `offset 2: want ',' or ']', got '\v'`,
		deep(1065):            "offset 1064: nested too deep",
	} {
		d := codec.NewDecoder([]byte(in))
		d.Skip()
		var syntax *codec.SyntaxError
		if err := d.End(); !errors.As(err, &syntax) || err.Error() != "invalid JSON at "+want {
			t.Errorf("%.50q: %v, want %s", in, err, want)
		}
		if !strings.HasSuffix(want, "nested too deep") { // Any ends earlier
			d = codec.NewDecoder([]byte(in))
			if v := d.Any(); d.Err() != nil && v != nil {
				t.Errorf("%q: Any gave %v and an error", in, v)
			}
			if err := d.End(); err == nil || err.Error() != "invalid JSON at "+want {
				t.Errorf("%.50q: Any: %v, want %s", in, err, want)
			}
		}
	}
	for _, n := range []int{1000, 1064} {
		d := codec.NewDecoder([]byte(deep(n)))
		if d.Skip(); d.End() != nil {
			t.Errorf("depth %d: %v", n, d.Err())
		}
	}
}

func TestManyNamesAreCheckedToo(t *testing.T) {
	var b strings.Builder
	b.WriteByte('{')
	for i := range 100 {
		b.WriteString(`"k` + string(codec.AppendInt(nil, int64(i*37%100))) + `":{"x":1},`)
	}
	good := b.String() + `"z":0}`
	bad := b.String() + `"k41":0}`
	d := codec.NewDecoder([]byte(good))
	if d.Skip(); d.End() != nil {
		t.Error(d.Err())
	}
	d = codec.NewDecoder([]byte(bad))
	d.Skip()
	var syntax *codec.SyntaxError
	if !errors.As(d.End(), &syntax) || int(syntax.Offset) != strings.LastIndex(bad, `"k41"`) {
		t.Errorf("%v", d.Err())
	}
}

func TestNullTakesNullAndUndefined(t *testing.T) {
	for in, want := range map[string]bool{
		"null": true, " null": true, "1": false, "{}": false, `{"a":1}`: false,
		`{"__noex_type__":"undefined","__noex_value__":null}`:                 true,
		`{ "__noex_type__": "undefined",` + "\n" + `"__noex_value__": null }`: true,
		`{"__noex_value__":null,"__noex_type__":"undefined"}`:                 true,
		`{"__noex_type__":"undefined"}`:                                       true,
		`{"__noex_type__":"undefined","x":1}`:                                 false,
		`{"__noex_type__":"Date","__noex_value__":"2023-11-18"}`:              false,
		`{"__noex_type__":7}`:                                                 false,
	} {
		d := codec.NewDecoder([]byte(in))
		if got := d.Null(); got != want {
			t.Errorf("%s: %v", in, got)
		}
		if !want {
			d.Skip()
		}
		if err := d.End(); err != nil {
			t.Errorf("%s: %v", in, err)
		}
	}
	d := codec.NewDecoder([]byte(`{"__noex_type__":"undefined","__noex_value__":}`))
	if d.Null() || d.Err() != nil {
		t.Error("a broken tag was taken")
	}
	if d.Skip(); d.Err() == nil {
		t.Error("a broken tag was skipped")
	}
}

func TestKindPeeks(t *testing.T) {
	for in, want := range map[string]codec.Kind{
		"": codec.KindInvalid, "x": codec.KindInvalid, " null": codec.KindNull, "true": codec.KindBool, "false": codec.KindBool,
		"-1": codec.KindNumber, "0": codec.KindNumber, `"`: codec.KindString, "[": codec.KindArray, "\t{": codec.KindObject,
	} {
		if got := codec.NewDecoder([]byte(in)).Kind(); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func TestRawGivesTheText(t *testing.T) {
	d := codec.NewDecoder([]byte(`[ {"a": 1.0} , "x" ]`))
	var got []string
	for more := d.Array(); more; more = d.NextElement() {
		got = append(got, string(d.Raw()))
	}
	if diff := cmp.Diff([]string{`{"a": 1.0}`, `"x"`}, got); diff != "" || d.End() != nil {
		t.Error(diff, d.Err())
	}
	if got := codec.NewDecoder([]byte(`{"a":1,"a":2}`)).Raw(); got != nil {
		t.Errorf("duplicates: %s", got)
	}
}

func TestTheFirstErrorStays(t *testing.T) {
	d := codec.NewDecoder([]byte(`{"a":"x","b":2}`))
	turns := 0
	for more := d.Object(); more; more = d.NextMember() {
		turns++
		d.Key()
		d.Int()
	}
	if turns != 1 || d.End() == nil || d.End().Error() != "want an integer, got a string at offset 5" {
		t.Errorf("%d turns, %v", turns, d.Err())
	}
	var extra []byte
	d.Key()
	d.Keep(&extra)
	d.SkipMember()
	d.Seen(new(uint64), 1)
	if d.Any() != nil || d.Raw() != nil || d.Object() || d.Array() || d.Null() || d.Bool() || !d.Time().IsZero() || d.Float() != 0 || extra != nil {
		t.Error("a value was read after an error")
	}
}

func TestNothingIsReadFromAnUnreadyDecoder(t *testing.T) {
	var d codec.Decoder
	var extra []byte
	d.Keep(&extra)
	if d.Any() != nil || d.End() == nil {
		t.Error(d.Err())
	}
}

func TestRecoverGoesOnAfterATypeError(t *testing.T) {
	d := codec.NewDecoder([]byte(`{"a":[{"x":1}],"b":"soon","c":{"d":7},"e":1.5,"f":9}`))
	got := map[string]string{}
	last := int64(0)
	for more := d.Object(); more; more = d.NextMember() {
		key := string(d.Key())
		m := d.Mark()
		switch key {
		case "b":
			d.Time()
		case "c":
			for more := d.Object(); more; more = d.NextMember() {
				d.Key()
				_ = d.String()
			}
		default:
			last = d.Int()
		}
		if err := d.Recover(m); err != nil {
			got[key] = "want " + err.Want + ", got " + err.Got
		}
	}
	want := map[string]string{
		"a": "want an integer, got an array", "b": `want a date, got "soon"`,
		"c": "want a string, got a number", "e": "want an integer, got 1.5",
	}
	if diff := cmp.Diff(want, got); diff != "" || d.End() != nil || last != 9 {
		t.Error(diff, d.Err(), last)
	}
	d.Reset([]byte(`[}`))
	m := d.Mark()
	d.Skip()
	if d.Recover(m) != nil || d.Err() == nil {
		t.Error("a syntax error was forgiven")
	}
}

func TestLongValuesAreCutInErrors(t *testing.T) {
	d := codec.NewDecoder([]byte(`"` + strings.Repeat("é", 100) + `"`))
	d.Time()
	if n := len(d.Err().Error()); n > 100 {
		t.Errorf("%d bytes: %v", n, d.Err())
	}
}

func TestKnownMembersComeOnce(t *testing.T) {
	for in, want := range map[string]string{
		`{"id":"1","name":"a","\u0069d":"2"}`: `invalid JSON at offset 21: duplicate member name "id"`,
		`{"name":"a","name":null}`:            `invalid JSON at offset 12: duplicate member name "name"`,
		`{"id":"1","ID":"2","Id":"3"}`:        "",
	} {
		var u user
		d := codec.NewDecoder([]byte(in))
		u.decode(d)
		got := ""
		if err := d.End(); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", in, got, want)
		}
	}
}

func TestWritingAndSkippingAllocateNothing(t *testing.T) {
	u := fullUser()
	buf := u.append(nil, codec.Stored)
	var d codec.Decoder
	v := codec.NewDecoder(buf).Any()
	var out []byte
	for name, f := range map[string]func(){
		"a record":  func() { out = u.append(out[:0], codec.Stored) },
		"any value": func() { out = codec.AppendAny(out[:0], v, codec.Stored) },
		"skip":      func() { d.Reset(buf); d.Skip() },
		"compact":   func() { out, _ = codec.Compact(out[:0], buf) },
	} {
		f() // grows the buffers
		most := 0.0
		if name == "compact" {
			most = 5 // its decoder's list of names
		}
		if got := testing.AllocsPerRun(100, f); got > most {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}

func TestOffsetIsWhatHasBeenRead(t *testing.T) {
	d := codec.NewDecoder([]byte(` 12 ,`))
	if d.Int(); d.Offset() != 3 {
		t.Error(d.Offset())
	}
}

func TestMismatchesNameBoth(t *testing.T) {
	for in, want := range map[string]string{
		"null": "null", "true": "a boolean", "1": "a number", "[]": "an array", "{}": "an object",
	} {
		d := codec.NewDecoder([]byte(in))
		d.StringView()
		var mismatch *codec.TypeError
		if !errors.As(d.Err(), &mismatch) || *mismatch != (codec.TypeError{Want: "a string", Got: want}) {
			t.Errorf("%s: %v", in, d.Err())
		}
	}
	for want, read := range map[string]func(*codec.Decoder){
		"a boolean": func(d *codec.Decoder) { d.Bool() }, "an integer": func(d *codec.Decoder) { d.Int() },
		"a number": func(d *codec.Decoder) { d.Float() }, "an object": func(d *codec.Decoder) { d.Object() },
		"an array": func(d *codec.Decoder) { d.Array() },
	} {
		d := codec.NewDecoder([]byte(`"x"`))
		read(d)
		var mismatch *codec.TypeError
		if !errors.As(d.Err(), &mismatch) || *mismatch != (codec.TypeError{Want: want, Got: "a string"}) {
			t.Errorf("%v, want %s", d.Err(), want)
		}
	}
}

// Strings that share memory are whole and stay as they were, whatever is read
// after them.
func TestSharedStringsStay(t *testing.T) {
	var d codec.Decoder
	d.ShareStrings()
	var got, want []string
	for i := range 2000 {
		text := strings.Repeat(string(rune('a'+i%26)), i%300)
		d.Reset(codec.AppendString(nil, text))
		got, want = append(got, d.String()), append(want, text)
		if err := d.End(); err != nil {
			t.Fatal(err)
		}
		d.Reset([]byte(`"\u0041\n"`))
		if s := d.String(); s != "A\n" {
			t.Fatalf("read %q", s)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
