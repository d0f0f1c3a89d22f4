package emit

import (
	"fmt"
	"go/format"
	"strings"
	"testing"

	"github.com/dave/jennifer/jen"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// formatted holds a declaration to what gofmt makes of it.
func formatted(t interface{ Fatalf(string, ...any) }, decl jen.Code) {
	file, err := render("x.go", "p", Options{}, "", []jen.Code{decl})
	if err != nil {
		t.Fatalf("%v", err)
	}
	want, err := format.Source(file.Content)
	if err != nil {
		t.Fatalf("%v\n%s", err, file.Content)
	}
	if diff := cmp.Diff(string(want), string(file.Content)); diff != "" {
		t.Fatalf("(-gofmt +emit)\n%s", diff)
	}
}

// names are identifiers of all lengths, most of them short.
var names = rapid.OneOf(rapid.StringMatching(`[A-Z][a-zé]{0,12}`), rapid.StringMatching(`[A-Z][a-z]{0,120}`))

// comment is nothing, a line or two.
var above = rapid.SampledFrom([]string{"", "", "", "// A comment.", "// Two\n// lines {"})

func TestStructsAreAsGofmtAlignsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []row
		for i := range rapid.IntRange(0, 12).Draw(t, "fields") {
			cells := []string{fmt.Sprint(names.Draw(t, "name"), i), rapid.SampledFrom([]string{"int", "[]string", "map[string]any"}).Draw(t, "type")}
			if rapid.Bool().Draw(t, "comment") {
				cells = append(cells, "// default: 1")
			}
			rows = append(rows, row{above.Draw(t, "above"), cells})
		}
		formatted(t, typeDecl("T", append(rows, row{cells: []string{"Embedded"}})))
	})
}

func TestConstantsAreAsGofmtAlignsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []row
		for i := range rapid.IntRange(1, 12).Draw(t, "constants") {
			rows = append(rows, row{above.Draw(t, "above"), []string{fmt.Sprint(names.Draw(t, "name"), i), "string", `= "{"`}})
		}
		formatted(t, jen.Const().Defs(raw(columns(rows))))
	})
}

func TestVariablesAreAsGofmtAlignsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows []row
		for i := range rapid.IntRange(1, 12).Draw(t, "variables") {
			rows = append(rows, row{cells: []string{fmt.Sprint(names.Draw(t, "name"), i), "= " + values.Draw(t, "value")}})
		}
		formatted(t, jen.Var().Defs(raw(columns(rows))))
	})
}

// values are expressions of one line and of several.
var values = rapid.OneOf(
	rapid.SampledFrom([]string{"1", `"a"`, "f(`{`)", `[]int{1, 2}`}),
	rapid.Custom(func(t *rapid.T) string {
		return function("func(r *"+names.Draw(t, "type")+") int", "r.x = "+names.Draw(t, "x"), "return r."+names.Draw(t, "y"))
	}),
	rapid.Custom(func(t *rapid.T) string {
		return literal("&T", keyed{names.Draw(t, "key"), "1"}, keyed{names.Draw(t, "key"), closure("func() int", "return 1")})
	}),
	rapid.Custom(func(t *rapid.T) string { return lineLiteral("[]int", []string{"1", names.Draw(t, "x")}) }),
)

func TestLiteralsAreAsGofmtAlignsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var elems []keyed
		for i := range rapid.IntRange(0, 12).Draw(t, "elements") {
			elems = append(elems, keyed{fmt.Sprint(names.Draw(t, "key"), i), values.Draw(t, "value")})
		}
		formatted(t, jen.Var().Id("x =").Id(literal("&T", elems...)))
	})
}

func TestFunctionsAreBrokenWhereGofmtBreaksThem(t *testing.T) {
	for n := range 120 {
		name := strings.Repeat("x", n+1)
		formatted(t, shortDecl(name+"() int", "0"))
		formatted(t, shortDecl("f() int", name))
		formatted(t, funcDecl(name+"()"))
		formatted(t, raw("var f = "+function("func(int, "+name+") int", "f(1)", "return 0")))
		formatted(t, jen.Type().Id("T").Id(embedding(name)))
	}
}
