package rules_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// read reads one field from the inside of its braces.
func read(t *testing.T, keys string) (*rules.Set, diag.List) {
	t.Helper()
	text := "buckets:\n  b:\n    key: id\n    schema:\n      f: { " + keys + " }\n"
	def, diags := source.Parse([]source.File{{Name: "noex.yaml", Data: []byte(text)}})
	if len(diags) > 0 {
		t.Fatalf("%s: %v", keys, diags)
	}
	set := rules.Read(def.Buckets[0].Schema[0], rules.InBucket, &diags)
	return set, diags
}

func TestEveryRuleIsDocumented(t *testing.T) {
	seen := make(map[string]bool)
	for _, rule := range rules.All() {
		if seen[rule.Name] {
			t.Errorf("%s is there twice", rule.Name)
		}
		seen[rule.Name] = true
		if !strings.HasSuffix(rule.Doc, ".") || rule.Example == "" {
			t.Errorf("%s: doc %q, example %q", rule.Name, rule.Doc, rule.Example)
		}
		if !json.Valid([]byte(rule.Schema)) {
			t.Errorf("%s: the schema is no JSON: %s", rule.Name, rule.Schema)
		}
		if rule.Places == 0 {
			t.Errorf("%s applies nowhere", rule.Name)
		}
		for _, typ := range rule.Types {
			if !slices.Contains(rules.Types[:], typ) {
				t.Errorf("%s applies to an unknown type %s", rule.Name, typ)
			}
		}
		if rules.Lookup(rule.Name) != rule {
			t.Errorf("Lookup(%s) finds another rule", rule.Name)
		}
	}
	if rules.Lookup("colour") != nil {
		t.Error("Lookup finds a rule that does not exist")
	}
}

func TestEveryExampleIsAccepted(t *testing.T) {
	for _, rule := range rules.All() {
		typ := "string"
		if len(rule.Types) > 0 {
			typ = rule.Types[0]
		}
		keys := "type: " + typ
		if rule.Name != "type" {
			keys += ", " + rule.Name + ": " + rule.Example
		}
		if _, diags := read(t, keys); len(diags) > 0 {
			t.Errorf("%s: %v", keys, diags)
		}
	}
}

func TestSchemasListWhatTheRulesAccept(t *testing.T) {
	for key, values := range map[string][]string{
		"type": rules.Types[:], "format": rules.Formats[:], "generated": rules.Generators[:],
	} {
		want, err := json.Marshal(map[string][]string{"enum": values})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), rules.Lookup(key).Schema); diff != "" {
			t.Errorf("%s: %s", key, diff)
		}
	}
}

func TestViolations(t *testing.T) {
	tests := []struct {
		keys  string
		value any
		want  []string
	}{
		{"type: integer, min: 1, max: 3", int64(0), []string{"is below min: 1"}},
		{"type: integer, min: 1, max: 3", int64(3), nil},
		{"type: integer, min: 1, max: 3", int64(4), []string{"is above max: 3"}},
		{"type: number, min: 0.5", 0.25, []string{"is below min: 0.5"}},
		{"type: number, generated: timestamp, min: 1", int64(0), []string{"is below min: 1"}},
		{"type: string, enum: [user, admin]", "usr", []string{`is not in enum (did you mean "user"?)`}},
		{"type: integer, enum: [1, 2]", int64(3), []string{"is not in enum"}},
		{"type: string, maxLength: 2, pattern: '^[a-z]+$', format: email", "ABC", []string{
			"is longer than maxLength: 2", "does not match pattern: ^[a-z]+$", "is not of format: email"}},
		{"type: string, maxLength: 2", "ää", nil},
		{"type: array, minLength: 1", []any{}, []string{"is shorter than minLength: 1"}},
		{"type: string", "anything", nil},
	}
	for _, tt := range tests {
		set, diags := read(t, tt.keys)
		if len(diags) > 0 {
			t.Fatalf("%s: %v", tt.keys, diags)
		}
		if diff := cmp.Diff(tt.want, set.Violations(tt.value)); diff != "" {
			t.Errorf("%s, %v: %s", tt.keys, tt.value, diff)
		}
	}
}

func TestFormats(t *testing.T) {
	tests := map[string]struct{ good, bad []string }{
		"email": {
			good: []string{"user@example.com", "test.name+tag@domain.co.uk", "a@b.c"},
			bad:  []string{"", "plaintext", "@missing-local.com", "missing-at.com", "user@ space.com", "user @domain.com"},
		},
		"url": {
			good: []string{"https://example.com", "http://localhost:3000/path?q=1", "ftp://files.example.com/doc.pdf", "https://example.com/#f", "mailto:x"},
			bad:  []string{"", "not-a-url", "example.com", "://missing-scheme", "https://"},
		},
		"iso-date": {
			good: []string{"2024-01-15", "2024-06-15T00:30:00+02:00", "2024-06-15T00:30:00.123Z", "2024-06-15T00:30"},
			bad:  []string{"", "2024", "2024-13-01", "2024-00-15", "2024-01-32", "not-a-date", "15-01-2024", "2024/01/15", "2024-02-30"},
		},
		"uuid":     {good: []string{"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, bad: []string{"", "6ba7b810"}},
		"ipv4":     {good: []string{"127.0.0.1"}, bad: []string{"", "1.2.3", "::1", "1.2.3.4.5"}},
		"ipv6":     {good: []string{"::1", "2001:db8::1"}, bad: []string{"", "127.0.0.1", "fe80::1%eth0"}},
		"hostname": {good: []string{"localhost", "example.com", "a-b.example."}, bad: []string{"", "-a", "a..b", "a_b", strings.Repeat("a", 64)}},
	}
	for _, format := range rules.Formats {
		set, _ := read(t, "type: string, format: "+format)
		for _, text := range tests[format].good {
			if why := set.Violations(text); why != nil {
				t.Errorf("%s: %q %v", format, text, why)
			}
		}
		for _, text := range tests[format].bad {
			if set.Violations(text) == nil {
				t.Errorf("%s: %q is accepted", format, text)
			}
		}
	}
}

func TestShapeIsWhatStoredValuesMustMeet(t *testing.T) {
	shape := func(keys string) string {
		set, diags := read(t, keys)
		if len(diags) > 0 {
			t.Fatalf("%s: %v", keys, diags)
		}
		return set.Shape()
	}
	same := [][2]string{
		{"type: string, doc: a, default: x, required: true", "type: string"},
		{"type: string, enum: [a, b]", "type: string, enum: [b, a]"},
		{"type: number, generated: timestamp", "type: integer"},
		{"max: 2, min: 1, type: integer", "type: integer, min: 1.0, max: 2"},
	}
	for _, pair := range same {
		if diff := cmp.Diff(shape(pair[0]), shape(pair[1])); diff != "" {
			t.Errorf("%s and %s: %s", pair[0], pair[1], diff)
		}
	}
	different := []string{
		"type: string", "type: number", "type: string, enum: [a]", "type: string, enum: ['a,b']", "type: string, enum: [a, b]",
		"type: string, minLength: 0", "type: string, maxLength: 1", "type: string, pattern: a", "type: string, format: uuid",
		"type: integer, min: 0", "type: integer, max: 0", "type: array",
	}
	seen := make(map[string]string)
	for _, keys := range different {
		s := shape(keys)
		if other, ok := seen[s]; ok {
			t.Errorf("%s and %s have the same shape %s", keys, other, s)
		}
		seen[s] = keys
	}
}
