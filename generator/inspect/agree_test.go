package inspect

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
	"github.com/noexgen/noexgen/golden/constraints"
	"github.com/noexgen/noexgen/golden/formats"
	"github.com/noexgen/noexgen/golden/nested"
	"github.com/noexgen/noexgen/golden/types"
	noex "github.com/noexgen/noexgen/runtime"
)

// values are put into every field, one at a time.
var values = []string{
	`null`, `true`, `false`, `""`, `"a"`, `"ab"`, `"abcdef"`, `"é"`, `"AAA-1"`, `"` + "`" + `ab"`, `"s"`, `"xl"`, `"red"`, `"home"`, `"12345"`,
	`0`, `-0`, `1`, `-1`, `2`, `10`, `11`, `0.5`, `-0.75`, `3.0`, `1e3`, `1e400`, `9223372036854775807`, `9223372036854775808`, `-90.5`,
	`"2024-02-29"`, `"2024-02-30"`, `"2024-02-29T01:02:03Z"`, `"2024-02-29T01:02:03.004+05:30"`, `"2024-02-29 01:02:03"`, `1709168523000`, `1.5e3`,
	`[]`, `[null]`, `[1]`, `[0]`, `["ab"]`, `["a"]`, `["s","m"]`, `["s","xl"]`, `[1,2,3]`, `["ab","cd","ef","gh"]`, `[[1],[0.5,1]]`, `[[2]]`, `[[1,1,1]]`, `[1,"a",null]`,
	`["red"]`, `["pink"]`, `["2024-02-29T01:02:03Z"]`, `["today"]`, `[{}]`, `[[]]`, `[{"x":1,"y":2}]`, `[{"x":1}]`, `[{"x":1,"y":"2"}]`, `[{"x":1,"y":null}]`,
	`{}`, `{"a":[1,{"b":null}]}`, `{"express":1}`, `{"express":true,"since":"2024-02-29T01:02:03Z"}`, `{"since":"x"}`, `{"name":"n"}`, `{"name":""}`, `{"name":"n","tags":[1]}`, `"0001-01-01T00:00:00Z"`,
	`{"street":"s","city":"Ro","geo":{"lat":1,"lon":2}}`, `{"street":"s","city":"R","geo":{"lat":1,"lon":2}}`, `{"street":"s","city":"Ro"}`,
	`{"street":"s","city":"Ro","geo":{"lat":91,"lon":2}}`, `{"street":"s","city":"Ro","geo":{"lat":1}}`, `{"street":"","city":"Ro","geo":{"lat":1,"lon":2}}`,
	`{"street":"s","city":"Ro","zip":"1234","geo":{"lat":1,"lon":2}}`, `{"street":"s","city":"Ro","kind":"den","geo":{"lat":1,"lon":2}}`,
	`[{"sku":"a","count":1}]`, `[{"sku":"abcde","count":1}]`, `[{"sku":"a","count":0}]`, `[{"count":1}]`, `[{"sku":"a","count":1,"part":{}}]`, `[{"sku":"a","count":1,"extra":[]}]`,
	`"11111111-2222-4333-8444-555555555555"`, `"11111111-2222-4333-8444-55555555555"`, `"a@b.org"`, `"a@b"`, `"a b@c.org"`, `"https://example.com/x"`, `"example.com"`, `"/x"`,
	`"127.0.0.1"`, `"127.0.0.256"`, `"::1"`, `"1::2::3"`, `"host.example"`, `"-host"`, `["a@b.org"]`, `["a"]`,
}

