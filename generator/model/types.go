package model

import (
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/rules"
)

// Package is one generated Go package: one store and its buckets.
type Package struct {
	Name    string    // Go package name
	Store   string    // store name, the first part of every storage key
	Files   []string  // definition files, in the order they were read
	Buckets []*Bucket // in source order
}

// Bucket is one bucket with every Go name resolved. The names of the types
// that belong to its record come from its methods (see names.go).
type Bucket struct {
	Name   string // as in the definition: "users"
	GoName string // field of Store, Tx and View: "Users"
	Record string // Go type of a record: "User"
	File   string // output file: "users_noex.go"
	Doc    string // as written; "" leaves the sentence to the emitter

	Key     *Field   // one of Fields
	Fields  []*Field // in source order
	Indexes []*Index // as listed, then those that only `unique: true` asks for
	Enums   []*Enum  // every enum type of the record, nested ones too, in source order
	Structs []*Struct

	Ordered    bool          // ordered_set: in key order; else in insertion order
	Persistent bool          // false keeps the bucket out of persistence
	TTL        time.Duration // 0: none
	MaxSize    int           // 0: none
	Version    int           // at least 1

	// Fingerprint names the shape of stored data: names, types and
	// constraints, not docs, Go names, defaults or field order.
	Fingerprint string

	Pos diag.Pos // of the bucket's name
}

// Field is one field of a record or of a nested struct. In a nested struct
// Key, Unique, Immutable, Generated and Default are never set.
type Field struct {
	Name       string // in JSON: "homeUrl"
	GoName     string // "HomeURL"
	Param      string // safe as a Go parameter name: "homeURL"
	Doc        string
	Deprecated string // "" or why

	Type *Type

	Key       bool
	Required  bool      // as written, or because it is a key that nothing fills
	Generated Generated // "" or who fills it
	Default   any       // nil: none. string, int64, float64, bool, time.Time, []any or map[string]any, as Type says
	Unique    bool      // it has a unique Index
	Immutable bool

	// What follows from the above, so that no emitter derives it twice.
	Optional      bool // the record holds a noex.Opt[T]: nothing makes sure of a value
	OptionalInput bool // the input holds a noex.Opt[T]: it need not be given
	Patchable     bool // it stands in the patch: not the key, generated or immutable
	ZeroIsMissing bool // required, and Go's zero value means it was not given

	Pos diag.Pos // of the field's name
}

// Type is the type of a value, of a field or of an array's elements, with the
// constraints on the value itself.
type Type struct {
	Kind   Kind
	Enum   *Enum   // String or Integer with a named type
	Struct *Struct // Object with `fields`; nil: map[string]any
	Elem   *Type   // Array with `items`; nil: []any

	Min, Max             any  // nil, or int64 for Integer, float64 for Number
	MinLength, MaxLength *int // String, Array
	Pattern              string
	Format               string // "" or one of rules.Formats
	Ref                  string // "" or the name of a bucket

	// Rules is what the definition says of the type, for those who compare or
	// document definitions.
	Rules *rules.Set
}

// Kind is the type of a value. A `number` that is generated counts as an
// Integer, as it does in Go.
type Kind uint8

// The kinds and their Go types.
const (
	String  Kind = iota + 1 // string
	Number                  // float64
	Integer                 // int64
	Boolean                 // bool
	Date                    // time.Time
	Object                  // map[string]any, or a struct
	Array                   // []any, or []T
)

// Generated says what fills a field that is not given.
type Generated string

// The ways to generate a value.
const (
	UUID          Generated = "uuid"
	CUID          Generated = "cuid"
	Autoincrement Generated = "autoincrement"
	Timestamp     Generated = "timestamp"
)

// Struct is the Go struct of an object with `fields`.
type Struct struct {
	GoName string // "UserAddress"
	Doc    string
	Path   string // "address", "lines[]" or "address.geo": where it stands in the record
	Fields []*Field
	Pos    diag.Pos
}

// Enum is a named Go type with constants.
type Enum struct {
	GoName string // "UserRole"
	Base   Kind   // String or Integer
	Doc    string
	Path   string
	Values []EnumValue
	Pos    diag.Pos
}

// EnumValue is one constant of an enum.
type EnumValue struct {
	GoName string // "UserRoleAdmin"
	Value  any    // string or int64, as Enum.Base says
	Doc    string
	Pos    diag.Pos
}

// Index is one index of a bucket.
type Index struct {
	Name    string // "email", "tier_name" or the name given
	Method  string // "ByEmail", "ByTierAndName"
	Fields  []*Field
	Unique  bool
	Ordered bool
	Pos     diag.Pos
}
