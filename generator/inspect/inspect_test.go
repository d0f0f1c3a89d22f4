package inspect

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

func parse(t *testing.T, text string) *model.Package {
	t.Helper()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if pkg == nil {
		t.Fatal(diags)
	}
	return pkg
}

const uniqueThings = `
buckets:
  things:
    key: id
    schema:
      id:   { type: string }
      n:    { type: number, unique: true }
      a:    { type: date }
      b:    { type: string, default: x }
    indexes: [{ fields: [a, b], unique: true }]
`

func TestUniqueValuesAreComparedAsTheStoreDoes(t *testing.T) {
	tests := []struct{ first, second, want string }{
		{`{"n":1}`, `{"n":2}`, ``},
		{`{"n":1}`, `{"n":1.0}`, `n 1.0 stands in record 1 as well`},
		{`{"n":0}`, `{"n":-0}`, `n -0 stands in record 1 as well`},
		{`{}`, `{}`, ``},
		{`{"n":null}`, `{"n":null}`, ``},
		{`{"a":"2024-01-01T12:00:00Z"}`, `{"a":"2024-01-01T13:00:00+01:00","b":"x"}`, `a, b "2024-01-01T13:00:00+01:00", "x" stands in record 1 as well`},
		{`{"a":"2024-01-01T12:00:00Z"}`, `{"a":"2024-01-01T12:00:00Z","b":"y"}`, ``},
		{`{"b":"x"}`, `{"b":"x"}`, ``}, // in no index, without a
	}
	b := parse(t, uniqueThings).Buckets[0]
	for _, tt := range tests {
		u := newUniques(b)
		var problems []string
		for i, text := range []string{tt.first, tt.second} {
			record, err := decode([]byte(text))
			if err != nil {
				t.Fatal(err)
			}
			problems = append(problems, u.add(fmt.Sprint(i+1), record)...)
		}
		if got := strings.Join(problems, "; "); got != tt.want {
			t.Errorf("%s and %s: got %q, want %q", tt.first, tt.second, got, tt.want)
		}
	}
}

