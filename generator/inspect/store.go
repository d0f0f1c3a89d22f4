package inspect

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
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
}

// writer is an adapter that owns what it writes to.
type writer interface {
	noex.StorageAdapter
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
func (s *Store) Each(ctx context.Context, key string, where []Condition, f func(key, value []byte) error) error {
	var b Bucket
	return s.read(ctx, key, &b, func(_ int, rec noex.PersistedRecord) (bool, error) {
		ok, err := matches(rec.Value, where)
		if err != nil {
			return false, fmt.Errorf("record %s: %w", rec.Key, err)
		}
		if ok {
			err = f(rec.Key, rec.Value)
		}
		return true, err
	})
}

// File is a file of a store.
type File struct {
	Name string
	Size int64
	Note string // what it is
}

// Files lists the files of a store with what they are.
func (s *Store) Files() ([]File, error) {
	info, err := os.Stat(s.Path)
	if err != nil {
		return nil, err
	}
	dir := s.Path
	if !info.IsDir() {
		dir = filepath.Dir(s.Path)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var out []File
	for _, e := range entries {
		if !info.IsDir() && !slices.Contains([]string{"", "-wal", "-shm", ".lock"}, strings.TrimPrefix(e.Name(), filepath.Base(s.Path))) {
			continue
		}
		f := File{Name: e.Name(), Note: note(e.Name())}
		if info, err := e.Info(); err == nil {
			f.Size = info.Size()
		}
		if f.Note == lockNote {
			if text, err := os.ReadFile(filepath.Join(dir, e.Name())); err == nil && len(text) > 0 {
				f.Note = "lock, held by process " + strings.Join(strings.Fields(string(text)), " on ")
			}
		}
		out = append(out, f)
	}
	return out, nil
}

const lockNote = "lock, free"

// note says what a file is, by its name.
func note(name string) string {
	switch {
	case name == "LOCK" || strings.HasSuffix(name, ".lock"):
		return lockNote
	case strings.Contains(name, ".corrupt-"):
		return "could not be read, and was set aside"
	case strings.Contains(name, ".new-"):
		return "a save that did not end, or has not yet"
	case strings.HasSuffix(name, ".prev"):
		return "the state before the last save"
	case strings.HasSuffix(name, "-wal"):
		return "changes that are not in the database file yet"
	case strings.HasSuffix(name, "-shm"):
		return "index of the changes"
	case strings.HasSuffix(name, ".json"):
		return "a bucket"
	case strings.HasPrefix(name, "JOURNAL."):
		return "changes that are not in the files yet"
	default:
		return ""
	}
}
