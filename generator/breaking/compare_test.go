package breaking_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/breaking"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

func load(t *testing.T, text string) *model.Package {
	t.Helper()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if pkg == nil {
		t.Fatalf("%v in\n%s", diags, text)
	}
	return pkg
}

// summary is a finding in a line: class rule path.
func summary(findings []breaking.Finding) []string {
	var lines []string
	for _, f := range findings {
		lines = append(lines, fmt.Sprintf("%s: %s %s", f.Class, f.Rule, f.Path))
	}
	slices.Sort(lines)
	return lines
}

// field is a definition with one field f beside the key. "" leaves it out.
func field(keys string) string {
	text := "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string }\n"
	if keys != "" {
		text += "      f: { " + keys + " }\n"
	}
	return text
}

// changes are what happens to one field. want has the findings without the
// path, which is users.f.
var changes = []struct {
	old, new string
	want     string
}{
	{"type: string", "type: string", ""},
	{"type: string, doc: a", "type: string, doc: b, deprecated: c", ""},
	{"", "type: string", "safe: field-added"},
	{"", "type: string, required: true, default: x", "safe: field-added"},
	{"", "type: string, required: true", "breaks callers: field-added, needs default: field-added"},
	{"", "type: string, unique: true, default: x", "needs migration: field-added, safe: index-added"},
	{"type: string", "", "breaks callers: field-removed"},

	{"type: string", "type: integer", "breaks callers: go-type, needs migration: type"},
	{"type: integer", "type: number", "breaks callers: go-type"},
	{"type: number", "type: integer", "breaks callers: go-type, needs migration: type"},
	{"type: number", "type: number, generated: timestamp", "breaks callers: go-type, breaks callers: immutable, breaks callers: optional, needs migration: type, safe: generated"},
	{"type: array", "type: array, items: string", "breaks callers: go-type, needs migration: items"},
	{"type: array, items: string", "type: array, items: { type: string, maxLength: 3 }", "needs migration: maxLength[]"},
	{"type: object", "type: object, fields: { a: { type: string } }", "breaks callers: go-type, needs migration: fields"},
	{"type: object, fields: { a: { type: string } }", "type: object, fields: { a: { type: string, required: true } }", "breaks callers: optional.a, breaks callers: optional.a, needs default: required.a"},
	{"type: object, fields: { a: { type: string } }", "type: object, fields: { b: { type: string } }", "breaks callers: field-removed.a, safe: field-added.b"},

	{"type: integer", "type: integer, min: 1", "needs migration: min"},
	{"type: integer, min: 1", "type: integer, min: 2", "needs migration: min"},
	{"type: integer, min: 2", "type: integer, min: 1", "safe: min"},
	{"type: integer, min: 2", "type: integer", "safe: min"},
	{"type: integer", "type: integer, max: 1", "needs migration: max"},
	{"type: string", "type: string, pattern: a", "needs migration: pattern"},
	{"type: integer, max: 2", "type: integer, max: 1", "needs migration: max"},
	{"type: number, max: 1", "type: number, max: 1.5", "safe: max"},
	{"type: string", "type: string, minLength: 1", "needs migration: minLength"},
	{"type: string", "type: string, minLength: 0", "safe: minLength"},
	{"type: string, maxLength: 5", "type: string, maxLength: 4", "needs migration: maxLength"},
	{"type: string, maxLength: 4", "type: string", "safe: maxLength"},
	{"type: string, pattern: a", "type: string, pattern: b", "needs migration: pattern"},
	{"type: string, pattern: a", "type: string", "safe: pattern"},
	{"type: string", "type: string, format: email", "needs migration: format"},
	{"type: string, format: email", "type: string", "safe: format"},
	{"type: string, enum: [a, b]", "type: string, enum: [a]", "breaks callers: enum, needs migration: enum"},
	{"type: string, enum: [a]", "type: string, enum: [a, b]", "safe: enum"},
	{"type: string", "type: string, enum: [a]", "breaks callers: go-type, needs migration: enum"},
	{"type: string, enum: [a]", "type: string", "breaks callers: go-type, safe: enum"},
	{"type: string, enum: [a]", "type: string, enum: [{ value: a, goName: X }]", "breaks callers: enum, safe: enum"},

	{"type: string", "type: string, required: true", "breaks callers: optional, breaks callers: optional, needs default: required"},
	{"type: string", "type: string, required: true, default: x", "breaks callers: optional, safe: default, safe: required"},
	{"type: string, required: true", "type: string", "breaks callers: optional, breaks callers: optional, safe: required"},
	{"type: string, default: x", "type: string, default: y", "safe: default"},
	{"type: string", "type: string, unique: true", "needs migration: unique, safe: index-added"},
	{"type: string, unique: true", "type: string", "breaks callers: index-removed, safe: unique"},
	{"type: string", "type: string, immutable: true", "breaks callers: immutable"},
	{"type: string, immutable: true", "type: string", "safe: immutable"},
	{"type: string", "type: string, ref: users", "safe: ref"},
	{"type: string", "type: string, goName: G", "breaks callers: go-name"},
}

