package templates

import (
	"embed"
	"io"
	"text/template"
)

//go:embed init
var files embed.FS

// Docs holds the pages of noexgen docs.
//
//go:embed docs
var Docs embed.FS

var parsed = template.Must(template.ParseFS(files, "init/*.tmpl"))

// Starter is what the starter files are filled in with.
type Starter struct {
	Package    string // of the generated code
	EditorLine string // the comment that tells editors of the schema
}

// WriteDefinition writes a starter noex.yaml.
func (s Starter) WriteDefinition(w io.Writer) error {
	return parsed.ExecuteTemplate(w, "noex.yaml.tmpl", s)
}

// WriteGenerate writes the generate.go that belongs to it.
func (s Starter) WriteGenerate(w io.Writer) error {
	return parsed.ExecuteTemplate(w, "generate.go.tmpl", s)
}
