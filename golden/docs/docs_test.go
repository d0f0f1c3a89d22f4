package docs_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/golden/docs"
)

// TestDocsArrive reads the doc comments that the definition asks for.
func TestDocsArrive(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "notes_noex.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	comments := make(map[string]string) // by the name of the type, field or constant
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GenDecl:
			if spec, ok := n.Specs[0].(*ast.TypeSpec); ok {
				comments[spec.Name.Name] = n.Doc.Text()
			}
		case *ast.StructType:
			for _, f := range n.Fields.List {
				if f.Doc != nil && comments[f.Names[0].Name] == "" { // the record's come first
					comments[f.Names[0].Name] = f.Doc.Text()
				}
			}
		case *ast.ValueSpec:
			comments[n.Names[0].Name] = n.Doc.Text()
		}
		return true
	})
	for name, want := range map[string]string{
		"Note":           "Notes are short:\n  - one thought\n  - one line\n",
		"Title":          "What others see.\n",
		"ID":             "//go:build ignore\n",
		"Body":           "*/ func init() { panic(1) } /*\n\nDeprecated: use title\n",
		"Old":            "Deprecated: it is not used\n",
		"Login":          "Deprecated: use name\n",
		"NoteKindTodo":   "Something to do.\n",
		"NoteKindSecond": "// +build ignore\n",
		"NoteLabel":      "A label.\n",
		"NoteAuthor":     "NoteAuthor is the type of the field author of Note.\n",
	} {
		if got := comments[name]; !strings.Contains(got, want) {
			t.Errorf("the comment on %s is %q, which has not %q", name, got, want)
		}
	}
	if docs.NoteKindSecond != "2nd" {
		t.Errorf("the constant with a name of its own is %q", docs.NoteKindSecond)
	}
}