func TestChangesOfAField(t *testing.T) {
	for _, tt := range changes {
		findings := breaking.Compare(load(t, field(tt.old)), load(t, field(tt.new)))
		for _, f := range findings {
			if !f.Pos.IsValid() || f.Text == "" || (f.Do == "") != (f.Class == breaking.Safe) {
				t.Errorf("%q to %q: incomplete: %+v", tt.old, tt.new, f)
			}
		}
		got := summary(findings)
		text := strings.ReplaceAll(strings.ReplaceAll(strings.Join(got, ", "), " users.f,", ","), " users.f", "")
		if text != tt.want {
			t.Errorf("%q to %q: got %q, want %q", tt.old, tt.new, text, tt.want)
		}
	}
}

func TestEveryConstraintHasACase(t *testing.T) {
	for _, rule := range rules.All() {
		if rule.Constrains && !slices.ContainsFunc(changes, func(c struct{ old, new, want string }) bool {
			return strings.Contains(c.new, rule.Name+":") && !strings.Contains(c.old, rule.Name+":")
		}) {
			t.Errorf("no case for %s", rule.Name)
		}
	}
}

func TestChangesOfABucket(t *testing.T) {
	const schema = "    schema:\n      id: { type: string }\n      a: { type: string }\n      b: { type: string }\n"
	const base = "buckets:\n  users:\n    key: id\n" + schema
	tests := []struct {
		name, old, new string
		want           []string
	}{
		{"nothing but comments and order", base, "# hello\n" + base, nil},
		{"another package", base, "package: other\nstore: store\n" + base, []string{"breaks callers: package package"}},
		{"another store", base, "store: other\n" + base, []string{"needs migration: store store"}},
		{"added and removed", base, strings.Replace(base, "users", "people", 1), []string{"breaks callers: bucket-removed users", "safe: bucket-added people"}},
		{"record", base, base + "    record: Person\n", []string{"breaks callers: go-name users"}},
		{"key", base, strings.Replace(base, "key: id", "key: a", 1), []string{
			"breaks callers: immutable users.a", "breaks callers: key users", "breaks callers: optional users.a", "breaks callers: optional users.a",
			"breaks callers: optional users.id", "breaks callers: optional users.id", "needs migration: key users", "safe: immutable users.id"}},
		{"persistent", base, base + "    persistent: false\n", []string{"needs migration: persistent users"}},
		{"persistent again", base + "    persistent: false\n", base, []string{"safe: persistent users"}},
		{"order", base, base + "    etsType: ordered_set\n", []string{"breaks callers: etsType users"}},
		{"ttl", base, base + "    ttl: 1h\n", []string{"breaks callers: ttl users"}},
		{"ttl gone", base + "    ttl: 1h\n", base, []string{"breaks callers: ttl users"}},
		{"ttl shorter", base + "    ttl: 1h\n", base + "    ttl: 30m\n", []string{"breaks callers: ttl users"}},
		{"ttl longer", base + "    ttl: 1h\n", base + "    ttl: 2h\n", []string{"safe: ttl users"}},
		{"maxSize", base, base + "    maxSize: 5\n", []string{"needs migration: maxSize users"}},
		{"maxSize gone", base + "    maxSize: 5\n", base, []string{"safe: maxSize users"}},
		{"version back", base + "    version: 3\n", base, []string{"needs migration: version users"}},
		{"index", base, base + "    indexes: [a]\n", []string{"safe: index-added users.a"}},
		{"index gone", base + "    indexes: [a]\n", base, []string{"breaks callers: index-removed users.a"}},
		{"index renamed", base + "    indexes: [a]\n", base + "    indexes: [{ fields: [a], name: x }]\n", []string{"breaks callers: index-renamed users.x"}},
		{"unique", base, base + "    indexes: [{ fields: [a, b], unique: true }]\n", []string{"needs migration: index-unique users.a_b"}},
		{"unique of one", base + "    indexes: [a]\n", base + "    indexes: [{ fields: [a], unique: true }]\n", []string{
			"breaks callers: index-unique users.a", "needs migration: index-unique users.a"}},
		{"unique by either key is the same", base + "    indexes: [{ fields: [a], unique: true }]\n",
			strings.Replace(base, "a: { type: string }", "a: { type: string, unique: true }", 1), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			findings := breaking.Compare(load(t, tt.old), load(t, tt.new))
			for _, f := range findings {
				if !f.Pos.IsValid() || f.Text == "" || (f.Do == "") != (f.Class == breaking.Safe) {
					t.Errorf("incomplete: %+v", f)
				}
			}
			got := summary(findings)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestARaisedVersionCountsAsAMigration(t *testing.T) {
	old := load(t, field("type: string"))
	findings := breaking.Compare(old, load(t, field("type: string, maxLength: 3")+"    version: 2\n"))
	for _, f := range findings {
		if f.Breaks() {
			t.Errorf("%+v", f)
		}
		if f.Rule == "maxLength" && (!f.Migrated || !strings.Contains(f.Do, `noex.Migration{Bucket: "users", Version: 2`)) {
			t.Errorf("%+v", f)
		}
	}
	if len(findings) != 2 {
		t.Errorf("got %q", summary(findings))
	}
	for _, f := range breaking.Compare(old, load(t, field("")+"    version: 2\n")) {
		if f.Rule == "field-removed" && !f.Breaks() {
			t.Error("a raised version does not help callers")
		}
	}
}
