package conformance

import (
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// checked is an input of the bucket checks that is valid but for what set does.
func checked(set func(*CheckInput)) CheckInput {
	in := CheckInput{Need: "x"}
	set(&in)
	return in
}

func TestValidation(t *testing.T) {
	s := open(t, noex.Config{})
	refused := func(t *testing.T, want string, set func(*CheckInput)) {
		t.Helper()
		_, err := s.Checks.Insert(checked(set))
		hasIssues(t, err, want)
	}
	accepted := func(t *testing.T, set func(*CheckInput)) Check {
		t.Helper()
		return insert(t, s.Checks, checked(set))
	}

	t.Run("an invalid record is a ValidationError that names bucket and fields and lists all issues", func(t *testing.T) {
		_, err := s.Users.Insert(UserInput{Email: noex.Some("x"), Age: noex.Some(int64(151))})
		e := failsAs[*noex.ValidationError](t, err)
		equal(t, e.Bucket, "users")
		hasIssues(t, err, "name required", "email format", "age max")
		for _, word := range []string{"users", "name", "email", "age"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("the message lacks %q: %s", word, err)
			}
		}
		for _, is := range e.Issues {
			if is.Message == "" {
				t.Errorf("issue %+v has no message", is)
			}
		}
		equal(t, s.Users.Len(), 0)
	})
	t.Run("all rules broken on one field, in the order minLength, maxLength, pattern, format", func(t *testing.T) {
		_, err := s.Checks.Insert(checked(func(in *CheckInput) { in.Many = noex.Some("A B") }))
		hasIssues(t, err, "many minLength", "many pattern", "many format")
		_, err = s.Checks.Insert(checked(func(in *CheckInput) { in.Many = noex.Some("AAAA BBBB") }))
		hasIssues(t, err, "many maxLength", "many pattern", "many format")
	})
	t.Run("a value outside an enum has that issue only, since the generator holds the enum to the other rules [changed]", func(t *testing.T) {
		refused(t, "choice enum", func(in *CheckInput) { in.Choice = noex.Some(CheckChoice("AAAA BBBB")) })
	})
	t.Run("fields in schema order", func(t *testing.T) {
		_, err := s.Checks.Insert(checked(func(in *CheckInput) {
			in.Host, in.Short, in.Need, in.Low = noex.Some("-"), noex.Some("long"), "", noex.Some(-1.0)
		}))
		hasIssues(t, err, "need required", "short maxLength", "low min", "host format")
	})
	t.Run("required field missing is the only issue of the field", func(t *testing.T) {
		refused(t, "need required", func(in *CheckInput) { in.Need = "" })
	})
	t.Run("required field null", func(t *testing.T) {
		var in CheckInput
		hasIssues(t, json.Unmarshal([]byte(`{"need":null,"mayEmpty":""}`), &in), "need required")
		c := accepted(t, func(*CheckInput) {})
		_, err := s.Checks.Update(c.ID, CheckPatch{Need: noex.Null[string]()})
		hasIssues(t, err, "need required")
	})
	t.Run("required and minLength 0 may be empty, but has to be there in JSON", func(t *testing.T) {
		accepted(t, func(in *CheckInput) { in.MayEmpty = "" })
		var in CheckInput
		hasIssues(t, json.Unmarshal([]byte(`{"need":"x"}`), &in), "mayEmpty required")
		noErr(t, json.Unmarshal([]byte(`{"need":"x","mayEmpty":""}`), &in))
	})
	t.Run("optional field null or absent passes, and no further rule runs", func(t *testing.T) {
		got := accepted(t, func(in *CheckInput) {
			in.Tier, in.Long, in.Code, in.Mail = noex.Null[CheckTier](), noex.Null[string](), noex.Null[string](), noex.Null[string]()
			in.Low, in.List, in.Place = noex.Null[float64](), noex.Null[[]int64](), noex.Null[CheckPlace]()
		})
		equal(t, got, Check{ID: got.ID, Need: "x", Meta: got.Meta}) // null and absent are the same in a record
	})
	t.Run("required: a zero string, date, array or object is missing, a zero number or boolean is not", func(t *testing.T) {
		_, err := s.Forms.Insert(FormInput{ID: "1"})
		hasIssues(t, err, "when required", "list required", "names required", "map required")
		got := insert(t, s.Forms, FormInput{
			ID: "1", When: time.Unix(0, 0), List: []any{}, Names: []string{}, Map: map[string]any{},
		})
		equal(t, [2]any{got.Number, got.Flag}, [2]any{0.0, false})
	})
	t.Run("number NaN or infinite is refused [changed]", func(t *testing.T) {
		for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			refused(t, "number type", func(in *CheckInput) { in.Number = noex.Some(f) })
		}
		refused(t, "low type", func(in *CheckInput) { in.Low = noex.Some(math.NaN()) })
	})
	t.Run("array and object fields refuse what JSON cannot hold", func(t *testing.T) {
		accepted(t, func(in *CheckInput) { in.Array = noex.Some([]any{1, 2}) })
		refused(t, "array type", func(in *CheckInput) { in.Array = noex.Some([]any{make(chan int)}) })
		refused(t, "object type", func(in *CheckInput) { in.Object = noex.Some(map[string]any{"a": math.NaN()}) })
	})
	t.Run("an object that contains itself is refused", func(t *testing.T) {
		cycle := map[string]any{}
		cycle["self"] = cycle
		refused(t, "object type", func(in *CheckInput) { in.Object = noex.Some(cycle) })
	})
	t.Run("nesting without end is refused", func(t *testing.T) {
		deep := map[string]any{}
		for range 100_000 {
			deep = map[string]any{"a": deep}
		}
		refused(t, "object type", func(in *CheckInput) { in.Object = noex.Some(deep) })
	})
	t.Run("an object that looks like a tagged date is no object", func(t *testing.T) {
		date := map[string]any{"__noex_type__": "Date", "__noex_value__": "2024-01-01T00:00:00.000Z"}
		refused(t, "object type", func(in *CheckInput) { in.Object = noex.Some(date) })
		var in CheckInput
		noErr(t, json.Unmarshal([]byte(`{"need":"x","mayEmpty":"","object":
			{"__noex_type__":"Date","__noex_value__":"2024-01-01T00:00:00.000Z"}}`), &in))
		_, err := s.Checks.Insert(in)
		hasIssues(t, err, "object type")
	})
	t.Run("text has to be UTF-8", func(t *testing.T) {
		refused(t, "text type", func(in *CheckInput) { in.Text = noex.Some("a\xff") })
		refused(t, "id type", func(in *CheckInput) { in.ID = noex.Some("\xff") })
	})
	t.Run("a date that JSON cannot hold is refused", func(t *testing.T) {
		refused(t, "date type", func(in *CheckInput) { in.Date = noex.Some(time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC)) })
	})
	t.Run("enum", func(t *testing.T) {
		refused(t, "tier enum", func(in *CheckInput) { in.Tier = noex.Some(CheckTier("premium")) })
		refused(t, "tier enum", func(in *CheckInput) { in.Tier = noex.Some(CheckTier("")) })
		accepted(t, func(in *CheckInput) { in.Tier = noex.Some(CheckTierVip) })
		refused(t, "step enum", func(in *CheckInput) { in.Step = noex.Some(CheckStep(3)) })
		accepted(t, func(in *CheckInput) { in.Step = noex.Some(CheckStep4) })
	})
	t.Run("maxLength and minLength count code points [changed]", func(t *testing.T) {
		refused(t, "short maxLength", func(in *CheckInput) { in.Short = noex.Some("ABCDE") })
		refused(t, "short maxLength", func(in *CheckInput) { in.Short = noex.Some("ABCD") })
		accepted(t, func(in *CheckInput) { in.Short = noex.Some("😀😀😀") })
		refused(t, "long minLength", func(in *CheckInput) { in.Long = noex.Some("😀é") })
		accepted(t, func(in *CheckInput) { in.Long = noex.Some("😀é.") })
	})
	t.Run("min and max are inclusive", func(t *testing.T) {
		refused(t, "low min", func(in *CheckInput) { in.Low = noex.Some(-1.0) })
		refused(t, "low min", func(in *CheckInput) { in.Low = noex.Some(-math.SmallestNonzeroFloat64) })
		accepted(t, func(in *CheckInput) { in.Low = noex.Some(0.0) })
		refused(t, "high max", func(in *CheckInput) { in.High = noex.Some(int64(101)) })
		accepted(t, func(in *CheckInput) { in.High = noex.Some(int64(100)) })
	})
	t.Run("pattern", func(t *testing.T) {
		refused(t, "code pattern", func(in *CheckInput) { in.Code = noex.Some("ab1") })
		refused(t, "code pattern", func(in *CheckInput) { in.Code = noex.Some("") })
		accepted(t, func(in *CheckInput) { in.Code = noex.Some("ABC") })
	})
	t.Run("elements of arrays and fields of objects have their paths", func(t *testing.T) {
		_, err := s.Checks.Insert(checked(func(in *CheckInput) {
			in.List = noex.Some([]int64{1, -1, -2})
			in.Place = noex.Some(CheckPlace{Zip: noex.Some("x")})
		}))
		hasIssues(t, err, "list maxLength", "list[1] min", "list[2] min", "place.town required", "place.zip pattern")
		refused(t, "list minLength", func(in *CheckInput) { in.List = noex.Some([]int64{}) })
		accepted(t, func(in *CheckInput) { in.List = noex.Some([]int64{0, 1}) })
	})
	t.Run("ref to another bucket is documentation only", func(t *testing.T) {
		accepted(t, func(in *CheckInput) { in.Owner = noex.Some("nobody") })
	})
}

