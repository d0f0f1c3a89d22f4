package model_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/source"
)

// FuzzParse gives arbitrary bytes to the whole front: there is a model or
// there are errors, the same ones each time, and never a panic.
func FuzzParse(f *testing.F) {
	paths, err := filepath.Glob(filepath.Join(errorCases, "*", "*.yaml"))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seeds: %v", err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Add([]byte(plain))
	f.Add([]byte("buckets:\n  a:\n    ? schema"))
	f.Add([]byte("buckets:\n  a:\n    key: id\n    schema:\n      id: { type: number, generated: autoincrement }\n" +
		"      at: { type: date, default: 2024-01-31 }\n      e: { type: integer, enum: [-1, { value: 2, goName: Two }], default: 2 }\n" +
		"      o: { type: object, fields: { a: { type: array, items: { type: string, enum: [x] } } }, default: { a: [x] } }\n" +
		"    indexes: [{ fields: [at, e], unique: true, ordered: true, name: z }]\n    etsType: ordered_set\n    ttl: 1.5h\n    maxSize: 3\n    version: 2\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		files := []source.File{{Name: "noex.yaml", Data: data}}
		pkg, diags := model.Load(files, model.Options{Package: "store"})
		again, same := model.Load(files, model.Options{Package: "store"})
		if diff := cmp.Diff(diags, same); diff != "" {
			t.Errorf("diagnostics differ from run to run: %s", diff)
		}
		for _, d := range diags {
			if d.Pos.File != "noex.yaml" || d.Pos.Line < 1 || d.Pos.Col < 1 || d.Message == "" || d.Code == "" {
				t.Errorf("incomplete: %#v", d)
			}
			if _, ok := source.Lines(files)(d.Pos.File, d.Pos.Line); !ok {
				t.Errorf("%s is outside the file", d.Pos)
			}
		}
		report(t, files)
		if diags.HasErrors() {
			if pkg != nil {
				t.Error("a package in spite of errors")
			}
			return
		}
		if pkg == nil {
			t.Fatal("neither package nor errors")
		}
		if diff := cmp.Diff(pkg, again, cmpopts.IgnoreFields(model.Type{}, "Rules")); diff != "" {
			t.Errorf("the model differs from run to run: %s", diff)
		}
		checkPackage(t, pkg)
	})
}

// checkPackage holds what emitters rely on.
func checkPackage(t *testing.T, pkg *model.Package) {
	if naming.PackageProblem(pkg.Name) != "" || pkg.Store == "" || len(pkg.Buckets) == 0 {
		t.Errorf("package %q, store %q, %d buckets", pkg.Name, pkg.Store, len(pkg.Buckets))
	}
	types := make(map[string]bool)
	declare := func(name string, pos diag.Pos) {
		if !naming.IsExported(name) || types[name] {
			t.Errorf("%s: type or constant %q is there twice or not exported", pos, name)
		}
		types[name] = true
	}
	for _, b := range pkg.Buckets {
		for _, name := range []string{b.Record, b.Input(), b.Patch(), b.FieldsVar(), b.Accessor(), b.TxAccessor(), b.ViewAccessor()} {
			declare(name, b.Pos)
		}
		if b.Key == nil || !b.Key.Key || b.Key.Optional || b.Key.Patchable || b.Fingerprint == "" || b.Version < 1 {
			t.Errorf("%s: bucket %+v", b.Pos, b)
		}
		for _, s := range b.Structs {
			declare(s.GoName, s.Pos)
			checkStruct(t, s.Fields)
		}
		for _, e := range b.Enums {
			declare(e.GoName, e.Pos)
			declare(e.ValuesVar(), e.Pos)
			for _, v := range e.Values {
				declare(v.GoName, v.Pos)
			}
		}
		checkStruct(t, b.Fields)
		methods := make(map[string]bool)
		for _, ix := range b.Indexes {
			if methods[ix.Method] || len(ix.Fields) == 0 || !naming.IsExported(ix.Method) {
				t.Errorf("%s: index %+v", ix.Pos, ix)
			}
			methods[ix.Method] = true
		}
	}
}

func checkStruct(t *testing.T, fields []*model.Field) {
	names, params := make(map[string]bool), make(map[string]bool)
	for _, f := range fields {
		if !naming.IsExported(f.GoName) || names[f.GoName] || params[f.Param] || f.Param == "" || f.Type == nil {
			t.Errorf("%s: field %+v", f.Pos, f)
		}
		names[f.GoName], params[f.Param] = true, true
		if naming.IsKeyword(f.Param) || naming.IsPredeclared(f.Param) {
			t.Errorf("%s: parameter %q", f.Pos, f.Param)
		}
		for typ := f.Type; typ != nil; typ = typ.Elem {
			if typ.Kind < model.String || typ.Kind > model.Array {
				t.Errorf("%s: kind %d", f.Pos, typ.Kind)
			}
		}
	}
}
