package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// interfaceVersion is the version of the runtime's interface that generated
// code is written for.
const interfaceVersion = 2

func packageDoc(p *model.Package) string {
	return "// Package " + p.Name + " is the store " + p.Store + "."
}

// storeFile is the store, what opens it, and what several buckets need.
func storeFile(p *model.Package, buckets []*bucket, help helpers) []jen.Code {
	decls := []jen.Code{enforceVersion(), storeType(p, buckets), openFunc(p, buckets)}
	for _, b := range buckets {
		decls = append(decls, openBucket(b))
	}
	decls = append(decls, snapshots(buckets)...)
	if usesAppendSet(p) {
		decls = append(decls, appendSetFunc(help.appendSet))
	}
	return decls
}

// enforceVersion is a declaration that compiles with a runtime that serves this
// code only. See version.go of the runtime for what the compiler says else.
func enforceVersion() jen.Code {
	method := fmt.Sprintf("GeneratedCodeV%d_run_go_tool_noexgen_generate()", interfaceVersion)
	return documented(jen.Var().Id("_ interface {\n"+method+"\n} = noex.Runtime"),
		"If this does not compile, run go tool noexgen generate.")
}

func storeType(p *model.Package, buckets []*bucket) jen.Code {
	fields := []row{{cells: []string{"*noex.Store"}}}
	for _, b := range buckets {
		fields = append(fields, row{comments(b.Doc), []string{b.GoName, "*" + b.Accessor()}})
	}
	return documented(typeDecl("Store", fields), "Store is the store "+p.Store+". It is safe for concurrent use.")
}

func openFunc(p *model.Package, buckets []*bucket) jen.Code {
	fields := []keyed{{"Store", "core"}}
	for _, b := range buckets {
		fields = append(fields, keyed{b.GoName, call(b.open, "core")})
	}
	return documented(
		funcDecl("Open(ctx context.Context, cfg noex.Config) (*Store, error)",
			define("core", call("noex.NewStore", text(p.Store), "cfg")),
			define("s", literal("&Store", fields...)),
			when("err := core.Start(ctx); err != nil", returns("nil", "err")),
			returns("s", "nil")),
		"Open opens the store with what cfg says, loading what is stored. The caller has to Close it.")
}
