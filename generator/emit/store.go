package emit

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// interfaceVersion is the version of the runtime's interface that generated
// code is written for.
const interfaceVersion = 1

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
	method := fmt.Sprintf("GeneratedCodeV%d_run_go_tool_noexgen_generate", interfaceVersion)
	return documented(
		jen.Var().Id("_").Interface(jen.Id(method).Params()).Op("=").Add(noex("Runtime")),
		"If this does not compile, run go tool noexgen generate.")
}

func storeType(p *model.Package, buckets []*bucket) jen.Code {
	fields := []jen.Code{jen.Op("*").Add(noex("Store"))}
	for _, b := range buckets {
		fields = append(fields, documented(jen.Id(b.GoName).Op("*").Id(b.Accessor()), b.Doc))
	}
	return documented(jen.Type().Id("Store").Struct(fields...),
		"Store is the store "+p.Store+". It is safe for concurrent use.")
}

func openFunc(p *model.Package, buckets []*bucket) jen.Code {
	fields := []jen.Code{keyed("Store", jen.Id("core"))}
	for _, b := range buckets {
		fields = append(fields, keyed(b.GoName, jen.Id(b.open).Call(noex("AddBucket").Call(jen.Id("core"), jen.Id(b.schema)))))
	}
	return documented(
		jen.Func().Id("Open").Params(jen.Id("ctx").Qual("context", "Context"), jen.Id("cfg").Add(noex("Config"))).
			Params(jen.Op("*").Id("Store"), jen.Error()).Block(
			jen.Id("core").Op(":=").Add(noex("NewStore")).Call(text(p.Store), jen.Id("cfg")),
			jen.Id("s").Op(":=").Op("&").Id("Store").Add(multi(fields...)),
			jen.If(jen.Err().Op(":=").Id("core").Dot("Start").Call(jen.Id("ctx")), jen.Err().Op("!=").Nil()).Block(
				jen.Return(jen.Nil(), jen.Err())),
			jen.Return(jen.Id("s"), jen.Nil())),
		"Open opens the store with what cfg says, loading what is stored. The caller has to Close it.")
}
