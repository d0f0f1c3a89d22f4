package emit

import (
	"errors"
	"runtime"
	"sync"

	"github.com/dave/jennifer/jen"

	"github.com/noexgen/noexgen/generator/model"
)

// Options are what the output depends on beside the model.
type Options struct {
	// Version is the version of noexgen in the header, as "0.1.0".
	Version string
}

// File is one generated file.
type File struct {
	// Name is the file's name, without a directory.
	Name string
	// Content is formatted Go source.
	Content []byte
}

// StoreFile is the name of the file that holds the store. The files of buckets
// have the names that the model gives them.
const StoreFile = "noex.go"

// Package returns the files of a package: the store, then the buckets in the
// order of the model. Its error is why files could not be made, joined.
func Package(p *model.Package, opt Options) ([]File, error) {
	scope := newScope(p)
	help := helpers{appendSet: scope.take("appendSet")}
	buckets := make([]*bucket, len(p.Buckets))
	for i, m := range p.Buckets {
		buckets[i] = newBucket(m, scope, help)
	}
	jobs := []func() (File, error){func() (File, error) {
		return render(StoreFile, p.Name, opt, packageDoc(p), storeFile(p, buckets, help))
	}}
	for _, b := range buckets {
		jobs = append(jobs, func() (File, error) {
			return render(b.File, p.Name, opt, "", bucketFile(b))
		})
	}
	return run(jobs)
}

// run does the jobs in parallel and returns their files in order.
func run(jobs []func() (File, error)) ([]File, error) {
	files, errs := make([]File, len(jobs)), make([]error, len(jobs))
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(len(jobs), runtime.GOMAXPROCS(0)) {
		workers.Go(func() {
			for i := range next {
				files[i], errs[i] = jobs[i]()
			}
		})
	}
	for i := range jobs {
		next <- i
	}
	close(next)
	workers.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	return files, nil
}

// bucketFile is everything that is generated for one bucket, from what a user
// of the package looks for to what only the runtime calls.
func bucketFile(b *bucket) []jen.Code {
	decls := []jen.Code{recordType(b)}
	for _, s := range b.Structs {
		decls = append(decls, structType(b, s))
	}
	for _, e := range b.Enums {
		decls = append(decls, enumType(b, e)...)
	}
	decls = append(decls, inputType(b), patchType(b), fieldsVar(b))
	decls = append(decls, vars(b)...)
	decls = append(decls, accessors(b)...)
	decls = append(decls, schemaVar(b), newFunc(b), patchFunc(b))
	decls = append(decls, checkFuncs(b)...)
	decls = append(decls, guardFunc(b))
	decls = append(decls, equalFuncs(b)...)
	decls = append(decls, cloneFuncs(b)...)
	decls = append(decls, appendFuncs(b)...)
	decls = append(decls, decodeFuncs(b)...)
	decls = append(decls, recordJSON(b)...)
	for _, s := range b.Structs {
		decls = append(decls, structJSON(b, s)...)
	}
	decls = append(decls, inputJSON(b)...)
	return append(decls, patchJSON(b)...)
}
