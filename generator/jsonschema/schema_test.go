package jsonschema_test

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/jsonschema"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

// compiled is the schema as a validator sees it.
func compiled(t *testing.T) *validator.Schema {
	t.Helper()
	text, err := jsonschema.Definition()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := validator.NewCompiler()
	c.DefaultDraft(validator.Draft2020)
	c.AssertFormat()
	if err := c.AddResource(jsonschema.FileName, doc); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile(jsonschema.FileName)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate is what an editor says about a file: it parses YAML first.
func validate(schema *validator.Schema, data []byte) error {
	var v any
	dec := yaml.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&v); err != nil {
		return fmt.Errorf("not YAML: %w", err)
	}
	if err := dec.Decode(new(any)); err == nil {
		return errors.New("not YAML of one document")
	}
	return schema.Validate(asJSON(v))
}

func asJSON(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k := range v {
			v[k] = asJSON(v[k])
		}
		return v
	case map[any]any:
		m := make(map[string]any, len(v))
		for k := range v {
			name := "null"
			if k != nil {
				name = fmt.Sprint(k)
			}
			m[name] = asJSON(v[k])
		}
		return m
	case []any:
		for i := range v {
			v[i] = asJSON(v[i])
		}
		return v
	case time.Time:
		return v.Format(time.RFC3339)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return nil // JSON has neither
		}
	}
	return v
}

// accepts reports whether the checker accepts definition files.
func accepts(files []source.File) (bool, string) {
	pkg, diags := model.Load(files, model.Options{Package: "store"})
	return pkg != nil, fmt.Sprint(diags)
}

// unsayable are the cases of golden/errors whose mistakes are all of a kind
// that no schema can express, and why.
var unsayable = map[string]string{
	"bucket-in-two-files":      "a schema sees one file",
	"bucket-is-a-store-method": "Go names",
	"bucket-names-collide":     "Go names",
	"buckets-empty":            "another file may have the buckets",
	"case-differs-over-files":  "a schema sees one file",
	"constructor-collides":     "Go names",
	"duplicate-index":          "compares keys with each other",
	"field-names-collide":      "Go names",
	"files-disagree":           "a schema sees one file",
	"format-of-defaults":       "the constraints of one key on another",
	"key-names-no-field":       "a name that leads nowhere",
	"meta-field-names":         "Go names",
	"min-above-max":            "compares keys with each other",
	"nested-names-collide":     "Go names",
	"no-buckets":               "another file may have the buckets",
	"record-is-store":          "Go names",
	"record-names-collide":     "Go names",
	"two-counters":             "compares keys with each other",
}

