package inspect

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
)

// Store is what is stored in a directory or a database.
type Store struct {
	Path   string
	reader reader
	write  func() (writer, error)
}

// reader is the read-only side of an adapter.
type reader interface {
	Keys(ctx context.Context) ([]string, error)
	Load(ctx context.Context, key string) (noex.PersistedState, bool, error)
	// Check verifies the checksums of a file, and reports false for one that
	// has none.
	Check(ctx context.Context, name string) (checked bool, err error)
}

// writer is an adapter that owns what it writes to.
type writer interface {
	noex.ChangeAdapter
	io.Closer
}

// Open opens a directory of JSON files, or a SQLite database, for reading. The
// caller has to Close it.
func Open(ctx context.Context, path string) (*Store, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	s := &Store{Path: path}
	if info.IsDir() {
		s.reader, err = file.OpenReadOnly(path)
		s.write = func() (writer, error) { return file.New(path), nil }
	} else {
		s.reader, s.write, err = openSQLite(ctx, path)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends the reading.
func (s *Store) Close() error {
	if c, ok := s.reader.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Keys returns the keys that are stored, sorted, or those of the buckets named.
func (s *Store) Keys(ctx context.Context, only []string) ([]string, error) {
	if len(only) == 0 {
		return s.reader.Keys(ctx)
	}
	var keys []string
	for _, name := range only {
		key, err := s.Resolve(ctx, name)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// Resolve returns the key of a bucket by its name, or by its whole key where
// several stores share the place.
func (s *Store) Resolve(ctx context.Context, name string) (key string, err error) {
	keys, err := s.reader.Keys(ctx)
	if err != nil {
		return "", err
	}
	var found []string
	for _, k := range keys {
		if _, bucket := SplitKey(k); bucket == name || k == name {
			found = append(found, k)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return "", &UnknownBucketError{Name: name, Known: keys}
	default:
		return "", fmt.Errorf("several stores have a bucket %s; name one of %s", name, strings.Join(found, ", "))
	}
}

// storeOf returns the name under which a package's store is stored: its own, or
// that of the only store there is, since a program can give it another.
func (s *Store) storeOf(ctx context.Context, p *model.Package) (string, error) {
	keys, err := s.reader.Keys(ctx)
	if err != nil {
		return "", err
	}
	var stores []string
	for _, key := range keys {
		if store, _ := SplitKey(key); !slices.Contains(stores, store) {
			stores = append(stores, store)
		}
	}
	switch {
	case len(stores) == 0 || slices.Contains(stores, p.Store):
		return p.Store, nil
	case len(stores) == 1:
		return stores[0], nil
	default:
		return "", fmt.Errorf("the definition is of store %s, and stored here are %s; write store: and one of them in the definition", p.Store, diag.Words(stores, "and"))
	}
}

// UnknownBucketError says that a bucket is not stored.
type UnknownBucketError struct {
	Name  string
	Known []string // keys
}

// Error names the buckets there are.
func (e *UnknownBucketError) Error() string {
	if len(e.Known) == 0 {
		return fmt.Sprintf("there is no bucket %q; nothing is stored here", e.Name)
	}
	names := make([]string, len(e.Known))
	for i, k := range e.Known {
		_, names[i] = SplitKey(k)
	}
	return fmt.Sprintf("there is no bucket %q%s; there are %s", e.Name, diag.DidYouMean(e.Name, names), strings.Join(names, ", "))
}

// SplitKey divides a storage key into store and bucket.
func SplitKey(key string) (store, bucket string) {
	store, bucket, ok := strings.Cut(key, ":bucket:")
	if !ok {
		return "", key
	}
	return store, bucket
}

// Bucket is what is stored of a bucket.
type Bucket struct {
	Key, Store, Name string
	Records          int
	Bytes            int64 // of the records as JSON
	Counter          int64
	Metadata         noex.Metadata
	// Err is why it cannot be read, or not to its end.
	Err error
}

// Buckets reads everything that is stored and says what it is. What cannot be
// read has its error; the error returned is one of the whole.
func (s *Store) Buckets(ctx context.Context, progress func(string)) ([]Bucket, error) {
	keys, err := s.reader.Keys(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Bucket, 0, len(keys))
	for _, key := range keys {
		b := Bucket{Key: key}
		b.Store, b.Name = SplitKey(key)
		b.Err = s.read(ctx, key, &b, func(n int, rec noex.PersistedRecord) (bool, error) {
			if progress != nil && n%1000 == 0 {
				progress(fmt.Sprintf("reading %s, %d records", b.Name, n))
			}
			b.Records++
			b.Bytes += int64(len(rec.Value))
			return true, nil
		})
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		out = append(out, b)
	}
	return out, nil
}

// read calls f for each record of a bucket, until it says false, and notes in b
// what is known of the whole.
func (s *Store) read(ctx context.Context, key string, b *Bucket, f func(n int, rec noex.PersistedRecord) (bool, error)) error {
	state, ok, err := s.reader.Load(ctx, key)
	if err == nil && !ok {
		err = &UnknownBucketError{Name: key}
	}
	if err != nil {
		return err
	}
	b.Counter, b.Metadata = state.AutoincrementCounter, state.Metadata
	n := 0
	for rec, err := range state.Records {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		more, err := f(n, rec)
		if err != nil || !more {
			return err
		}
		n++
	}
	return nil
}

// Each calls f for the records of a bucket that meet all conditions, until it
// returns an error.
func (s *Store) Each(ctx context.Context, key string, where *Where, progress func(string), f func(key, value []byte) error) error {
	var b Bucket
	return s.read(ctx, key, &b, func(n int, rec noex.PersistedRecord) (bool, error) {
		if progress != nil && n%1000 == 0 {
			progress(fmt.Sprintf("reading %s, %d records", key, n))
		}
		ok, err := where.matches(rec.Value)
		if err != nil {
			return false, fmt.Errorf("record %s: %w", rec.Key, err)
		}
		if ok {
			err = f(rec.Key, rec.Value)
		}
		return true, err
	})
}
