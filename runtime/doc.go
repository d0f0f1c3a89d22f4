// Package noex is the runtime of stores that noexgen generates: typed buckets
// of records in memory, with indexes, queries, transactions, events, live
// queries and persistence. Programs use it through their generated package;
// what they name here are [Config], [Opt], [Event] and the errors.
//
// The data flows one way:
//
//	input ─▶ validate ─▶ commit ─▶ tables          (under one lock, microseconds)
//	                        │
//	                        ├─▶ log ─▶ handlers, watchers, live queries
//	                        ├─▶ open snapshots     (views, transactions)
//	                        └─▶ arm the persister ─▶ debounce ─▶ adapter
//
// A record in a table is immutable: an update puts a new one in its place. So
// readers copy what they need outside the lock, an event and a snapshot hold
// pointers, and nothing that user code does runs while the lock is held:
// validation, the function of Modify and of a transaction, handlers and
// adapters all work on their own.
//
// Generated code talks to the runtime through [Schema], [AddBucket], [Check],
// the field descriptors and the functions around [Member]; hand-written code
// has no need of them.
package noex
