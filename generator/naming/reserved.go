package naming

import (
	"go/token"
	"go/types"
	"strings"
)

// taken are the names that generated code uses inside functions with
// parameters: its imports and its own variables. Single letters are taken too.
var taken = map[string]bool{
	"bytes": true, "cmp": true, "codec": true, "context": true, "errors": true, "fmt": true, "iter": true,
	"maps": true, "math": true, "noex": true, "regexp": true, "slices": true, "sort": true, "strconv": true,
	"strings": true, "sync": true, "time": true, "unicode": true, "utf8": true,
	"ctx": true, "err": true, "ok": true, "buf": true, "dst": true, "src": true, "in": true, "out": true,
	"rec": true, "opt": true, "opts": true, "tx": true, "store": true, "bucket": true, "init": true, "main": true,
}

// IsKeyword reports whether name is a keyword of Go.
func IsKeyword(name string) bool { return token.IsKeyword(name) }

// IsPredeclared reports whether Go declares name itself: string, len, nil.
func IsPredeclared(name string) bool { return types.Universe.Lookup(name) != nil }

// IsExported reports whether name is an exported Go identifier.
func IsExported(name string) bool { return token.IsIdentifier(name) && token.IsExported(name) }

// PackageProblem says why name cannot be the name of a Go package that others
// import, or "".
func PackageProblem(name string) string {
	switch {
	case IsKeyword(name):
		return "is a keyword of Go"
	case name == "_" || !token.IsIdentifier(name):
		return "is no Go identifier"
	case IsPredeclared(name):
		return "is a predeclared name of Go, which every importer would lose"
	case strings.HasSuffix(name, "_test"):
		return "ends in _test, which Go keeps for tests"
	case name == "documentation":
		return "is a name that the go command ignores"
	default:
		return ""
	}
}

// FileName is the file of a bucket. Its ending keeps the file from being
// bound to an operating system or to tests, whatever the bucket is called.
func FileName(bucket string) string { return bucket + "_noex.go" }
