// Package inspect looks at what stores have saved, in a directory of JSON files
// or a SQLite database, without a program that was generated for it.
//
//	Open ──▶ Store ──Buckets──▶ what is there, and how well it is
//	           ├─────Each─────▶ records, filtered by Condition
//	           ├─────Verify───▶ damage; with a model.Package also what breaks it
//	           └─────Import───▶ the one that writes, and takes the lock
//
// Everything else only reads, through the read-only sides of the adapters, and
// disturbs no owner.
package inspect
