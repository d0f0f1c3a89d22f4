// Package source reads definition files: YAML bytes become a [Definition] in
// which every part knows its place. It is the only package that knows YAML,
// and the only importer of yaml.v3.
//
//	[]File ──parse──▶ yaml.Node ──convert──▶ Node ──define──▶ Definition
//	         syntax      aliases, limits,      shape, unknown
//	                     duplicate keys        keys, two files
//
// What a part means is not decided here: a type may be unknown and a default
// of the wrong type, that is for the packages rules and model to say.
package source
