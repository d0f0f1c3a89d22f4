package source_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/source"
)

const minimal = "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string }\n"

func parse(t *testing.T, text string) *source.Definition {
	t.Helper()
	def, diags := source.Parse([]source.File{{Name: "noex.yaml", Data: []byte(text)}})
	if len(diags) > 0 {
		t.Fatalf("unexpected: %v", diags)
	}
	return def
}

func TestReadDirTakesTheMainFileFirst(t *testing.T) {
	fsys := fstest.MapFS{
		"z.noex.yaml":       {Data: []byte("z")},
		"noex.yaml":         {Data: []byte("main")},
		"a.noex.yaml":       {Data: []byte("a")},
		"other.yaml":        {Data: []byte("no")},
		".hidden.noex.yaml": {Data: []byte("no")},
		"sub/noex.yaml":     {Data: []byte("no")},
		"dir.noex.yaml/x":   {Data: []byte("no")},
	}
	files, err := source.ReadDir(fsys)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Name+"="+string(f.Data))
	}
	if diff := cmp.Diff([]string{"noex.yaml=main", "a.noex.yaml=a", "z.noex.yaml=z"}, got); diff != "" {
		t.Error(diff)
	}
	if _, err := source.ReadDir(fstest.MapFS{}); !errors.Is(err, source.ErrNoDefinition) {
		t.Errorf("an empty directory gives %v", err)
	}
}

func TestALargeFileIsRefusedAndNotReadToItsEnd(t *testing.T) {
	fsys := fstest.MapFS{"noex.yaml": {Data: bytes.Repeat([]byte("#"), 3*source.MaxFileSize)}}
	files, err := source.ReadDir(fsys)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(files[0].Data); n != source.MaxFileSize+1 {
		t.Errorf("read %d bytes", n)
	}
	_, diags := source.Parse(files)
	if len(diags) != 1 || diags[0].Code != diag.TooLarge {
		t.Errorf("got %v", diags)
	}
}

func TestPositionsCountCharacters(t *testing.T) {
	tests := []struct {
		name, text string
		want       diag.Pos
	}{
		{"plain", "buckets: { u: { key: id, schema: { id: { type: string } } } }", diag.Pos{File: "noex.yaml", Line: 1, Col: 12, EndCol: 13}},
		{"after a mark and CRLF", "\uFEFF# ä\r\nbuckets:\r\n  üser: { key: id, schema: { id: { type: string } } }", diag.Pos{File: "noex.yaml", Line: 3, Col: 3, EndCol: 7}},
		{"quoted", "buckets:\n  'it''s': { key: id, schema: { id: { type: string } } }", diag.Pos{File: "noex.yaml", Line: 2, Col: 3, EndCol: 10}},
		{"escaped", "buckets:\n  \"a\\\"b\": { key: id, schema: { id: { type: string } } }", diag.Pos{File: "noex.yaml", Line: 2, Col: 3, EndCol: 9}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			def := parse(t, tt.text)
			if diff := cmp.Diff(tt.want, def.Buckets[0].Name.Pos); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAValueLeftOutAtTheEndStandsInTheFile(t *testing.T) {
	tests := []struct {
		text      string
		line, col int
	}{
		{"buckets:\n  ? ü", 2, 6},
		{"buckets:\r\n  ? ü", 2, 6},
		{"? buckets", 1, 10},
		{"\uFEFF? buckets # why", 1, 16},
		{"buckets:\n  ? ü\n", 3, 1},
	}
	for _, tt := range tests {
		_, diags := source.Parse([]source.File{{Name: "noex.yaml", Data: []byte(tt.text)}})
		if len(diags) != 1 {
			t.Fatalf("%q: %v", tt.text, diags)
		}
		if diff := cmp.Diff(diag.Pos{File: "noex.yaml", Line: tt.line, Col: tt.col}, diags[0].Pos); diff != "" {
			t.Errorf("%q: %s", tt.text, diff)
		}
	}
}

func TestLinesAgreeWithPositions(t *testing.T) {
	text := "\uFEFFone\r\ntwo\rthree\nfour\u2028five"
	lines := source.Lines([]source.File{{Name: "f", Data: []byte(text)}})
	for i, want := range []string{"one", "two", "three", "four", "five"} {
		if got, ok := lines("f", i+1); !ok || got != want {
			t.Errorf("line %d is %q, %t", i+1, got, ok)
		}
	}
	for _, n := range []int{-1, 0, 6} {
		if _, ok := lines("f", n); ok {
			t.Errorf("line %d exists", n)
		}
	}
	if _, ok := lines("g", 1); ok {
		t.Error("an unknown file has lines")
	}
}

func TestMergedKeysComeWhereTheyAreMergedAndLose(t *testing.T) {
	def := parse(t, `
buckets:
  a: &a
    key: id
    schema: &fields
      id: { type: string }
      n: &n { type: integer, min: 1 }
  b:
    <<: *a
    schema:
      first: { type: string }
      <<: *fields
      n: { <<: [*n, { max: 5, min: 9 }], type: number }
`)
	b := def.Buckets[1]
	if b.Key == nil || b.Key.Text != "id" {
		t.Error("the key was not merged")
	}
	var got []string
	for _, f := range b.Schema {
		line := f.Name.Text + ":"
		for _, e := range f.Keys {
			line += " " + e.Key.Text + "=" + e.Value.Text
		}
		got = append(got, line)
	}
	want := []string{"first: type=string", "id: type=string", "n: min=1 max=5 type=number"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseGoesOnAfterErrors(t *testing.T) {
	text := "packge: a\n" + minimal + "  flags:\n    key: name\n    schema:\n      name: text\n"
	def, diags := source.Parse([]source.File{{Name: "noex.yaml", Data: []byte(text)}})
	if len(diags) != 2 || !def.Broken || def.Incomplete {
		t.Errorf("broken %t, incomplete %t, %v", def.Broken, def.Incomplete, diags)
	}
	if len(def.Buckets) != 2 {
		t.Errorf("%d buckets are left", len(def.Buckets))
	}
}

func TestNoFilesIsNoDefinition(t *testing.T) {
	def, diags := source.Parse(nil)
	if !diags.HasErrors() || !def.Broken {
		t.Errorf("got %v", diags)
	}
}

func TestNumbersAsYAMLWritesThem(t *testing.T) {
	tests := []struct {
		text string
		want int64
		ok   bool
	}{
		{"10", 10, true}, {"-3", -3, true}, {"+3", 3, true}, {"1_000", 1000, true}, {"0x1f", 31, true}, {"0o17", 15, true},
		{"2.0", 2, true}, {"1e3", 1000, true}, {"9223372036854775807", 1<<63 - 1, true}, {"-9223372036854775808", -1 << 63, true},
		{"9223372036854775808", 0, false}, {"1.5", 0, false}, {".inf", 0, false}, {".nan", 0, false}, {"1e300", 0, false},
		{`"10"`, 0, false}, {"ten", 0, false}, {"null", 0, false}, {"[1]", 0, false}, {"!!int ten", 0, false}, {"true", 0, false},
	}
	for _, tt := range tests {
		def := parse(t, strings.Replace(minimal, "key: id", "key: id\n    maxSize: "+tt.text, 1))
		var diags diag.List
		got, ok := def.Buckets[0].MaxSize.AsInt("maxSize", &diags)
		if got != tt.want || ok != tt.ok || ok == diags.HasErrors() {
			t.Errorf("%s is %d, %t, %v", tt.text, got, ok, diags)
		}
	}
}