func TestSchemaAndCheckerAgreeOnTheCorpus(t *testing.T) {
	schema := compiled(t)
	var dirs []string
	err := filepath.WalkDir("../../golden", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() {
			dirs = append(dirs, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	accepted, rejected := 0, 0
	for _, dir := range dirs {
		files, err := source.ReadDir(os.DirFS(dir))
		if err != nil {
			continue // no definition here
		}
		t.Run(filepath.ToSlash(dir), func(t *testing.T) {
			var schemaSays error
			for _, f := range files {
				schemaSays = errors.Join(schemaSays, validate(schema, f.Data))
			}
			ok, diags := accepts(files)
			why, listed := unsayable[filepath.Base(dir)]
			switch {
			case ok && schemaSays != nil:
				t.Errorf("the checker accepts it, the schema says %v", schemaSays)
			case !ok && schemaSays == nil && !listed:
				t.Errorf("the schema accepts it, the checker says %s", diags)
			case listed && (ok || schemaSays != nil):
				t.Errorf("it is listed as unsayable (%s), but: checker %s, schema %v", why, diags, schemaSays)
			}
			if ok {
				accepted++
			} else {
				rejected++
			}
		})
	}
	if accepted < 10 || rejected < 50 {
		t.Errorf("the corpus has only %d good and %d bad definitions", accepted, rejected)
	}
}

// arguments are what is tried behind every key.
var arguments = []string{
	"string", "text", "users", "user", "uuid", "timestamp", "email", `"2024-01-31"`, "2024-01-31", "'^a$'", "'('", `""`, "Name", "3", "-3", "2.5", "1e3", "true", "yes", "null",
	"[a, b]", "[a, a]", "[1, 2]", "[]", "[[a]]", "{ a: { type: string } }", "{ type: string }", "{ type: strng }", "{ x: 1 }", "{}",
	"[{ value: a, goName: A }]", "[{ value: a, colour: A }]", "[{ goName: A }]", "!!js/function 'x'", "99999999999", "() => 1",
}

// TestSchemaAndCheckerAgreeOnEveryKey tries every key with every type, in every
// place, with arguments of every kind.
func TestSchemaAndCheckerAgreeOnEveryKey(t *testing.T) {
	schema := compiled(t)
	places := map[string]string{
		"field":   "      f: { %s }\n",
		"object":  "      f: { type: object, fields: { g: { %s } } }\n",
		"element": "      f: { type: array, items: { %s } }\n",
	}
	tried, both := 0, 0
	for place, format := range places {
		for _, typ := range rules.Types {
			for _, rule := range rules.All() {
				for _, arg := range arguments {
					keys := "type: " + typ + ", " + rule.Name + ": " + arg
					if rule.Name == "type" {
						keys = "type: " + arg
					}
					text := "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string }\n" + fmt.Sprintf(format, keys)
					ok, diags := accepts([]source.File{{Name: "noex.yaml", Data: []byte(text)}})
					err := validate(schema, []byte(text))
					tried++
					if ok {
						both++
					}
					if ok == (err == nil) || beyond(rule.Name, typ, arg) {
						continue
					}
					t.Errorf("%s { %s }: the checker says %q, the schema %v", place, keys, diags, err)
				}
			}
		}
	}
	if both < 500 {
		t.Errorf("of %d definitions only %d are right", tried, both)
	}
}

// beyond are the arguments whose mistake only a program can find.
func beyond(rule, typ, arg string) bool {
	if strings.HasPrefix(arg, "!!") {
		return true // tags are gone when a schema sees the values
	}
	switch rule {
	case "ref":
		return true // whether the bucket exists, and the type of its key
	case "goName":
		return arg == "Name" && typ == "array" // collides
	case "default":
		return typ == "string" && arg == "() => 1" || typ == "date" && arg == "99999999999"
	case "pattern":
		return arg == "'('" // where a validator does not assert formats
	default:
		return false
	}
}

func TestSchemaIsDeterministicAndDocumented(t *testing.T) {
	text, err := jsonschema.Definition()
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		again, err := jsonschema.Definition()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(text), string(again)); diff != "" {
			t.Fatal(diff)
		}
	}
	for _, rule := range rules.All() {
		if !strings.Contains(string(text), rule.Doc) {
			t.Errorf("%s is not explained", rule.Name)
		}
	}
}

// TestSchemaAndCheckerAgreeOnTheOtherKeys tries every key of a definition, a
// bucket and an index with arguments of every kind, misspelt, and left out.
func TestSchemaAndCheckerAgreeOnTheOtherKeys(t *testing.T) {
	schema := compiled(t)
	places := []struct {
		name, format string
		keys         []source.Key
	}{
		{"definition", "buckets: { users: { key: id, schema: { id: { type: string } } } }\n%s\n", source.TopKeys()},
		{"bucket", "buckets:\n  users:\n    key: id\n    schema: { id: { type: string }, a: { type: string } }\n    %s\n", source.BucketKeys()},
		{"index", "buckets:\n  users:\n    key: id\n    schema: { id: { type: string }, a: { type: string }, b: { type: integer } }\n    indexes: [{ fields: [a, b], %s }]\n", source.IndexKeys()},
	}
	more := []string{"set", "ordered_set", "bag", "30m", "30x", "0s", "1.5h", "[A]", "[ISBN, a]", "[id]", "store_test", "func", "2nd", "_", "-x", "a-b", "Ä", "0", "1", "2147483647", "2147483648"}
	tried, right := 0, 0
	for _, place := range places {
		for _, key := range place.keys {
			for _, name := range []string{key.Name, key.Name + "s", strings.ToUpper(key.Name)} {
				for _, arg := range slices.Concat(arguments, more) {
					text := fmt.Sprintf(place.format, name+": "+arg)
					// A key that stands there already is replaced.
					for _, there := range []string{"key: id\n", "fields: [a, b], ", "buckets: { users: { key: id, schema: { id: { type: string } } } }\n"} {
						if strings.HasPrefix(there, name+":") {
							text = strings.Replace(text, there, "", 1)
						}
					}
					if name == "schema" || strings.HasPrefix(arg, "!!") {
						continue // its fields are tried elsewhere; tags are gone when a schema sees the values
					}
					pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
					err := validate(schema, []byte(text))
					tried++
					if pkg != nil {
						right++
					}
					sees := slices.ContainsFunc(diags, func(d diag.Diagnostic) bool { return slices.Contains(sayable, d.Code) && !beyondSchema(d) })
					if pkg != nil && err != nil || err == nil && sees {
						t.Errorf("%s: %s: %s: the checker says %v, the schema %v", place.name, name, arg, diags, err)
					}
				}
			}
		}
	}
	if right < 100 || tried-right < 500 {
		t.Errorf("%d are right and %d wrong", right, tried-right)
	}
}
