package generator_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

const (
	users = "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string }\n"
	cache = "buckets:\n  cache:\n    key: key\n    schema:\n      key: { type: string }\n"
)

// summary is the plan of a result, a line a file.
func summary(r *generator.Result) []string {
	var lines []string
	for _, c := range r.Plan {
		lines = append(lines, c.Action.String()+" "+c.Path)
	}
	return lines
}

func TestRun(t *testing.T) {
	stale := output.Header("0.0.1") + "\n\npackage store\n"
	tests := []struct {
		name  string
		files map[string]string
		paths []string
		want  []string
	}{
		{
			"a directory",
			map[string]string{"store/noex.yaml": users},
			[]string{"store"},
			[]string{"create store/noex.go", "create store/users_noex.go"},
		},
		{
			"several files are one package",
			map[string]string{"store/noex.yaml": users, "store/cache.noex.yaml": cache},
			[]string{"store"},
			[]string{"create store/cache_noex.go", "create store/noex.go", "create store/users_noex.go"},
		},
		{
			"a file stands for its directory, which counts once",
			map[string]string{"store/a.noex.yaml": users, "store/b.noex.yaml": cache},
			[]string{"store/b.noex.yaml", "./store/", "store/a.noex.yaml"},
			[]string{"create store/cache_noex.go", "create store/noex.go", "create store/users_noex.go"},
		},
		{
			"two packages",
			map[string]string{"a/noex.yaml": users, "b/noex.yaml": cache},
			[]string{"b", "a"},
			[]string{"create b/cache_noex.go", "create b/noex.go", "create a/noex.go", "create a/users_noex.go"},
		},
		{
			"what is stale and what is gone",
			map[string]string{"store/noex.yaml": users, "store/noex.go": stale, "store/cache_noex.go": stale},
			[]string{"store"},
			[]string{"remove store/cache_noex.go", "update store/noex.go", "create store/users_noex.go"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := outputtest.New(tt.files)
			dry, err := generator.Run(t.Context(), generator.Options{Paths: tt.paths, FS: fsys, DryRun: true})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, summary(dry)); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tt.files, fsys.Texts()); diff != "" {
				t.Fatalf("a dry run changed files:\n%s", diff)
			}
			if _, err := generator.Run(t.Context(), generator.Options{Paths: tt.paths, FS: fsys}); err != nil {
				t.Fatal(err)
			}
			fsys.Log = nil
			again, err := generator.Run(t.Context(), generator.Options{Paths: tt.paths, FS: fsys})
			if err != nil || len(again.Plan.Pending()) > 0 || len(fsys.Log) > 0 {
				t.Errorf("a second run did %q, %v", fsys.Log, err)
			}
		})
	}
}

