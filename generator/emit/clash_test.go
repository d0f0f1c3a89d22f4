package emit_test

import (
	"fmt"
	"go/build"
	"go/token"
	"go/types"
	"io"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/emit"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
	"github.com/noexgen/noexgen/golden/userapp"
	noex "github.com/noexgen/noexgen/runtime"
)

// clashing are the names that could break generated code, by where they come
// from.
func clashing(t *testing.T) map[string][]string {
	t.Helper()
	names := map[string][]string{"predeclared": types.Universe.Names()}
	for tok := range token.Token(256) {
		if tok.IsKeyword() {
			names["keyword"] = append(names["keyword"], tok.String())
		}
	}
	imports, err := compiledImports()
	if err != nil {
		t.Fatal(err)
	}
	runtime, err := imports.Import("github.com/noexgen/noexgen/runtime")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range runtime.Scope().Names() {
		if token.IsExported(name) {
			names["name of the runtime"] = append(names["name of the runtime"], name)
		}
	}
	for _, pkg := range runtime.Imports() {
		names["import"] = append(names["import"], pkg.Name())
	}
	names["import"] = append(names["import"], "noex", "codec", "bytes", "cmp", "context", "regexp", "slices", "time")
	for _, v := range []any{
		new(userapp.Store), new(userapp.UserBucket), new(userapp.UserTx), new(userapp.UserView), new(userapp.Tx), new(userapp.View),
		new(userapp.User), new(userapp.UserInput), new(userapp.UserPatch), new(userapp.UserRole), new(noex.Query[userapp.User]), new(noex.Opt[int64]),
	} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumMethod() {
			names["method"] = append(names["method"], typ.Method(i).Name)
		}
		if elem := typ.Elem(); elem.Kind() == reflect.Struct {
			for _, f := range reflect.VisibleFields(elem) {
				if f.IsExported() {
					names["field"] = append(names["field"], f.Name)
				}
			}
		}
	}
	out, err := exec.Command("go", "tool", "dist", "list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, pair := range strings.Fields(string(out)) {
		system, arch, _ := strings.Cut(pair, "/")
		names["system"] = append(names["system"], system, arch, system+"_"+arch, "x_"+system, "x_"+arch)
	}
	names["test"] = []string{"test", "_test", "x_test", "test_test", "linux_test", "doc", "documentation", "internal", "vendor", "testdata", "main", "init"}
	for from := range names {
		slices.Sort(names[from])
		names[from] = slices.Compact(names[from])
	}
	return names
}

// roles are what a name can be in a definition.
var roles = map[string]string{
	"bucket":           "buckets: { '%[1]s': { key: theKey, schema: { theKey: { type: string } } } }",
	"ordered bucket":   "buckets: { '%[1]s': { key: theKey, etsType: ordered_set, ttl: 1s, maxSize: 3, schema: { theKey: { type: integer, generated: autoincrement } } } }",
	"key":              "buckets: { things: { key: '%[1]s', schema: { '%[1]s': { type: string } } } }",
	"generated key":    "buckets: { things: { key: '%[1]s', schema: { '%[1]s': { type: string, generated: uuid } } } }",
	"required field":   "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: string, required: true, pattern: a, unique: true } } } }",
	"optional field":   "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: integer, min: 3 } }, indexes: [{ fields: ['%[1]s'], ordered: true }] } }",
	"field of a date":  "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: date, default: 2024-01-31 } }, indexes: [{ fields: ['%[1]s', theKey], unique: true }] } }",
	"list":             "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: array, items: { type: string, pattern: a } } } } }",
	"object":           "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: object, fields: { a: { type: date }, b: { type: array, items: date } } } } } }",
	"field of objects": "buckets: { things: { key: theKey, schema: { theKey: { type: string }, list: { type: array, items: { type: object, fields: { '%[1]s': { type: string, required: true, minLength: 2 } } } } } } }",
	"enum":             "buckets: { things: { key: theKey, schema: { theKey: { type: string }, '%[1]s': { type: string, enum: [a, b], default: a } }, indexes: ['%[1]s'] } }",
	"enum value":       "buckets: { things: { key: theKey, schema: { theKey: { type: string }, e: { type: string, enum: ['%[1]s', other], default: other } }, indexes: [e] } }",
	"index":            "buckets: { things: { key: theKey, schema: { theKey: { type: string }, a: { type: string }, b: { type: integer } }, indexes: [{ fields: [a, b], name: '%[1]s' }] } }",
	"record":           "buckets: { things: { key: theKey, record: '%[1]s', schema: { theKey: { type: string }, a: { type: object, fields: { b: { type: string } } } } } }",
	"goName":           "buckets: { things: { key: theKey, goName: '%[1]s', schema: { theKey: { type: string }, a: { type: string, goName: '%[1]s' } } } }",
	"package":          "package: '%[1]s'\nbuckets: { things: { key: theKey, schema: { theKey: { type: string } } } }",
	"store":            "store: '%[1]s'\nbuckets: { things: { key: theKey, schema: { theKey: { type: string } } } }",
}

// where are the roles in which names matter, if that is not in all.
var where = map[string][]string{
	"system":              {"bucket", "package"}, // in names of files
	"name of the runtime": {"bucket", "record", "goName", "enum"},
	"method":              {"bucket", "key", "required field", "field of objects", "index", "goName"},
	"field":               {"bucket", "key", "optional field", "field of objects", "index", "goName"},
}

// TestNamesThatClash uses every name in every role: it compiles, or the
// definition is told to choose another one.
func TestNamesThatClash(t *testing.T) {
	compiled, refused := 0, 0
	tried := make(map[string]bool)
	for from, names := range clashing(t) {
		if len(names) < 5 {
			t.Errorf("%s: only %q", from, names)
		}
		for _, name := range names {
			if testing.Short() && !strings.Contains("aeiou", strings.ToLower(name[:1])) {
				continue
			}
			for role, format := range roles {
				if only := where[from]; only != nil && !slices.Contains(only, role) {
					continue
				}
				word := name
				if role == "record" || role == "goName" {
					word = strings.ToUpper(name[:1]) + name[1:]
				}
				text := fmt.Sprintf(format, word)
				if tried[text] {
					continue
				}
				tried[text] = true
				if compiles(t, role, text) {
					compiled++
				} else {
					refused++
				}
			}
		}
	}
	if compiled < refused {
		t.Errorf("%d definitions are generated and %d are refused", compiled, refused)
	}
}

// compiles reports whether a definition is accepted; then it has to compile.
func compiles(t *testing.T, role, text string) bool {
	t.Helper()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if pkg == nil {
		for _, d := range diags {
			switch d.Code {
			case diag.NameClash, diag.ReservedName, diag.BadGoName, diag.BadName:
			default:
				t.Errorf("%s: %v\n%s", role, d, text)
			}
		}
		return false
	}
	files, err := emit.Package(pkg, emit.Options{Version: "0.0.0"})
	if err != nil {
		t.Errorf("%s: %v\n%s", role, err, text)
		return true
	}
	elsewhere := build.Default
	elsewhere.GOOS, elsewhere.GOARCH = "plan9", "mips"
	for _, f := range files {
		elsewhere.OpenFile = func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(string(f.Content))), nil }
		if ok, err := elsewhere.MatchFile("", f.Name); !ok || err != nil || strings.HasSuffix(f.Name, "_test.go") {
			t.Errorf("%s: %s is not built everywhere (%v)\n%s", role, f.Name, err, text)
		}
	}
	if typeCheck(t, files); t.Failed() {
		t.Fatalf("%s:\n%s", role, text)
	}
	return true
}
