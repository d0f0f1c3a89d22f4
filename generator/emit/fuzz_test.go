package emit_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/noexgen/noexgen/generator/emit"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

// FuzzGenerate holds that any input gives either diagnostics or a package that
// parses, that gofmt leaves alone and that compiles.
func FuzzGenerate(f *testing.F) {
	for _, pattern := range []string{"../../golden/*/*noex.yaml", "../../golden/errors/*/*noex.yaml"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatal(pattern, err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		pkg, _ := model.Load([]source.File{{Name: "noex.yaml", Data: data}}, model.Options{Package: "store"})
		if pkg == nil {
			return
		}
		files, err := emit.Package(pkg, emit.Options{Version: "0.0.0"})
		if err != nil {
			t.Fatal(err)
		}
		compile(t, files)
	})
}

// compile parses and type-checks a package, and holds its files to gofmt.
func compile(t *testing.T, files []emit.File) {
	t.Helper()
	for _, f := range files {
		if again, err := format.Source(f.Content); err != nil || !bytes.Equal(again, f.Content) {
			t.Errorf("gofmt changes %s (%v):\n%s\ninto\n%s", f.Name, err, f.Content, again)
		}
	}
	typeCheck(t, files)
}

// typeCheck parses and type-checks a package.
func typeCheck(t *testing.T, files []emit.File) {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, f := range files {
		file, err := parser.ParseFile(fset, f.Name, f.Content, parser.SkipObjectResolution)
		if err != nil {
			t.Fatalf("%v\n%s", err, f.Content)
		}
		parsed = append(parsed, file)
	}
	imports, err := compiledImports()
	if err != nil {
		t.Fatal(err)
	}
	var problems []error
	cfg := types.Config{Importer: imports, Error: func(err error) { problems = append(problems, err) }}
	if _, err := cfg.Check("store", fset, parsed, nil); err != nil {
		t.Errorf("the package does not compile: %v", errors.Join(problems...))
		for _, f := range files {
			t.Logf("%s:\n%s", f.Name, f.Content)
		}
	}
}

// compiledImports imports what generated code imports from the export data that
// the go command has in its cache, once for all packages that are checked.
var compiledImports = sync.OnceValues(func() (types.Importer, error) {
	const runtime = "github.com/noexgen/noexgen/runtime"
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}}\t{{.Export}}",
		runtime, runtime+"/codec", "bytes", "cmp", "context", "regexp", "slices", "time")
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	exports := make(map[string]string)
	for line := range strings.Lines(string(out)) {
		if path, file, ok := strings.Cut(strings.TrimSpace(line), "\t"); ok {
			exports[path] = file
		}
	}
	return importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	}), nil
})