func TestValidationFormats(t *testing.T) {
	s := open(t, noex.Config{})
	for _, f := range []struct {
		name string
		set  func(*CheckInput, string)
		good []string
		bad  []string
	}{
		{"mail", func(in *CheckInput, v string) { in.Mail = noex.Some(v) },
			[]string{"user@example.com", "test.name+tag@domain.co.uk", "a@b.c"},
			[]string{"", "plaintext", "@missing-local.com", "missing-at.com", "user@ space.com", "user @domain.com", "a@b", "a@@b.c", "a@b.c\n"}},
		{"link", func(in *CheckInput, v string) { in.Link = noex.Some(v) },
			[]string{"https://example.com", "http://localhost:3000/path?q=1", "ftp://files.example.com/doc.pdf", "https://example.com/a#fragment", "mailto:x"},
			[]string{"", "not-a-url", "example.com", "://missing-scheme"}},
		{"day", func(in *CheckInput, v string) { in.Day = noex.Some(v) },
			[]string{"2024-01-15", "2024-02-29", "2024-06-15T10:30:00Z", "2024-06-15T10:30:00.123Z", "2024-06-15T00:30:00+02:00"},
			[]string{"", "2024", "2024-13-01", "2024-00-15", "2024-01-32", "not-a-date", "15-01-2024", "2024/01/15", "2024-02-30", "2024-06-15T25:00:00Z"}},
		{"uuid", func(in *CheckInput, v string) { in.UUID = noex.Some(v) },
			[]string{"f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"},
			[]string{"", "f81d4fae7dec11d0a76500a0c91e6bf6", "f81d4fae-7dec-11d0-a765-00a0c91e6bfg"}},
		{"v4", func(in *CheckInput, v string) { in.V4 = noex.Some(v) },
			[]string{"127.0.0.1", "255.255.255.255"}, []string{"", "256.0.0.1", "1.2.3", "::1"}},
		{"v6", func(in *CheckInput, v string) { in.V6 = noex.Some(v) },
			[]string{"::1", "2001:db8::8a2e:370:7334"}, []string{"", "1.2.3.4", "fe80::1%eth0", ":::"}},
		{"host", func(in *CheckInput, v string) { in.Host = noex.Some(v) },
			[]string{"localhost", "a-b.example.com", "xn--bcher-kva.example"}, []string{"", "-a", "a_b", "a..b", strings.Repeat("a", 64)}},
	} {
		for _, v := range f.good {
			t.Run("format "+f.name+" accepts "+v, func(t *testing.T) {
				insert(t, s.Checks, checked(func(in *CheckInput) { f.set(in, v) }))
			})
		}
		for _, v := range f.bad {
			t.Run("format "+f.name+" rejects "+v, func(t *testing.T) {
				_, err := s.Checks.Insert(checked(func(in *CheckInput) { f.set(in, v) }))
				hasIssues(t, err, f.name+" format")
			})
		}
	}
}