func TestConditions(t *testing.T) {
	const record = `{"name":"Ada","age":36,"ratio":0.5,"big":9007199254740993,"on":true,"tags":["x","y"],"at":{"__noex_type__":"Date","__noex_value__":"2024-01-01T00:00:00.000Z"},"address":{"city":"Rome"},"none":null}`
	tests := map[string]bool{
		"name=Ada": true, "name = Ada": true, "name=ada": false, "name!=Bob": true, "name~d": true, "name<B": true, "name>=B": false,
		"age=36": true, "age=36.0": true, "age>9": true, "age<=35": false, "age!=36": false, "age=old": false, "age!=old": true,
		"ratio=.5": true, "ratio<1": true, "big=9007199254740993": true, "big=9007199254740992": false, "big>9007199254740992": true,
		"on=true": true, "on=false": false, "tags~x": true, "tags~z": false, `tags=["x","y"]`: true,
		"at>2023": true, "at=2024-01-01T00:00:00.000Z": true, "address.city=Rome": true, "address.city!=Rome": false,
		"none=null": true, "gone=null": true, "gone!=null": false, "name=null": false, "name!=null": true, "gone=x": false, "gone!=x": true, "gone<x": false,
	}
	for text, want := range tests {
		w, err := ParseWhere([]string{text})
		if err != nil {
			t.Fatal(err)
		}
		if got, err := w.matches([]byte(record)); err != nil || got != want {
			t.Errorf("%s: got %t, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "name", "=x", "1a=x", "name==", "na me=x"} {
		if _, err := ParseWhere([]string{text}); (err == nil) != (text == "name==") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestFieldsThatNoRecordHasAreNamed(t *testing.T) {
	w, err := ParseWhere([]string{"rol=admin", "name=x", "address.cty=Rome", "zzz=1"})
	if err != nil {
		t.Fatal(err)
	}
	if got := w.Unknown(); got != nil {
		t.Errorf("without a record: %q", got)
	}
	for _, record := range []string{`{"role":"a","address":{"city":"Rome"}}`, `{"name":"y"}`} {
		if _, err := w.matches([]byte(record)); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		`no record has a field "address.cty" (did you mean "address.city"?)`, `no record has a field "rol" (did you mean "role"?)`, `no record has a field "zzz"`,
	}
	if diff := cmp.Diff(want, w.Unknown()); diff != "" {
		t.Error(diff)
	}
}

func TestTheHolderOfALockMayHaveEnded(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	gone := exec.Command(exe, "-test.run=^$")
	if err := gone.Run(); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		"":      "lock, free",
		"half":  "lock, free",
		"x y\n": "lock, free",
		fmt.Sprintf("%d %s\n", os.Getpid(), host):       fmt.Sprintf("lock, held by process %d on %s", os.Getpid(), host),
		fmt.Sprintf("%d %s\n", gone.Process.Pid, host):  fmt.Sprintf("lock, free: process %d ended without a Close", gone.Process.Pid),
		fmt.Sprintf("%d elsewhere\n", gone.Process.Pid): fmt.Sprintf("lock, held by process %d on elsewhere", gone.Process.Pid),
	}
	for text, want := range tests {
		if got := holder(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

// stored imports lines into a new store and returns it.
func stored(t *testing.T, p *model.Package, lines string) *Store {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Import(t.Context(), Import{Package: p, Bucket: "things", From: strings.NewReader(lines)}); err != nil {
		t.Fatal(err)
	}
	return s
}

func export(t *testing.T, s *Store) []string {
	t.Helper()
	var out []string
	err := s.Each(t.Context(), "store:bucket:things", nil, nil, func(_, value []byte) error {
		out = append(out, string(value))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestImportIsAllOrNone breaks off an import after every line, by the context
// and by the input.
func TestImportIsAllOrNone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	p := parse(t, uniqueThings)
	s := stored(t, p, `{"id":"a","n":1}`)
	before := export(t, s)
	lines := []string{`{"id":"a","n":5}`, `{"id":"b","n":1}`, `{"id":"c","n":2}`, `{"id":"d","n":3}`}
	broken := errors.New("the line is gone")
	for n := range lines {
		ctx, cancel := context.WithCancel(t.Context())
		read := 0
		from := readerFunc(func(b []byte) (int, error) {
			if read == n {
				cancel()
				return 0, broken
			}
			read++
			return copy(b, lines[read-1]+"\n"), nil
		})
		_, err := s.Import(ctx, Import{Package: p, Bucket: "things", Replace: true, From: from})
		if !errors.Is(err, broken) && !errors.Is(err, context.Canceled) {
			t.Errorf("after %d lines: %v", n, err)
		}
		if diff := cmp.Diff(before, export(t, s)); diff != "" {
			t.Errorf("after %d lines: %s", n, diff)
		}
	}
	left, err := filepath.Glob(filepath.Join(os.TempDir(), "noexgen-import-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	done, err := s.Import(t.Context(), Import{Package: p, Bucket: "things", Replace: true, From: strings.NewReader(strings.Join(lines, "\n"))})
	if err != nil || done.Records != 4 {
		t.Fatal(done, err)
	}
	var keys []string
	for _, value := range export(t, s) {
		keys = append(keys, value[7:8])
	}
	if !slices.Equal(keys, []string{"a", "b", "c", "d"}) {
		t.Errorf("records %q", keys)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func TestImportNotesWhatTheDefinitionDoesNotKnow(t *testing.T) {
	p := parse(t, `
buckets:
  things:
    key: id
    schema:
      id: { type: string }
      place: { type: object, fields: { city: { type: string } } }
      parts: { type: array, items: { type: object, fields: { name: { type: string } } } }
      free: { type: object }
`)
	s := stored(t, p, `{"id":"a"}`)
	lines := `{"id":"b","plac":1,"place":{"cty":"x"}}
{"id":"c","plac":1,"parts":[{"name":"n"},{"nam":"n"}],"free":{"x":1},"_version":1}
`
	done, err := s.Import(t.Context(), Import{Package: p, Bucket: "things", From: strings.NewReader(lines)})
	if err != nil {
		t.Fatal(err)
	}
	want := []LineProblem{
		{1, `the definition has no field "plac" (did you mean "place"?); it is kept as it is`},
		{1, `the definition has no field "place.cty" (did you mean "city"?); no program will read or keep it`},
		{2, `the definition has no field "parts[].nam" (did you mean "name"?); no program will read or keep it`},
	}
	if diff := cmp.Diff(want, done.Notes); diff != "" {
		t.Error(diff)
	}
}
