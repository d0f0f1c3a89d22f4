package docs

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"text/template"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/templates"
)

// Markdown writes the documentation of a package, with the diagram in Mermaid,
// which GitHub, GitLab and many editors draw.
func Markdown(w io.Writer, p *model.Package) error {
	t := template.New("page.md.tmpl").Funcs(template.FuncMap{
		"text": markdownText, "cell": cell, "code": code,
		"mermaid": func() string { return mermaid(p) },
	})
	if _, err := t.ParseFS(templates.Docs, "docs/page.md.tmpl"); err != nil {
		return err
	}
	var buf bytes.Buffer
	if err := t.Execute(&buf, describe(p)); err != nil {
		return err
	}
	_, err := w.Write(buf.Bytes())
	return err
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "#", `\#`, "|", `\|`, "&", "&amp;", "~", `\~`,
)

// markdownText is text that Markdown shows as it is.
func markdownText(s string) string { return markdownEscapes.Replace(s) }

// cell is text on one line, for a table.
func cell(s string) string {
	return strings.ReplaceAll(markdownText(strings.TrimSpace(s)), "\n", "<br>")
}

// code is text as code, whatever backquotes it has. A bar is escaped in a
// table even there.
func code(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if strings.HasPrefix(s, "`") || strings.HasSuffix(s, "`") {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(strings.ReplaceAll(s, "\n", " "), "|", `\|`) + fence
}

// mermaid is the entity relationship diagram of buckets and refs.
func mermaid(p *model.Package) string {
	var b strings.Builder
	b.WriteString("erDiagram\n")
	for _, bucket := range p.Buckets {
		fmt.Fprintf(&b, "  %s {\n", mermaidName(bucket.Name))
		for _, f := range bucket.Fields {
			var marks []string
			if f.Key {
				marks = append(marks, "PK")
			}
			if f.Type.Ref != "" {
				marks = append(marks, "FK")
			}
			if f.Unique {
				marks = append(marks, "UK")
			}
			line := fmt.Sprintf("    %s %s %s", strings.NewReplacer("[", "", "]", "-list").Replace(typeName(f.Type)), f.Name, strings.Join(marks, ", "))
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		b.WriteString("  }\n")
	}
	for _, bucket := range p.Buckets {
		for _, r := range refs(bucket) {
			left := "}o"
			if r.unique {
				left = "|o"
			}
			fmt.Fprintf(&b, "  %s %s--|| %s : %q\n", mermaidName(bucket.Name), left, mermaidName(r.to), r.path)
		}
	}
	return b.String()
}

// mermaidName is a bucket's name as Mermaid takes it: in quotes, since a name
// may be one of its words.
func mermaidName(name string) string { return `"` + name + `"` }

// ref is a field that holds keys of another bucket.
type ref struct {
	path   string
	field  int // index of the bucket's own field
	to     string
	unique bool
}

func refs(b *model.Bucket) []ref {
	var out []ref
	for i, f := range b.Fields {
		for _, r := range rows(f, "") {
			if r.Ref != "" {
				out = append(out, ref{path: r.Path, field: i, to: r.Ref, unique: f.Unique && r.Path == f.Name})
			}
		}
	}
	return out
}
