package codec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/noexgen/noexgen/runtime/codec"
)

// seeds gives the texts of the tables and of the original's files to a fuzzer.
func seeds(f *testing.F) {
	for _, row := range table[[2]string](f, "texts.json") {
		f.Add([]byte(row[0]))
	}
	files, err := filepath.Glob("testdata/original/shop/*.json")
	if err != nil || len(files) == 0 {
		f.Fatal("no files of the original", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data[:min(len(data), 2000)])
	}
	u := fullUser()
	f.Add(u.append(nil, codec.Plain))
	f.Add(u.append(nil, codec.Stored))
	f.Add([]byte(`{"id":"1","age":{"__noex_type__":"undefined","__noex_value__":null},"joinedAt":1e12,"x":[1.0],"3":{"2":1,"1":2}}`))
}

// stricter reports whether err is one of the points in which the decoder is
// stricter than encoding/json by intent.
func stricter(err error) bool {
	var syntax *codec.SyntaxError
	return errors.As(err, &syntax) && (strings.Contains(syntax.Msg, "duplicate") ||
		strings.Contains(syntax.Msg, "invalid UTF-8") || strings.Contains(syntax.Msg, "nested too deep"))
}

// asJSON is v as encoding/json would have read it.
func asJSON(v any) any {
	switch v := v.(type) {
	case int64:
		return float64(v)
	case string:
		return replaceSurrogates(v)
	case time.Time:
		text := string(codec.AppendTime(nil, v, codec.Stored))
		var m map[string]any
		if json.Unmarshal([]byte(text), &m) != nil {
			panic("not JSON: " + text)
		}
		return m
	case []any:
		out := []any{}
		for _, e := range v {
			out = append(out, asJSON(e))
		}
		return out
	case map[string]any:
		out := map[string]any{}
		for k, e := range v {
			out[replaceSurrogates(k)] = asJSON(e)
		}
		return out
	}
	return v
}

func replaceSurrogates(s string) string {
	var out strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == 0xED && s[i+1] >= 0xA0 {
			out.WriteString("\uFFFD")
			i += 2
			continue
		}
		out.WriteByte(s[i])
	}
	return out.String()
}

// FuzzDecode checks the decoder against encoding/json: what one takes the other
// takes, with equal values, apart from the stricter points.
func FuzzDecode(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		var want any
		wantErr := json.Unmarshal(data, &want)
		d := codec.NewDecoder(data)
		got := d.Any()
		err := d.End()
		if err == nil && wantErr != nil || err != nil && wantErr == nil && !stricter(err) {
			t.Fatalf("%v, encoding/json: %v", err, wantErr)
		}
		skip := codec.NewDecoder(data)
		raw := skip.Raw()
		if skipErr := skip.End(); (skipErr == nil) != (err == nil) && !stricter(err) {
			t.Fatalf("Any: %v, Raw: %v", err, skipErr)
		}
		if err == nil {
			if diff := cmp.Diff(bytes.Trim(data, " \t\r\n"), raw); diff != "" {
				t.Fatal(diff)
			}
			if !hasSurrogateNames(got) { // which encoding/json makes one name of
				if diff := cmp.Diff(want, asJSON(got)); diff != "" {
					t.Fatal(diff)
				}
			}
			checkAny(t, got)
		}
		checkRecord(t, data)
	})
}

func hasSurrogateNames(v any) bool {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if hasSurrogateNames(e) {
				return true
			}
		}
	case map[string]any:
		for k, e := range v {
			if strings.Contains(replaceSurrogates(k), "\uFFFD") || hasSurrogateNames(e) {
				return true
			}
		}
	}
	return false
}

// checkAny checks that a value that was read is normal, and is written as text
// that Compact leaves alone and that reads back as an equal value.
func checkAny(t *testing.T, v any) {
	n, err := codec.NormalizeAny(v)
	if err != nil || !codec.EqualAny(v, n) {
		t.Fatalf("%#v is not normal: %#v, %v", v, n, err)
	}
	text := codec.AppendAny(nil, v, codec.Stored)
	d := codec.NewDecoder(text)
	if back := d.Any(); d.End() != nil || !codec.EqualAny(v, back) {
		t.Fatalf("%s reads back as %#v, %v", text, back, d.Err())
	}
}

// checkRecord checks that the code of a record takes all input, and keeps what
// it takes.
func checkRecord(t *testing.T, data []byte) {
	var u, back user
	d := codec.NewDecoder(data)
	u.decode(d)
	if d.End() != nil {
		return
	}
	text := u.append(nil, codec.Stored)
	d.Reset(text)
	back.decode(d)
	// Array indexes among the unknown members have moved, once and for all.
	if diff := cmp.Diff(u, back, cmpopts.IgnoreUnexported(user{})); diff != "" || d.End() != nil {
		t.Fatalf("%s: %s %v", text, diff, d.Err())
	}
	if again := back.append(nil, codec.Stored); !bytes.Equal(text, again) {
		t.Fatalf("%s, again: %s", text, again)
	}
}

// FuzzCompact checks that Compact takes what the decoder takes, changes no value
// and has nothing to do the second time.
func FuzzCompact(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := codec.Compact(nil, data)
		d := codec.NewDecoder(data)
		d.Skip()
		if skipErr := d.End(); (err == nil) != (skipErr == nil) || err != nil && err.Error() != skipErr.Error() {
			t.Fatalf("%v, Skip: %v", err, skipErr)
		}
		if err != nil {
			return
		}
		if again, err := codec.Compact(nil, got); err != nil || !bytes.Equal(got, again) {
			t.Fatalf("%s, again: %s, %v", got, again, err)
		}
		var want, have any
		if json.Unmarshal(data, &want) != nil || json.Unmarshal(got, &have) != nil {
			t.Fatalf("encoding/json refuses %s", got)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Fatal(diff)
		}
		var extra []byte
		d.Reset([]byte(`{"a":` + string(data) + `}`))
		d.Object()
		d.Key()
		d.Keep(&extra)
		if d.NextMember() || d.End() != nil {
			return // nested too deep by one
		}
		if kept, err := codec.Compact(nil, extra[len(`,"a":`):]); err != nil || !bytes.Equal(kept, got) {
			t.Fatalf("%s, kept %s, %v", got, extra, err)
		}
	})
}
