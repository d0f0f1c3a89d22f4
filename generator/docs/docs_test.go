package docs

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

func load(t testing.TB, text string) *model.Package {
	t.Helper()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if pkg == nil {
		t.Fatal(diags)
	}
	return pkg
}

const hostile = `
buckets:
  users:
    doc: "<script>alert(1)</script> *bold* [link](x) | bar"
    key: id
    schema:
      id:   { type: string, pattern: '^[a|<]` + "`" + `+$' }
      boss: { type: string, ref: users, doc: "a\n<b>c</b>" }
      old:  { type: string, deprecated: "</style>" }
  notes:
    key: id
    schema:
      id: { type: string }
      by: { type: array, items: { type: string, ref: users } }
  marks:
    key: id
    schema:
      id:   { type: string }
      note: { type: string, ref: notes, unique: true }
      user: { type: string, ref: users, required: true }
  keys:
    doc: "Old\n---\n1. one\n  - two\n    code"
    key: PK
    schema:
      PK: { type: string }
      Uk: { type: string, unique: true }
`

func TestTextOfADefinitionIsNeverMarkup(t *testing.T) {
	var md, page strings.Builder
	pkg := load(t, hostile)
	if err := Markdown(&md, pkg); err != nil {
		t.Fatal(err)
	}
	if err := HTML(&page, pkg); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{md.String(), page.String()} {
		for _, bad := range []string{"<script", "<b>c", "</style>\n\n", "*bold*</", "&lt;b>"} {
			if strings.Contains(text, bad) {
				t.Errorf("it has %q:\n%s", bad, text)
			}
		}
	}
	for _, want := range []string{
		`&lt;script&gt;alert(1)&lt;/script&gt; \*bold\* \[link\](x) \| bar`,
		"| `id` | string | key, pattern: ``^[a\\|<]`+$`` |  |",
		`a<br>&lt;b&gt;c&lt;/b&gt;`, `"notes" }o--o{ "users" : "by[]"`, `"marks" |o--o| "notes" : "note"`,
		`"marks" }o--|| "users" : "user"`, "    string PK_ PK\n", "    string Uk_ UK\n", "\nOld\n\\---\n1\\. one\n\\- two\ncode\n",
	} {
		if !strings.Contains(md.String(), want) {
			t.Errorf("no %q in\n%s", want, md.String())
		}
	}
}

func TestThePageNeedsNothingElse(t *testing.T) {
	var page strings.Builder
	if err := HTML(&page, load(t, hostile)); err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(page.String(), `xmlns="http://www.w3.org/2000/svg"`, "")
	for _, outside := range []string{"http:", "https:", "<script", "<link", "@import", "src=", "url(//"} {
		if strings.Contains(text, outside) {
			t.Errorf("the page has %q", outside)
		}
	}
	for _, m := range regexp.MustCompile(`href="#([^"]+)"`).FindAllStringSubmatch(text, -1) {
		if !strings.Contains(text, `<h2 id="`+m[1]+`">`) {
			t.Errorf("a link to #%s leads nowhere", m[1])
		}
	}
	if got := strings.Count(text, `class="edge"`); got != 4 {
		t.Errorf("%d refs are drawn, want 4", got)
	}
}

func TestBoxesDoNotOverlap(t *testing.T) {
	var text strings.Builder
	text.WriteString("buckets:\n")
	for i := range 60 {
		fmt.Fprintf(&text, "  b%d:\n    key: id\n    schema:\n      id: { type: string }\n", i)
		for j := range i % 20 {
			fmt.Fprintf(&text, "      f%d: { type: string, ref: b%d }\n", j, (i*7+j*3)%60)
		}
	}
	boxes, width, height := layout(load(t, text.String()))
	for i, a := range boxes {
		if a.x < 0 || a.y < 0 || a.x+a.width > width || a.y+a.height > height {
			t.Errorf("%s stands outside the picture", a.bucket.Name)
		}
		for _, b := range boxes[:i] {
			if a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height {
				t.Errorf("%s and %s overlap", a.bucket.Name, b.bucket.Name)
			}
		}
	}
}
