package generator_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

// tree is a repository with definitions where patterns do and do not look.
func tree() *outputtest.FS {
	return outputtest.New(map[string]string{
		"go.mod":                    "module m\n",
		"noex.yaml":                 "package: root\n" + users,
		"a/noex.yaml":               users,
		"a/b/more.noex.yaml":        users,
		"a/b/nothing/x.txt":         "",
		"a/testdata/noex.yaml":      users,
		"a/vendor/noex.yaml":        users,
		"a/.hidden/noex.yaml":       users,
		"a/_old/noex.yaml":          users,
		"a/module/go.mod":           "module other\n",
		"a/module/noex.yaml":        users,
		"a/module/deeper/noex.yaml": users,
		"c/.noex.yaml":              users,
	})
}

func TestPatterns(t *testing.T) {
	tests := []struct {
		paths []string
		want  string // directories, or the error
	}{
		{[]string{"./..."}, ". a a/b"},
		{[]string{"..."}, ". a a/b"},
		{[]string{"a/..."}, "a a/b"},
		{[]string{"a/b", "a/..."}, "a/b a"},
		{[]string{"a/module/..."}, "a/module a/module/deeper"},
		{[]string{"a/testdata/..."}, "a/testdata"},
		{[]string{`.\a\...`}, "a a/b"},
		{[]string{`a\b\more.noex.yaml`}, "a/b"},
		{[]string{`a\b`, "a/b/"}, "a/b"},
		{[]string{"c/..."}, "c: no directory below here has a noex.yaml or *.noex.yaml; noexgen init writes one"},
		{[]string{"nowhere/..."}, "nowhere/...: file does not exist"},
		{[]string{`no\where`}, `no\where: file does not exist`},
	}
	for _, tt := range tests {
		result, err := generator.Check(t.Context(), generator.Options{Paths: tt.paths, FS: tree()})
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			var dirs []string
			for _, p := range result.Packages {
				dirs = append(dirs, p.Dir)
			}
			got = strings.Join(dirs, " ")
		}
		if want := strings.Replace(tt.want, "c: no", "c/...: no", 1); got != want {
			t.Errorf("%q: got %q, want %q", tt.paths, got, want)
		}
	}
}

func TestAPatternWithoutDefinitionIsNoMisuse(t *testing.T) {
	_, err := generator.Check(t.Context(), generator.Options{Paths: []string{"c/..."}, FS: tree()})
	if arg := new(generator.ArgumentError); err == nil || errors.As(err, &arg) {
		t.Errorf("got %v", err)
	}
}

func TestDefinitionsWithCRLFGenerateTheSame(t *testing.T) {
	generated := func(text string) map[string]string {
		fsys := outputtest.New(map[string]string{"store/noex.yaml": text})
		if _, err := generator.Run(t.Context(), generator.Options{Paths: []string{"store"}, FS: fsys}); err != nil {
			t.Fatal(err)
		}
		texts := fsys.Texts()
		delete(texts, "store/noex.yaml")
		return texts
	}
	text := users + "    doc: |\n      People who\n      can sign in.\n"
	if diff := cmp.Diff(generated(text), generated(strings.ReplaceAll(text, "\n", "\r\n"))); diff != "" {
		t.Error(diff)
	}
}
