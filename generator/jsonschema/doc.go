// Package jsonschema writes the JSON Schema (draft 2020-12) of a definition
// file, with which editors complete, explain and check what is typed.
//
//	source.TopKeys, BucketKeys, IndexKeys ─┐
//	rules.All ─────────────────────────────┴─▶ Definition ──▶ noex.schema.json
//
// It knows no key itself: what a key takes, where it may stand and what it
// means is said once, by the checker's own tables. What no schema can say
// (whether a name leads somewhere, whether two keys contradict) is listed in
// the tests, which hold schema and checker against each other.
package jsonschema