func TestNothingIsWrittenIfOneDefinitionIsWrong(t *testing.T) {
	files := map[string]string{
		"good/noex.yaml": users,
		"bad/noex.yaml":  strings.Replace(users, "string", "strng", 1),
		"worse/noex.yaml": "bucket:\n" +
			"  users: {}\n",
	}
	fsys := outputtest.New(files)
	result, err := generator.Run(t.Context(), generator.Options{Paths: []string{"good", "bad", "worse"}, FS: fsys})
	if !errors.Is(err, generator.ErrInvalid) {
		t.Errorf("got %v", err)
	}
	var text strings.Builder
	if err := result.WriteDiagnostics(&text); err != nil {
		t.Fatal(err)
	}
	want := `bad/noex.yaml:5:19: unknown field type "strng" (did you mean "string"?)
    5 |       id: { type: strng }
      |                   ^^^^^ E010
    help: the types are string, number, integer, boolean, date, object and array
worse/noex.yaml:1:1: unknown key "bucket" in a definition (did you mean "buckets"?)
    1 | bucket:
      | ^^^^^^ E004
`
	if diff := cmp.Diff(want, text.String()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(files, fsys.Texts()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsWrittenIfAForeignFileIsInTheWay(t *testing.T) {
	files := map[string]string{"a/noex.yaml": users, "b/noex.yaml": cache, "b/cache_noex.go": "package b\n"}
	fsys := outputtest.New(files)
	_, err := generator.Run(t.Context(), generator.Options{Paths: []string{"a", "b"}, FS: fsys})
	if foreign := new(output.ForeignError); !errors.As(err, &foreign) || foreign.Path != "b/cache_noex.go" {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(files, fsys.Texts()); diff != "" {
		t.Error(diff)
	}
}

func TestPathsThatNameNoDefinition(t *testing.T) {
	tests := []struct{ path, want string }{
		{"none", "none: file does not exist"},
		{"store/main.go", "store/main.go: not a definition file, which is called noex.yaml or <name>.noex.yaml"},
	}
	fsys := outputtest.New(map[string]string{"store/noex.yaml": users, "store/main.go": "package store\n", "empty/x.txt": ""})
	for _, tt := range tests {
		_, err := generator.Check(t.Context(), generator.Options{Paths: []string{"store", tt.path}, FS: fsys})
		if arg := new(generator.ArgumentError); !errors.As(err, &arg) || err.Error() != tt.want {
			t.Errorf("got %v, want %s", err, tt.want)
		}
	}
	_, err := generator.Check(t.Context(), generator.Options{Paths: []string{"empty"}, FS: fsys})
	if want := "empty: no noex.yaml or *.noex.yaml here; noexgen init writes one"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestGoFilesOfAnotherPackageBesideTheDefinition(t *testing.T) {
	tests := []struct {
		name, file, text string
		want             string // the message, or "" for none
	}{
		{"main", "main.go", "// Doc.\npackage main\n", `store/noex.yaml:1:1: the generated code is package store, and main.go in the same directory is package main; move the definition to a directory of its own`},
		{"the same package", "more.go", "package store\n", ""},
		{"a test", "store_test.go", "package store_test\n", ""},
		{"a tool", "gen.go", "//go:build ignore\n\npackage main\n", ""},
		{"other tags", "gen.go", "//go:build linux && !ignore\n\npackage main\n", `store/noex.yaml:1:1: the generated code is package store, and gen.go in the same directory is package main; move the definition to a directory of its own`},
		{"no Go", "broken.go", "hello\n", ""},
		{"hidden", "_old.go", "package main\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			fsys := outputtest.New(map[string]string{"store/noex.yaml": users, "store/" + tt.file: tt.text})
			result, err := generator.Check(t.Context(), generator.Options{Paths: []string{"store"}, FS: fsys})
			got := ""
			for _, d := range result.Diagnostics {
				got += d.Error()
			}
			if got != tt.want || errors.Is(err, generator.ErrInvalid) != (tt.want != "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestEmittersAddFiles(t *testing.T) {
	fsys := outputtest.New(map[string]string{"store/noex.yaml": users})
	text := output.Header("9.9.9") + "\n\npackage store\n"
	opts := generator.Options{Paths: []string{"store"}, FS: fsys, Emitters: []generator.Emitter{
		func(p *model.Package) ([]output.File, error) {
			return []output.File{{Name: "audit_noex.go", Content: []byte(text)}}, nil
		},
	}}
	if _, err := generator.Run(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	if got := fsys.Texts()["store/audit_noex.go"]; got != text {
		t.Errorf("got %q", got)
	}
	opts.Emitters = nil
	result, err := generator.Run(t.Context(), opts)
	if err != nil || !slices.Contains(summary(result), "remove store/audit_noex.go") {
		t.Errorf("without the emitter: %q, %v", summary(result), err)
	}
	failed := errors.New("no template")
	opts.Emitters = []generator.Emitter{func(*model.Package) ([]output.File, error) { return nil, failed }}
	if _, err := generator.Run(t.Context(), opts); !errors.Is(err, failed) {
		t.Errorf("got %v", err)
	}
}

func TestOutputDoesNotDependOnWhereTheCommandWasStarted(t *testing.T) {
	generated := func(dir string) map[string]string {
		fsys := outputtest.New(map[string]string{dir + "/noex.yaml": "package: store\n" + users})
		if _, err := generator.Run(t.Context(), generator.Options{Paths: []string{dir}, FS: fsys}); err != nil {
			t.Fatal(err)
		}
		files := make(map[string]string)
		for name, text := range fsys.Texts() {
			files[strings.TrimPrefix(name, dir+"/")] = text
		}
		return files
	}
	if diff := cmp.Diff(generated("store"), generated("a/b/c")); diff != "" {
		t.Error(diff)
	}
}

func TestCancelledRunWritesNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	fsys := outputtest.New(map[string]string{"store/noex.yaml": users})
	if _, err := generator.Run(ctx, generator.Options{Paths: []string{"store"}, FS: fsys}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if len(fsys.Log) > 0 {
		t.Errorf("it did %q", fsys.Log)
	}
}

func TestUnreadableDefinition(t *testing.T) {
	fsys := outputtest.New(map[string]string{"store/noex.yaml/x": ""})
	if _, err := generator.Run(t.Context(), generator.Options{Paths: []string{"store"}, FS: fsys}); err == nil || errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}