// TestWhatAStoreWouldTakeIsTakenAndNoMore holds records against definitions as
// import and verify do, and gives them to the generated code.
func TestWhatAStoreWouldTakeIsTakenAndNoMore(t *testing.T) {
	c := open(t, constraints.Open)
	f := open(t, formats.Open)
	n := open(t, nested.Open)
	s := open(t, types.Open)
	tests := []struct {
		dir, bucket, record string
		insert              func(data []byte) error
	}{
		{"constraints", "products", `{"sku":"AAA-1","name":"ab","grade":1,"stock":1,"price":1,"scores":[1]}`, inserter(c.Products.Insert)},
		{"formats", "hosts", `{"id":"11111111-2222-4333-8444-555555555555"}`, inserter(f.Hosts.Insert)},
		{"nested", "customers", `{"id":"a","address":{"street":"s","city":"Ro","geo":{"lat":1,"lon":2}},"matrix":[[1]]}`, inserter(n.Customers.Insert)},
		{"types", "values", `{"id":"a","text":"a","count":1,"ratio":1,"flag":true,"day":"2024-02-29T01:02:03Z","anyObject":{"a":1},"anyList":[1],"list":["a"],"emptyText":"","emptyList":[],"level":0}`, inserter(s.Values.Insert)},
		{"types", "options", `{"id":1}`, inserter(s.Options.Insert)},
		{"types", "fixed", `{"id":1,"text":"a","day":"2024-02-29T01:02:03Z","anyList":[1],"days":["2024-02-29T01:02:03Z"]}`, inserter(s.Fixed.Insert)},
	}
	for _, tt := range tests {
		t.Run(tt.dir+" "+tt.bucket, func(t *testing.T) {
			b := bucketOf(definition(t, "../../golden/"+tt.dir), tt.bucket)
			taken := 0
			for _, field := range b.Fields {
				for _, value := range values {
					data := with(t, tt.record, field.Name, value)
					if agree(t, b, data, tt.insert(data)) {
						taken++
					}
				}
				agree(t, b, with(t, tt.record, field.Name, ""), tt.insert(with(t, tt.record, field.Name, "")))
			}
			if taken < 2*len(b.Fields) {
				t.Errorf("only %d records are taken", taken)
			}
		})
	}
}

// agree compares what both say about a record, and reports whether it is taken.
func agree(t *testing.T, b *model.Bucket, data []byte, inserted error) bool {
	t.Helper()
	record, err := decode(data)
	if err != nil {
		t.Fatalf("%s: %v", data, err)
	}
	problems := violations(b, record)
	if invalid := new(noex.ValidationError); errors.As(inserted, &invalid) {
		invalid.Issues = slices.DeleteFunc(invalid.Issues, func(i noex.Issue) bool { return i.Code == noex.CodeUnknown }) // what is stored may have more
		if len(invalid.Issues) == 0 {
			inserted = nil
		}
	}
	if (len(problems) == 0) != (inserted == nil) {
		t.Errorf("%s: found %q, and the store says %v", data, problems, inserted)
	}
	return len(problems) == 0
}

// with sets a member of a record, or removes it for no value.
func with(t *testing.T, record, name, value string) []byte {
	t.Helper()
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal([]byte(record), &members); err != nil {
		t.Fatal(err)
	}
	if members[name] = json.RawMessage(value); value == "" {
		delete(members, name)
	}
	out := []byte("{")
	for i, name := range slices.Sorted(maps.Keys(members)) {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(append(append(append(out, '"'), name...), `":`...), members[name]...)
	}
	return append(out, '}')
}

// inserter inserts a record of JSON. That its key is there already is no fault.
func inserter[I, R any](insert func(I) (R, error)) func([]byte) error {
	return func(data []byte) error {
		var in I
		if err := json.Unmarshal(data, &in); err != nil {
			return err
		}
		_, err := insert(in)
		if taken := new(noex.DuplicateKeyError); errors.As(err, &taken) {
			return nil
		}
		return err
	}
}

func open[S interface{ Close() error }](t *testing.T, open func(context.Context, noex.Config) (S, error)) S {
	t.Helper()
	s, err := open(t.Context(), noex.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func definition(t *testing.T, dir string) *model.Package {
	t.Helper()
	files, err := source.ReadDir(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	pkg, diags := model.Load(files, model.Options{Package: "store"})
	if pkg == nil {
		t.Fatal(diags)
	}
	return pkg
}
