package docs

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
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
func markdownText(s string) string {
	lines := strings.Split(markdownEscapes.Replace(s), "\n")
	for i, line := range lines {
		line = strings.TrimLeft(line, " \t") // no code block
		lines[i] = lineMarkup.ReplaceAllString(line, `$1\$2`)
	}
	return strings.Join(lines, "\n")
}

// lineMarkup is what makes a line an item of a list, a rule, or the line above
// it a heading.
var lineMarkup = regexp.MustCompile(`^(\d*)([-+=]|[.)](?:\s|$))`)

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
			line := fmt.Sprintf("    %s %s %s", strings.NewReplacer("[", "", "]", "-list").Replace(typeName(f.Type)), mermaidField(f.Name), strings.Join(marks, ", "))
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		b.WriteString("  }\n")
	}
	for _, bucket := range p.Buckets {
		for _, r := range refs(bucket) {
			fmt.Fprintf(&b, "  %s %s %s : %q\n", mermaidName(bucket.Name), r.cardinality(), mermaidName(r.to), r.path)
		}
	}
	return b.String()
}

// mermaidName is a bucket's name as Mermaid takes it: in quotes, since a name
// may be one of its words.
func mermaidName(name string) string { return `"` + name + `"` }

// mermaidField is a field's name as Mermaid takes it: not as one of its marks.
func mermaidField(name string) string {
	switch strings.ToUpper(name) {
	case "PK", "FK", "UK":
		return name + "_"
	}
	return name
}

// ref is a field that holds keys of another bucket.
type ref struct {
	path     string
	field    int // index of the bucket's own field
	to       string
	unique   bool
	required bool
	list     bool
}

// cardinality is how many records are on both sides, as Mermaid draws it.
func (r ref) cardinality() string {
	left, right := "}o", "o|"
	if r.unique {
		left = "|o"
	}
	switch {
	case r.list:
		right = "o{"
	case r.required:
		right = "||"
	}
	return left + "--" + right
}

func refs(b *model.Bucket) []ref {
	var out []ref
	for i, f := range b.Fields {
		for _, r := range rows(f, "") {
			if r.Ref == "" {
				continue
			}
			own := r.Path == f.Name
			out = append(out, ref{
				path: r.Path, field: i, to: r.Ref, unique: f.Unique && own,
				required: (f.Required || f.Key) && own, list: strings.Contains(r.Path, "[]"),
			})
		}
	}
	return out
}
