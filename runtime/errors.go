package noex

import (
	"errors"
	"fmt"
	"strings"
)

// Errors to be tested for with errors.Is.
var (
	// ErrNotFound is returned for a key that no record has.
	ErrNotFound = errors.New("record not found")
	// ErrClosed is returned by every write, Flush and subscription once the
	// store is closed.
	ErrClosed = errors.New("store is closed")
	// ErrConflict is matched by every [*ConflictError].
	ErrConflict = errors.New("transaction conflict")
	// ErrLocked is matched by every [*LockedError].
	ErrLocked = errors.New("storage is locked by another process")
	// ErrCorrupt is matched by every [*CorruptError].
	ErrCorrupt = errors.New("stored data is damaged")
	// ErrTxDone is returned by a handle that is used after its transaction or
	// view has ended.
	ErrTxDone = errors.New("transaction has ended")
)

// Codes of an [Issue].
const (
	CodeRequired  = "required"
	CodeType      = "type"
	CodeEnum      = "enum"
	CodeMin       = "min"
	CodeMax       = "max"
	CodeMinLength = "minLength"
	CodeMaxLength = "maxLength"
	CodePattern   = "pattern"
	CodeFormat    = "format"
	CodeImmutable = "immutable"
	CodeUnknown   = "unknown"
)

// Issue is one rule that a record breaks.
type Issue struct {
	// Field is the path of the field as in the definition, "address.city" or
	// "tags[2]" for a nested one.
	Field string `json:"field"`
	// Code is the name of the rule, one of the Code constants.
	Code string `json:"code"`
	// Message says what is wrong and what would be right, in English.
	Message string `json:"message"`
}

// ValidationError lists every rule that a record breaks, in schema order.
type ValidationError struct {
	Bucket string
	Issues []Issue
}

// Error names the bucket and every issue.
func (e *ValidationError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "bucket %s: invalid record: ", e.Bucket)
	for i, is := range e.Issues {
		if i > 0 {
			b.WriteString("; ")
		}
		if is.Field != "" {
			b.WriteString(is.Field)
			b.WriteByte(' ')
		}
		b.WriteString(is.Message)
	}
	return b.String()
}

// UniqueError is returned for a value of a unique index that another record
// has already.
type UniqueError struct {
	Bucket string
	// Field is the name of the field, or of the index if it has several.
	Field string
	Value any
}

// Error names the bucket, the field and the value.
func (e *UniqueError) Error() string {
	return fmt.Sprintf("bucket %s: %s %#v is taken by another record", e.Bucket, e.Field, e.Value)
}

// DuplicateKeyError is returned by an insert whose primary key exists.
type DuplicateKeyError struct {
	Bucket string
	Key    any
}

// Error names the bucket and the key.
func (e *DuplicateKeyError) Error() string {
	return fmt.Sprintf("bucket %s: a record with key %#v exists", e.Bucket, e.Key)
}

// NotFoundError is returned for a key that no record has. It matches
// [ErrNotFound].
type NotFoundError struct {
	Bucket string
	Key    any
}

// Error names the bucket and the key.
func (e *NotFoundError) Error() string {
	return fmt.Sprintf("bucket %s: record %#v not found", e.Bucket, e.Key)
}

// Is reports whether target is ErrNotFound.
func (e *NotFoundError) Is(target error) bool { return target == ErrNotFound }

// ConflictError is returned by a commit when something the transaction read
// was changed by another commit. It matches [ErrConflict].
type ConflictError struct {
	Bucket string
	// Key is the primary key of the record, or nil when it was a range of an
	// index that changed.
	Key any
}

// Error names the bucket and the key.
func (e *ConflictError) Error() string {
	if e.Key == nil {
		return fmt.Sprintf("bucket %s: what the transaction read was changed by another commit", e.Bucket)
	}
	return fmt.Sprintf("bucket %s: record %#v was changed by another commit", e.Bucket, e.Key)
}

// Is reports whether target is ErrConflict.
func (e *ConflictError) Is(target error) bool { return target == ErrConflict }

// LockedError is returned by an adapter whose directory or database another
// process, or another adapter of this one, has open. It matches [ErrLocked].
type LockedError struct {
	// Path is the directory or database file.
	Path string
	// PID is the process id of the holder, or 0 when it is not known.
	PID int
}

// Error names the path and the holder.
func (e *LockedError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("%s is locked by another process", e.Path)
	}
	return fmt.Sprintf("%s is locked by process %d", e.Path, e.PID)
}

// Is reports whether target is ErrLocked.
func (e *LockedError) Is(target error) bool { return target == ErrLocked }

// CorruptError says that stored data cannot be what was written. It matches
// [ErrCorrupt].
type CorruptError struct {
	// Path is the file, or the storage key where there is none.
	Path string
	// Err says what is wrong and where.
	Err error
}

// Error names the path and the damage.
func (e *CorruptError) Error() string { return fmt.Sprintf("%s is damaged: %v", e.Path, e.Err) }

// Is reports whether target is ErrCorrupt.
func (e *CorruptError) Is(target error) bool { return target == ErrCorrupt }

// Unwrap returns what is wrong.
func (e *CorruptError) Unwrap() error { return e.Err }

// PersistenceError is what OnError, Flush and Close report when a bucket could
// not be loaded or saved.
type PersistenceError struct {
	// Op is "load", "migrate", "save", "quarantine" or "close".
	Op string
	// Bucket is the name of the bucket, or empty for the adapter as a whole.
	Bucket string
	// Err is the error of the adapter.
	Err error
}

// Error names the operation, the bucket and the cause.
func (e *PersistenceError) Error() string {
	if e.Bucket == "" {
		return fmt.Sprintf("persistence: %s: %v", e.Op, e.Err)
	}
	return fmt.Sprintf("persistence: %s of bucket %s: %v", e.Op, e.Bucket, e.Err)
}

// Unwrap returns the error of the adapter.
func (e *PersistenceError) Unwrap() error { return e.Err }

// NotSavingError is returned by writes while saves fail, with
// PersistenceConfig.RejectWritesWhenFailing.
type NotSavingError struct {
	// Err is the error of the last save.
	Err error
}

// Error says that the write was refused, and why.
func (e *NotSavingError) Error() string { return "write refused while saving fails: " + e.Err.Error() }

// Unwrap returns the error of the last save.
func (e *NotSavingError) Unwrap() error { return e.Err }
