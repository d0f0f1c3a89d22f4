package model

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/source"
)

// Options are what a definition does not say itself.
type Options struct {
	// Package is the package name of a definition without `package`: the name
	// of the output directory.
	Package string
}

// Load reads definition files and builds their model. The list is sorted; it
// may hold warnings beside a Package, and holds errors where that is nil.
func Load(files []source.File, opts Options) (*Package, diag.List) {
	def, diags := source.Parse(files)
	pkg, more := Build(def, opts)
	diags = append(diags, more...).Sorted()
	if diags.HasErrors() {
		return nil, diags
	}
	return pkg, diags
}

// Build resolves a definition. The Package is nil if the list has errors, or
// if the definition is broken already.
func Build(def *source.Definition, opts Options) (*Package, diag.List) {
	var diags diag.List
	b := &builder{def: def, diags: &diags, clashed: make(map[diag.Pos]bool)}
	b.namer = b.newNamer()
	pkg := &Package{Files: def.Files, Name: b.packageName(opts)}
	pkg.Store = b.storeName(pkg.Name)
	for _, src := range def.Buckets {
		pkg.Buckets = append(pkg.Buckets, b.bucket(src))
	}
	b.checkRefs(pkg)
	b.checkNames(pkg)
	if def.Broken || diags.HasErrors() {
		return nil, diags
	}
	for _, bucket := range pkg.Buckets {
		bucket.Fingerprint = b.fingerprint(bucket)
	}
	return pkg, diags
}

// builder holds what the steps of Build share.
type builder struct {
	def   *source.Definition
	diags *diag.List
	namer *naming.Namer
	refs  []reference

	clashed map[diag.Pos]bool // places whose name has been reported
}

// reference is a `ref` whose bucket is looked up when all are known.
type reference struct {
	arg *source.Node
	typ *Type
}

var initialism = regexp.MustCompile(`^[A-Z][A-Za-z0-9]*$`)

func (b *builder) newNamer() *naming.Namer {
	var extra []string
	for _, n := range b.def.Initialisms {
		text, ok := n.AsText("an initialism", b.diags)
		switch {
		case !ok:
		case !initialism.MatchString(text):
			b.diags.Errorf(diag.BadName, n.Pos, "the initialism %q must begin with a capital and have only letters and digits, as ISBN", text)
		default:
			extra = append(extra, text)
		}
	}
	return naming.New(extra...)
}

func (b *builder) packageName(opts Options) string {
	n := b.def.Package
	if n == nil {
		b.defaultPackage(opts.Package)
		return opts.Package
	}
	name, ok := n.AsText("package", b.diags)
	if !ok {
		return ""
	}
	if why := naming.PackageProblem(name); why != "" {
		b.diags.Errorf(diag.BadGoName, n.Pos, "the package name %q %s; choose another", name, why)
	}
	return name
}

// defaultPackage checks the name that was not written. Where nothing could be
// read, the missing name may stand in what was not.
func (b *builder) defaultPackage(name string) {
	if b.def.Incomplete || len(b.def.Files) == 0 {
		return
	}
	start := diag.Pos{File: b.def.Files[0], Line: 1, Col: 1}
	if name == "" {
		b.diags.Errorf(diag.Missing, start, "there is no package name; write package: and the name of the Go package")
	} else if why := naming.PackageProblem(name); why != "" {
		b.diags.Errorf(diag.Missing, start, "the output directory's name %q %s and cannot name the package; write package: and a name", name, why)
	}
}

func (b *builder) storeName(pkg string) string {
	n := b.def.Store
	if n == nil {
		return pkg
	}
	name, ok := n.AsText("store", b.diags)
	if ok {
		b.checkName("store name", name, n.Pos)
	}
	return name
}

const maxName = 100 // characters; names become parts of file names

var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]*$`)

// reserved are names that would be misread in stored records.
var reserved = map[string]string{
	"_version":      "every record has its version there",
	"_createdAt":    "every record has the time it was created there",
	"_updatedAt":    "every record has the time of its last change there",
	"_expiresAt":    "every record has the time it expires there",
	"__noex_type__": "files of the original mark typed values with it",
	"__proto__":     "JavaScript gives it a meaning of its own",
}

// checkName reports a name that cannot be part of a storage key, an event
// pattern and a file name. It suggests the nearest one that can.
func (b *builder) checkName(what, name string, pos diag.Pos) bool {
	if plainName.MatchString(name) && len(name) <= maxName {
		return true
	}
	b.clashed[pos] = true // what follows from a bad name is not worth a message
	if why := reserved[name]; why != "" {
		b.diags.Errorf(diag.ReservedName, pos, "the name %q is reserved: %s", name, why)
		return false
	}
	if utf8.RuneCountInString(name) > maxName {
		b.diags.Errorf(diag.BadName, pos, "the %s is longer than %d characters", what, maxName)
		return false
	}
	hint := ""
	better := strings.Map(func(r rune) rune {
		if r >= utf8.RuneSelf || plainName.MatchString("a"+string(r)) {
			return r
		}
		return '_'
	}, name)
	if better = strings.Trim(better, "_"); plainName.MatchString(better) {
		hint = diag.Suggestion(better)
	}
	b.diags.Errorf(diag.BadName, pos, "the %s %q must begin with a letter (a-z) and have only letters, digits, _ and -%s", what, name, hint)
	return false
}

// goName reads a Go name that the definition chose itself. What is wrong is
// reported, and fallback taken, so that it is reported once.
func (b *builder) goName(key string, n *source.Node, fallback string) string {
	if n == nil {
		return fallback
	}
	name, ok := n.AsText(key, b.diags)
	if !ok {
		return fallback
	}
	if !naming.IsExported(name) {
		hint := ""
		if better := b.namer.Exported(name); naming.IsExported(better) {
			hint = diag.Suggestion(better)
		}
		b.diags.Errorf(diag.BadGoName, n.Pos, "%s: %q is no exported Go name: a capital, then letters, digits and _%s", key, name, hint)
		return fallback
	}
	return name
}

// checkRefs reports references to buckets that do not exist, or whose key has
// another type.
func (b *builder) checkRefs(pkg *Package) {
	buckets := make(map[string]*Bucket, len(pkg.Buckets))
	names := make([]string, 0, len(pkg.Buckets))
	for _, bucket := range pkg.Buckets {
		buckets[bucket.Name] = bucket
		names = append(names, bucket.Name)
	}
	for _, ref := range b.refs {
		target := buckets[ref.typ.Ref]
		switch {
		case target == nil && b.def.Incomplete:
		case target == nil:
			b.leadsNowhere(ref.arg.Pos, "ref names no bucket", ref.typ.Ref, "buckets", names)
		case target.Key == nil || target.Key.Type.Kind == 0 || ref.typ.Kind == 0:
		case (target.Key.Type.Kind == String) != (ref.typ.Kind == String):
			b.diags.Errorf(diag.Contradicts, ref.arg.Pos, "ref: the key of %q is of type %s, and this field is of type %s; give both the same type", target.Name, target.Key.Type.Kind, ref.typ.Kind)
		}
	}
}
