package codec_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/codec"
)

func TestAppendTime(t *testing.T) {
	utc := func(y, mo, d, h, mi, s, ns int) time.Time {
		return time.Date(y, time.Month(mo), d, h, mi, s, ns, time.UTC)
	}
	berlin := time.FixedZone("", 2*3600)
	for _, test := range []struct {
		in            time.Time
		plain, stored string
	}{
		{utc(2023, 11, 18, 3, 59, 15, 744e6), "2023-11-18T03:59:15.744Z", "2023-11-18T03:59:15.744Z"},
		{utc(2023, 11, 18, 3, 59, 15, 740e6), "2023-11-18T03:59:15.74Z", "2023-11-18T03:59:15.740Z"},
		{utc(2023, 11, 18, 3, 59, 15, 0), "2023-11-18T03:59:15Z", "2023-11-18T03:59:15.000Z"},
		{utc(2023, 11, 18, 3, 59, 15, 744_000_100), "2023-11-18T03:59:15.7440001Z", "2023-11-18T03:59:15.7440001Z"},
		{utc(2023, 11, 18, 3, 59, 15, 1), "2023-11-18T03:59:15.000000001Z", "2023-11-18T03:59:15.000000001Z"},
		{utc(2023, 1, 1, 0, 30, 0, 0).In(berlin), "2023-01-01T02:30:00+02:00", "2023-01-01T00:30:00.000Z"},
		{utc(2023, 1, 1, 0, 30, 0, 0).In(time.FixedZone("", -(9*3600 + 1800))), "2022-12-31T15:00:00-09:30", "2023-01-01T00:30:00.000Z"},
		{utc(1890, 1, 1, 0, 0, 0, 0).In(time.FixedZone("LMT", 3208)), "1890-01-01T00:00:00Z", "1890-01-01T00:00:00.000Z"},
		{time.Time{}, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"},
		{utc(0, 1, 1, 0, 0, 0, 0), "0000-01-01T00:00:00Z", "0000-01-01T00:00:00.000Z"},
		{utc(-1, 12, 31, 0, 0, 0, 0), "-000001-12-31T00:00:00Z", "-000001-12-31T00:00:00.000Z"},
		{utc(10000, 1, 1, 0, 0, 0, 0), "+010000-01-01T00:00:00Z", "+010000-01-01T00:00:00.000Z"},
		{utc(9999, 12, 31, 23, 0, 0, 0).In(berlin), "9999-12-31T23:00:00Z", "9999-12-31T23:00:00.000Z"},
	} {
		t.Run(test.stored, func(t *testing.T) {
			plain := codec.AppendTime(nil, test.in, codec.Plain)
			if diff := cmp.Diff(`"`+test.plain+`"`, string(plain)); diff != "" {
				t.Errorf("plain: %s", diff)
			}
			stored := codec.AppendTime(nil, test.in, codec.Stored)
			if diff := cmp.Diff(`{"__noex_type__":"Date","__noex_value__":"`+test.stored+`"}`, string(stored)); diff != "" {
				t.Errorf("stored: %s", diff)
			}
			for _, text := range [][]byte{plain, stored} {
				d := codec.NewDecoder(text)
				if got := d.Time(); !got.Equal(test.in) || got.Location() != time.UTC || d.End() != nil {
					t.Errorf("%s read as %v, %v", text, got, d.Err())
				}
			}
			if got := codec.NewDecoder(stored).Any(); got != test.in.UTC() {
				t.Errorf("%s read as %#v", stored, got)
			}
			want, err := json.Marshal(test.in) // which drops the seconds of LMT's offset, and has no long years
			if err == nil && test.in.Location().String() != "LMT" && string(want) != string(plain) {
				t.Errorf("plain is %s, encoding/json writes %s", plain, want)
			}
		})
	}
}

func TestDatesOutsideTheRangeOfECMAScriptAreNull(t *testing.T) {
	last := time.UnixMilli(8_640_000_000_000_000)
	for at, want := range map[time.Time]bool{
		last: true, last.Add(1): false,
		time.UnixMilli(-8_640_000_000_000_000): true, time.UnixMilli(-8_640_000_000_000_000).Add(-1): false,
	} {
		if got := codec.ValidTime(at); got != want {
			t.Errorf("ValidTime(%v) = %v", at, got)
		}
		for _, form := range []codec.Form{codec.Plain, codec.Stored} {
			if got := string(codec.AppendTime(nil, at, form)); (got != "null") != want {
				t.Errorf("%v is written as %s", at, got)
			}
		}
	}
}

func TestTimeReadsWhatECMAScriptReads(t *testing.T) {
	for _, row := range table[[2]*string](t, "dates.json") {
		d := codec.NewDecoder(codec.AppendString(nil, *row[0]))
		got := d.Time()
		if row[1] == nil {
			if d.Err() == nil {
				t.Errorf("%q read as %v, want an error", *row[0], got)
			}
			continue
		}
		want := `"` + *row[1] + `"`
		if text := string(codec.AppendTime(nil, got.Truncate(time.Millisecond), codec.Stored)); d.End() != nil || text[len(text)-len(want)-1:len(text)-1] != want {
			t.Errorf("%q read as %s, %v, want %s", *row[0], text, d.Err(), want)
		}
	}
}

func TestTimeReadsOtherForms(t *testing.T) {
	want := time.UnixMilli(1700279955744).UTC()
	for _, text := range []string{
		`1700279955744`, `1.700279955744e12`, `1700279955744.9`,
		` { "__noex_type__" : "Date" , "__noex_value__" : "2023-11-18T03:59:15.744Z" } `,
		`{"__noex_value__":"2023-11-18T03:59:15.744Z","__noex_type__":"Date"}`,
		`{"\u005f_noex_type__":"Date","__noex_value__":"2023-11-18T05:59:15.744+02:00"}`,
		`"2023-11-18T03:59:15.74400Z"`, `"2023-11-18T03:59:15.744000000000Z"`, `"2023-11-18T03:59:15.744\u005a"`,
	} {
		d := codec.NewDecoder([]byte(text))
		if got := d.Time(); got != want || d.End() != nil {
			t.Errorf("%s read as %v, %v", text, got, d.Err())
		}
	}
	local := time.Date(2023, 11, 18, 3, 59, 15, 0, time.Local)
	if got := codec.NewDecoder([]byte(`"2023-11-18T03:59:15"`)).Time(); !got.Equal(local) {
		t.Errorf("without an offset: %v, want %v", got, local)
	}
}

func TestTimeRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`"soon"`:              `want a date, got "soon" at offset 0`,
		`true`:                `want a date, got a boolean at offset 0`,
		` {"a":1}`:            `want a date, got an object at offset 1`,
		`8640000000000001`:    `want a date, got 8640000000000001 at offset 0`,
		`{"a":1,"a":2}`:       `invalid JSON at offset 7: duplicate member name "a"`,
		`"2023-11-18 03:59Z"`: `want a date, got "2023-11-18 03:59Z" at offset 0`,
		`{"__noex_type__":"Date","__noex_value__":"soon"}`: `want a date, got "soon" at offset 0`,
		`{"__noex_type__":"Date","__noex_value__":x2023"}`: `invalid JSON at offset 41: want a value, got 'x'`,
		`{"__noex_type__":"Date","__noex_value__":`:        `invalid JSON at offset 41: want a value, got the end of the input`,
		`{"__noex_type__":"Date","__noex_value__":"soon`:   `invalid JSON at offset 46: unterminated string`,
	} {
		d := codec.NewDecoder([]byte(text))
		d.Time()
		if err := d.End(); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
