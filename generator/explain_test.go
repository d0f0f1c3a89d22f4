package generator_test

import (
	"go/constant"
	"go/importer"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

// TestEveryCodeIsExplained reads the codes out of the source of package diag,
// so that a new one cannot be forgotten.
func TestEveryCodeIsExplained(t *testing.T) {
	pkg, err := importer.ForCompiler(token.NewFileSet(), "source", nil).Import("github.com/noexgen/noexgen/generator/diag")
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for _, name := range pkg.Scope().Names() {
		if c, ok := pkg.Scope().Lookup(name).(*types.Const); ok && strings.HasSuffix(c.Type().String(), "diag.Code") {
			want = append(want, constant.StringVal(c.Val()))
		}
	}
	slices.Sort(want)
	for _, e := range diag.Explanations() {
		got = append(got, string(e.Code))
	}
	if !slices.Equal(got, want) {
		t.Errorf("explained are %q, the codes are %q", got, want)
	}
}

// TestExplanationsHoldWhatTheyShow checks the definitions of every explanation.
func TestExplanationsHoldWhatTheyShow(t *testing.T) {
	for _, e := range diag.Explanations() {
		t.Run(string(e.Code), func(t *testing.T) {
			if e.Title == "" || e.Text == "" {
				t.Error("no title or text")
			}
			files := map[string]string{"store/noex.yaml": e.Wrong}
			if _, more, ok := strings.Cut(e.Wrong, "# and in more.noex.yaml of the same directory:\n"); ok {
				files["store/more.noex.yaml"] = strings.ReplaceAll(more, "# ", "")
			}
			result, _ := generator.Check(t.Context(), generator.Options{Paths: []string{"store"}, FS: outputtest.New(files)})
			if !slices.Contains(result.Diagnostics.Codes(), e.Code) {
				t.Errorf("the wrong definition has %v:\n%s", result.Diagnostics, e.Wrong)
			}
			right := outputtest.New(map[string]string{"store/noex.yaml": e.Right})
			result, err := generator.Check(t.Context(), generator.Options{Paths: []string{"store"}, FS: right})
			if err != nil || len(result.Diagnostics) > 0 {
				t.Errorf("the right definition has %v, %v:\n%s", result.Diagnostics, err, e.Right)
			}
		})
	}
	if _, ok := diag.Explain("e001"); !ok {
		t.Error("a code in small letters is not found")
	}
	if _, ok := diag.Explain("E999"); ok {
		t.Error("a code that does not exist is explained")
	}
}
