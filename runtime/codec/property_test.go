package codec_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/noexgen/noexgen/runtime/codec"
)

// text draws strings that ValidString takes, with what is hard among them.
func text() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.String(),
		rapid.SampledFrom([]string{"\"", "\\", "\x00", "\x1f", "\x7f", "\u2028", "\uFFFD", "😀", "\\u0041", "0123456789abcdef"}),
		rapid.Map(rapid.Uint16Range(0xD800, 0xDFFF), func(u uint16) string {
			return string([]byte{0xED, 0x80 | byte(u>>6)&0x3F, 0x80 | byte(u)&0x3F})
		}),
	)
	return rapid.Map(rapid.SliceOf(piece), func(p []string) string { return strings.Join(p, "") }).Filter(codec.ValidString)
}

// float draws all float64 that JSON has, small decimals among them.
func float() *rapid.Generator[float64] {
	return rapid.OneOf(
		rapid.Map(rapid.Uint64(), math.Float64frombits),
		rapid.Float64(),
		rapid.Custom(func(t *rapid.T) float64 {
			return float64(rapid.Int64Range(-1e12, 1e12).Draw(t, "digits")) / math.Pow10(rapid.IntRange(0, 8).Draw(t, "places"))
		}),
	).Filter(func(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) })
}

// date draws dates in ECMAScript's range.
func date() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		ms := rapid.OneOf(rapid.Int64Range(-8_640_000_000_000_000, 8_639_999_999_999_999), rapid.Int64Range(0, 4e12)).Draw(t, "ms")
		ns := rapid.OneOf(rapid.Just(0), rapid.IntRange(0, 999_999)).Draw(t, "ns")
		zone := rapid.SampledFrom([]int{0, 3600, -12600, 3208, 86399, -86400}).Draw(t, "zone")
		return time.UnixMilli(ms).Add(time.Duration(ns)).In(time.FixedZone("", zone))
	})
}

// value draws what can be normalised.
func value(depth int) *rapid.Generator[any] {
	kinds := []*rapid.Generator[any]{
		rapid.Just[any](nil), rapid.Bool().AsAny(), text().AsAny(), float().AsAny(), rapid.Int64().AsAny(), rapid.Int().AsAny(),
		rapid.Int64Range(math.MaxInt64-5000, math.MaxInt64).AsAny(), rapid.Uint8().AsAny(), date().AsAny(),
	}
	if depth > 0 {
		kinds = append(kinds,
			rapid.SliceOfN(value(depth-1), 0, 4).AsAny(), rapid.SliceOf(text()).AsAny(), rapid.MapOf(text(), text()).AsAny(),
			rapid.MapOfN(rapid.OneOf(text(), rapid.StringMatching(`[0-9]{1,11}`)), value(depth-1), 0, 20).AsAny(),
		)
	}
	return rapid.OneOf(kinds...)
}

func TestScalarsSurviveARoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, i, f, at := text().Draw(t, "text"), rapid.Int64().Draw(t, "int"), float().Draw(t, "float"), date().Draw(t, "date")
		form := rapid.SampledFrom([]codec.Form{codec.Plain, codec.Stored}).Draw(t, "form")
		b := codec.AppendString([]byte{'['}, s)
		b = codec.AppendInt(append(b, ','), i)
		b = codec.AppendFloat(append(b, ','), f)
		b = codec.AppendTime(append(b, ','), at, form)
		b = append(b, ']')
		d := codec.NewDecoder(b)
		if d.Array(); d.String() != s {
			t.Fatalf("string: %s", b)
		}
		if d.NextElement(); d.Int() != i {
			t.Fatalf("int: %s", b)
		}
		if d.NextElement(); d.Float() != f {
			t.Fatalf("float: %s", b)
		}
		if d.NextElement(); !d.Time().Equal(at) {
			t.Fatalf("date: %s", b)
		}
		if d.NextElement() || d.End() != nil {
			t.Fatalf("%s: %v", b, d.Err())
		}
	})
}

func TestScalarsAreWrittenAsEncodingJSONWritesThem(t *testing.T) {
	var buf strings.Builder
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	rapid.Check(t, func(t *rapid.T) {
		same := func(v any, got []byte) {
			buf.Reset()
			if err := enc.Encode(v); err != nil {
				t.Fatal(err)
			}
			if want := strings.TrimSuffix(buf.String(), "\n"); want != string(got) {
				t.Fatalf("%s, encoding/json writes %s", got, want)
			}
		}
		s := strings.NewReplacer("\u2028", "", "\u2029", "").Replace(rapid.String().Draw(t, "text")) // escaped there
		same(s, codec.AppendString(nil, s))
		f := float().Draw(t, "float")
		if f != 0 {
			same(f, codec.AppendFloat(nil, f))
		}
		i := rapid.Int64().Draw(t, "int")
		same(i, codec.AppendInt(nil, i))
	})
}

func TestValuesSurviveARoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := value(4).Draw(t, "value")
		v, err := codec.NormalizeAny(in)
		if err != nil {
			t.Fatal(err)
		}
		text := codec.AppendAny(nil, v, codec.Stored)
		d := codec.NewDecoder(text)
		back := d.Any()
		if diff := cmp.Diff(v, back); diff != "" || d.End() != nil {
			t.Fatalf("%s: %s %v", text, diff, d.Err())
		}
		if !codec.EqualAny(v, back) || !codec.EqualAny(codec.CloneAny(v), v) {
			t.Fatalf("%s is not equal to itself", text)
		}
		if again, err := codec.NormalizeAny(v); err != nil || cmp.Diff(v, again) != "" {
			t.Fatalf("%s is not normal: %v", text, err)
		}
		var extra []byte
		d.Reset([]byte(`{"a":` + string(text) + `}`))
		d.Object()
		d.Key()
		if d.Keep(&extra); string(extra) != `,"a":`+string(text) {
			t.Fatalf("%s is kept as %s", text, extra)
		}
	})
}

func TestRecordsSurviveARoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		u := user{
			ID: text().Draw(t, "id"), Name: text().Draw(t, "name"), Email: text().Draw(t, "email"), Role: text().Draw(t, "role"),
			Score: float().Draw(t, "score"), Active: rapid.Bool().Draw(t, "active"), Version: uint64(rapid.Uint32().Draw(t, "version")),
			Created: rapid.Int64().Draw(t, "created"), Updated: rapid.Int64().Draw(t, "updated"),
			JoinedAt: date().Draw(t, "joined").UTC(), Tags: rapid.SliceOf(text()).Draw(t, "tags"),
			Age: rapid.Ptr(rapid.Int64(), true).Draw(t, "age"),
		}
		for _, form := range []codec.Form{codec.Plain, codec.Stored} {
			data := u.append(nil, form)
			if !json.Valid(data) {
				t.Fatalf("not JSON: %s", data)
			}
			var back user
			d := codec.NewDecoder(data)
			back.decode(d)
			if diff := cmp.Diff(u, back, cmp.AllowUnexported(user{})); diff != "" || d.End() != nil {
				t.Fatalf("%s: %s %v", data, diff, d.Err())
			}
		}
	})
}
