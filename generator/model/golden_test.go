package model_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

var update = flag.Bool("update", false, "rewrite the wanted messages in golden/errors")

const errorCases = "../../golden/errors"

// TestBadDefinitionsGiveExactMessages runs every folder of golden/errors: its
// YAML files are one definition, want.txt is what is printed about it.
func TestBadDefinitionsGiveExactMessages(t *testing.T) {
	dirs, err := os.ReadDir(errorCases)
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range dirs {
		if !dir.IsDir() {
			continue
		}
		t.Run(dir.Name(), func(t *testing.T) {
			path := filepath.Join(errorCases, dir.Name())
			files, err := source.ReadDir(os.DirFS(path))
			if err != nil {
				t.Fatal(err)
			}
			got := report(t, files)
			if got == "" {
				t.Error("no message")
			}
			for range 3 {
				if diff := cmp.Diff(got, report(t, files)); diff != "" {
					t.Errorf("messages differ from run to run:\n%s", diff)
				}
			}
			golden := filepath.Join(path, "want.txt")
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(strings.ReplaceAll(string(want), "\r\n", "\n"), got); diff != "" {
				t.Errorf("messages (-want +got; -update rewrites them):\n%s", diff)
			}
		})
	}
}

// report is what a command prints about a definition.
func report(t *testing.T, files []source.File) string {
	t.Helper()
	pkg, diags := model.Load(files, model.Options{Package: "store"})
	if (pkg == nil) != diags.HasErrors() {
		t.Errorf("package is nil: %t, errors: %t", pkg == nil, diags.HasErrors())
	}
	var out strings.Builder
	if err := diag.WriteText(&out, diags, source.Lines(files)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