func TestValidationJSON(t *testing.T) {
	decode := func(members string) (CheckInput, error) {
		var in CheckInput
		err := json.Unmarshal([]byte(`{"need":"x","mayEmpty":"",`+members+`}`), &in)
		return in, err
	}
	t.Run("a value of the wrong type is an issue that names the wanted and the given type", func(t *testing.T) {
		for members, want := range map[string]string{
			`"text":5`:                "text",
			`"number":"5"`:            "number",
			`"integer":1.5`:           "integer",
			`"integer":1e30`:          "integer",
			`"boolean":"yes"`:         "boolean",
			`"date":true`:             "date",
			`"date":{}`:               "date",
			`"date":"garbage"`:        "date",
			`"date":"2024-02-30"`:     "date",
			`"array":"oops"`:          "array",
			`"object":[]`:             "object",
			`"list":[1,"2"]`:          "list",
			`"place":[]`:              "place",
			`"tier":1`:                "tier",
			`"step":"1"`:              "step",
			`"list":{}`:               "list",
			`"place":{"town":5}`:      "place",
			`"place":"x"`:             "place",
			`"array":{"__proto__":1}`: "array",
		} {
			_, err := decode(members)
			e := failsAs[*noex.ValidationError](t, err)
			if len(e.Issues) != 1 || !strings.HasPrefix(e.Issues[0].Field, want) || e.Issues[0].Code != noex.CodeType {
				t.Errorf("%s: got %+v", members, e.Issues)
			}
			if !strings.Contains(e.Issues[0].Message, "must be") {
				t.Errorf("%s: the message is %q", members, e.Issues[0].Message)
			}
		}
	})
	t.Run("every wrong member is in one error", func(t *testing.T) {
		var in CheckInput
		err := json.Unmarshal([]byte(`{"text":1,"number":true,"x":1,"mayEmpty":""}`), &in)
		hasIssues(t, err, "text type", "number type", "x unknown", "need required")
	})
	t.Run("boolean true, array [1,2] and a missing optional are ok", func(t *testing.T) {
		in, err := decode(`"boolean":true,"array":[1,2],"text":null`)
		noErr(t, err)
		equal(t, in.Boolean, noex.Some(true))
		equal(t, in.Array, noex.Some([]any{1.0, 2.0}))
		equal(t, in.Text, noex.Null[string]())
		equal(t, in.Number, noex.Opt[float64]{})
	})
	t.Run("date as milliseconds, RFC 3339 or a day is one instant [changed]", func(t *testing.T) {
		s := open(t, noex.Config{})
		want := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
		for _, members := range []string{`"date":1704067200000`, `"date":"2024-01-01"`, `"date":"2024-01-01T01:00:00+01:00"`} {
			in, err := decode(members)
			noErr(t, err)
			equal(t, insert(t, s.Checks, in).Date, noex.Some(want))
		}
	})
	t.Run("syntax errors are no panic and no ValidationError", func(t *testing.T) {
		for _, text := range []string{``, `{`, `{"need":}`, `nul`, `{"need":"x"}}`, `{"need":"x",}`, `{"number":1e999}`, "{\"need\":\"\xff\"}"} {
			var in CheckInput
			if err := in.UnmarshalJSON([]byte(text)); err == nil {
				t.Errorf("%q was accepted", text)
			}
		}
	})
	t.Run("a member that stands twice is an issue", func(t *testing.T) {
		_, err := decode(`"text":"a","text":"b"`)
		hasIssues(t, err, "text unknown")
	})
	t.Run("what is no object is an issue", func(t *testing.T) {
		var in CheckInput
		hasIssues(t, json.Unmarshal([]byte(`[1]`), &in), " type")
	})
}
