package generator_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

// A program that generates more than noexgen does is a main package with an
// [generator.Emitter], run with go run in place of the command. The files it
// returns are kept up to date, checked and removed like all others.
func ExampleRun() {
	tables := func(p *model.Package) ([]output.File, error) {
		var b strings.Builder
		fmt.Fprintf(&b, "%s\n\npackage %s\n\n// Names are the names of all buckets.\nvar Names = []string{", output.Header(generator.Version), p.Name)
		for i, bucket := range p.Buckets {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "%q", bucket.Name)
		}
		b.WriteString("}\n")
		return []output.File{{Name: "names_noex.go", Content: []byte(b.String())}}, nil
	}
	fsys := outputtest.New(map[string]string{ // leave Options.FS out for the real one
		"store/noex.yaml": "buckets:\n  users: { key: id, schema: { id: { type: string, generated: uuid } } }\n",
	})
	result, err := generator.Run(context.Background(), generator.Options{
		Paths:    []string{"./..."},
		FS:       fsys,
		Emitters: []generator.Emitter{tables},
	})
	if err != nil {
		log.Fatal(err) // result.WriteDiagnostics says more
	}
	for _, change := range result.Plan {
		fmt.Println(change.Action, change.Path)
	}
	_, declaration, _ := strings.Cut(fsys.Texts()["store/names_noex.go"], "\n\n// ")
	fmt.Print("// ", declaration)
	// Output:
	// create store/names_noex.go
	// create store/noex.go
	// create store/users_noex.go
	// // Names are the names of all buckets.
	// var Names = []string{"users"}
}
