package generator

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

const ants = "buckets:\n  ants: { key: id, schema: { id: { type: string } } }\n"

// outcome is what a run did and said.
func outcome(result *Result, err error) []string {
	lines := []string{fmt.Sprint(err)}
	for _, d := range result.Diagnostics {
		lines = append(lines, d.Error())
	}
	for _, c := range result.Plan {
		lines = append(lines, c.Action.String()+" "+c.Path)
	}
	return lines
}

func TestARunWithMemoryDoesWhatOneWithoutDoes(t *testing.T) {
	definitions := []string{
		ants,
		ants + "  bees: { key: id, schema: { id: { type: integer } } }\n",
		"package: store\n" + ants,
		strings.Replace(ants, "string", "strng", 1),
		strings.Replace(ants, "key: id,", "key: id, indexes: [id],", 1), // with a warning
	}
	stale := output.Header("0.0.1") + "\n\npackage store\n"
	changes := map[string]func(t *rapid.T, fsys *outputtest.FS){
		"nothing":  func(*rapid.T, *outputtest.FS) {},
		"the same": func(*rapid.T, *outputtest.FS) {},
		"definition": func(t *rapid.T, fsys *outputtest.FS) {
			put(fsys, "store/noex.yaml", rapid.SampledFrom(definitions).Draw(t, "definition"))
		},
		"part": func(t *rapid.T, fsys *outputtest.FS) {
			toggle(fsys, "store/more.noex.yaml", "buckets:\n  cats: { key: id, schema: { id: { type: string } } }\n")
		},
		"edited":  func(t *rapid.T, fsys *outputtest.FS) { put(fsys, "store/noex.go", fsys.Texts()["store/noex.go"]+"\n") },
		"stale":   func(t *rapid.T, fsys *outputtest.FS) { put(fsys, "store/ants_noex.go", stale) },
		"removed": func(t *rapid.T, fsys *outputtest.FS) { delete(fsys.Files, "store/ants_noex.go") },
		"orphan":  func(t *rapid.T, fsys *outputtest.FS) { put(fsys, "store/dogs_noex.go", stale) },
		"case":    func(t *rapid.T, fsys *outputtest.FS) { toggle(fsys, "store/ANTS_noex.go", stale) },
		"foreign": func(t *rapid.T, fsys *outputtest.FS) { toggle(fsys, "store/bees_noex.go", "package store\n") },
		"ours":    func(t *rapid.T, fsys *outputtest.FS) { toggle(fsys, "store/mine_noex.go", "package store\n") },
		"sibling": func(t *rapid.T, fsys *outputtest.FS) { toggle(fsys, "store/main.go", "package main\n") },
		"CRLF": func(t *rapid.T, fsys *outputtest.FS) {
			for name, text := range fsys.Texts() {
				if strings.HasSuffix(name, ".go") {
					put(fsys, name, strings.ReplaceAll(text, "\n", "\r\n"))
				}
			}
		},
	}
	names := slices.Sorted(maps.Keys(changes))
	dir := t.TempDir()
	known := 0
	rapid.Check(t, func(t *rapid.T) {
		memory, err := os.MkdirTemp(dir, "")
		if err != nil {
			t.Fatal(err)
		}
		fsys := outputtest.New(map[string]string{"store/noex.yaml": ants})
		for range rapid.IntRange(1, 8).Draw(t, "runs") {
			changes[rapid.SampledFrom(names).Draw(t, "change")](t, fsys)
			opts := Options{Paths: []string{"store"}, DryRun: rapid.Bool().Draw(t, "dry")}
			without, with := opts, opts
			without.FS = outputtest.New(fsys.Texts())
			with.FS, with.Memory = fsys, memory
			want, err := Run(t.Context(), without)
			wanted := outcome(want, err)
			got, err := Run(t.Context(), with)
			if diff := cmp.Diff(wanted, outcome(got, err)); diff != "" {
				t.Fatalf("the run with a memory differs (-without +with):\n%s", diff)
			}
			if diff := cmp.Diff(without.FS.(*outputtest.FS).Texts(), fsys.Texts()); diff != "" {
				t.Fatalf("the files differ (-without +with):\n%s", diff)
			}
			if err == nil && len(got.Packages) == 0 {
				known++
			}
		}
	})
	if known == 0 {
		t.Error("no run knew anything")
	}
}

func put(fsys *outputtest.FS, name, text string) {
	fsys.Files[name] = &fstest.MapFile{Data: []byte(text)}
}

func toggle(fsys *outputtest.FS, name, text string) {
	if fsys.Files[name] != nil {
		delete(fsys.Files, name)
		return
	}
	put(fsys, name, text)
}

// knows reports whether a run knows that nothing has changed.
func knows(t *testing.T, opts Options) bool {
	t.Helper()
	result, err := Run(t.Context(), opts)
	if err != nil || len(result.Plan) != 2 || len(result.Plan.Pending()) > 0 {
		t.Fatalf("the run did %q", outcome(result, err))
	}
	return len(result.Packages) == 0
}

func remembered(t *testing.T) Options {
	t.Helper()
	opts := Options{Paths: []string{"store"}, FS: outputtest.New(map[string]string{"store/noex.yaml": ants}), Memory: filepath.Join(t.TempDir(), "memory")}
	if _, err := Run(t.Context(), opts); err != nil {
		t.Fatal(err)
	}
	return opts
}

func TestAnotherProgramDoesNotTrustWhatThisOneGenerated(t *testing.T) {
	this := program
	defer func() { program = this }()
	opts := remembered(t)
	if !knows(t, opts) {
		t.Error("the same program does not know its own output")
	}
	program = func() ([32]byte, bool) { return [32]byte{1}, true }
	if knows(t, opts) {
		t.Error("another program knows it")
	}
	if !knows(t, opts) {
		t.Error("the other program does not know it when it has generated it")
	}
	program = func() ([32]byte, bool) { return [32]byte{1}, false }
	if knows(t, opts) {
		t.Error("a program that does not know itself knows it")
	}
}

func TestAMemoryThatIsOfNoUseDoesNoHarm(t *testing.T) {
	tests := []struct {
		name  string
		spoil func(t *testing.T, memory string)
	}{
		{"removed", func(t *testing.T, memory string) { must(t, os.RemoveAll(memory)) }},
		{"a file", func(t *testing.T, memory string) {
			must(t, os.RemoveAll(memory))
			must(t, os.WriteFile(memory, nil, 0o666))
		}},
		{"empty notes", func(t *testing.T, memory string) { overwrite(t, memory, "") }},
		{"no JSON", func(t *testing.T, memory string) { overwrite(t, memory, "\x00") }},
		{"another note", func(t *testing.T, memory string) { overwrite(t, memory, `{"From":"","Files":{"noex.go":"AA=="}}`) }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			opts := remembered(t)
			tt.spoil(t, opts.Memory)
			if knows(t, opts) {
				t.Error("the run knew what nobody had noted")
			}
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func overwrite(t *testing.T, memory, text string) {
	t.Helper()
	notes, err := filepath.Glob(filepath.Join(memory, "*"))
	if err != nil || len(notes) != 1 {
		t.Fatal(notes, err)
	}
	must(t, os.WriteFile(notes[0], []byte(text), 0o666))
}

func TestNothingIsRememberedWithEmitters(t *testing.T) {
	opts := remembered(t)
	opts.Emitters = []Emitter{func(*model.Package) ([]output.File, error) { return nil, nil }}
	if knows(t, opts) {
		t.Error("the emitter was not asked")
	}
}
