package noex

import (
	"context"
	"iter"
)

// StorageAdapter is what every storage backend implements. The store calls it
// from one goroutine at a time for one bucket, never while it holds a lock,
// and gives it the storage key "<store>:bucket:<bucket>".
//
// An adapter may also implement io.Closer (called once by Store.Close, after
// the last save; the next store may use the adapter again), [ChangeAdapter],
// [Quarantiner], [Describer], [Lister] and [Deleter].
type StorageAdapter interface {
	// Save replaces what is stored under key by state. After an error the
	// state stored before or the whole new one must be there.
	Save(ctx context.Context, key string, state PersistedState) error
	// Load returns what is stored under key, and false when there is nothing.
	// The records of the state are read before Load is called again, and may
	// report an error of their own.
	Load(ctx context.Context, key string) (PersistedState, bool, error)
}

// ChangeAdapter is an adapter that can store what changed without the rest.
type ChangeAdapter interface {
	StorageAdapter
	// SaveChanges applies the changes of all buckets as one atomic batch:
	// after a crash all or none of it is there. A bucket that was never saved
	// before is given to Save first.
	SaveChanges(ctx context.Context, changes []BucketChanges) error
}

// Quarantiner is an adapter that can set aside what could not be read, so that
// the next save does not destroy it. The store refuses to save such a bucket
// with an adapter that cannot.
type Quarantiner interface {
	// Quarantine moves what is stored under key out of the way, unchanged, and
	// returns where it is now. Nothing being stored under key is an error.
	Quarantine(ctx context.Context, key string) (name string, err error)
}

// Describer is an adapter that shows records to other programs by their fields,
// for example as a view with one column a field.
type Describer interface {
	// Describe tells the fields of the bucket that is stored under key. It is
	// called before the bucket is loaded, and stores nothing by itself.
	Describe(ctx context.Context, key string, fields []FieldInfo) error
}

// Lister is an adapter that can tell what it holds.
type Lister interface {
	// Keys returns all storage keys, sorted.
	Keys(ctx context.Context) ([]string, error)
}

// Deleter is an adapter that can forget a key.
type Deleter interface {
	// Delete removes what is stored under key. An unknown key is no error.
	Delete(ctx context.Context, key string) error
}

// PersistedState is the full state of one bucket at one revision, as a stream,
// so that neither side ever builds a second copy of a bucket.
type PersistedState struct {
	// Records yields the records in bucket order. It can be walked once. A
	// non-nil error ends it and makes the state unusable.
	Records iter.Seq2[PersistedRecord, error]
	// Split cuts the records of a state that was loaded into n parts or fewer,
	// which together, in order, are Records, and may be walked at the same time,
	// each once, in place of Records. It is nil where that cannot be done.
	Split func(n int) []iter.Seq2[PersistedRecord, error]
	// AutoincrementCounter is the highest number given out so far.
	AutoincrementCounter int64
	// Metadata describes the state.
	Metadata Metadata
}

// PersistedRecord is a record in its stored form.
type PersistedRecord struct {
	// Key is the primary key as JSON: a string or a number.
	Key []byte
	// Value is the record as a JSON object. In a state that is being saved Key
	// and Value are valid only until the next record is asked for; in one that
	// was loaded they stay valid, and neither may be changed.
	Value []byte
}

// Metadata describes a persisted state. The first three members are those of
// the original system; the others are left out where they are zero.
type Metadata struct {
	// PersistedAt is the time of the save.
	PersistedAt Millis `json:"persistedAt"`
	// ServerID is the name of the store.
	ServerID string `json:"serverId"`
	// SchemaVersion is the `version` of the bucket's definition.
	SchemaVersion int `json:"schemaVersion"`
	// Fingerprint identifies the schema the records were written with.
	Fingerprint string `json:"fingerprint,omitzero"`
	// Revision is the revision of the store the state stands for.
	Revision uint64 `json:"revision,omitzero"`
}

// BucketChanges is what changed in one bucket since its last save, in net
// effect, to be applied in the order given.
type BucketChanges struct {
	// Key is the storage key of the bucket.
	Key string
	// Changes yields the changes. It can be walked once; a non-nil error ends
	// it and makes the batch unusable.
	Changes iter.Seq2[PersistedChange, error]
	// AutoincrementCounter and Metadata replace those stored before.
	AutoincrementCounter int64
	Metadata             Metadata
}

// PersistedChange is one change of a record in its stored form.
type PersistedChange struct {
	// Type says what to do: [Inserted] puts the record at the end of the
	// bucket, taking away one of the same key that was stored before;
	// [Updated] replaces it where it stands, or puts it at the end if it is not
	// there; [Deleted] removes it.
	Type EventType
	// Key is the primary key as JSON, Value the record as a JSON object (nil
	// when deleted). Both are valid only until the next change is asked for.
	Key, Value []byte
}

// StorageKey returns the key under which a bucket of a store is stored:
// "<store>:bucket:<bucket>".
func StorageKey(store, bucket string) string { return store + ":bucket:" + bucket }
