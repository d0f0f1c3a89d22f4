package docs

import (
	"bytes"
	"html/template"
	"io"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/templates"
)

// HTML writes the documentation of a package as one page that needs nothing
// else: no script, no font and no picture of elsewhere.
func HTML(w io.Writer, p *model.Package) error {
	t, err := template.ParseFS(templates.Docs, "docs/page.html.tmpl")
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	data := struct {
		Page    page
		Diagram template.HTML
	}{describe(p), template.HTML(svg(p))} // svg escapes every text
	if err := t.Execute(&buf, data); err != nil {
		return err
	}
	_, err = w.Write(buf.Bytes())
	return err
}
