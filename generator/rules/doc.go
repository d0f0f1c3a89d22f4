// Package rules is the registry of field keys: one [Rule] for each key that a
// field definition may have. A rule owns its name, its documentation, the
// types and places it applies to, the check of its argument, the check of a
// value against it, and its JSON Schema. A new constraint is a new Rule in
// the file of its family, and a line in All.
//
//	source.Field ──Read──▶ Set ──Violations──▶ is a default, an enum value allowed?
//	                │       └───Shape────────▶ what of it concerns stored data
//	            diag.List
//
// A rule sees one field. What needs the whole definition (whether a ref names
// a bucket, whether two Go names collide) is the business of package model.
package rules
