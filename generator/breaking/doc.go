// Package breaking says what a change of a definition means: for records that
// are stored already, and for Go code that uses the generated package.
//
//	old, new model.Package ──Compare──▶ []Finding
//	                           │ buckets, indexes, fields, types
//	                           └ constraints: rules.Rule.Narrows, one a rule
//
// A constraint is compared by its own rule, so a new one needs nothing here.
// The runtime holds stored records against the definition when its fingerprint
// has changed, and does not open a bucket with records that do not fit; a
// finding of class [NeedsMigration] says that there can be some.
package breaking
