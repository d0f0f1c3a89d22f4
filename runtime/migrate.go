package noex

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/noexgen/noexgen/runtime/codec"
)

// Migration turns the stored records of a bucket from one version of its
// definition into the next.
type Migration struct {
	// Bucket is the name of the bucket.
	Bucket string
	// Version is the `version` that the records have afterwards; before, they
	// have the one below it.
	Version int
	// Migrate changes one record, given under the names of the definition with
	// the members of its meta data. Numbers are float64, or int64 where that
	// would lose digits; dates are time.Time. It runs on several goroutines.
	Migrate func(record map[string]any) error
}

// migrationsFor returns the migrations that lead from one version of a bucket
// to another, in order. A version without one is an error.
func migrationsFor(all []Migration, bucket string, from, to int) ([]Migration, error) {
	var out []Migration
	for v := from + 1; v <= to; v++ {
		found := false
		for _, m := range all {
			if m.Bucket == bucket && m.Version == v {
				out, found = append(out, m), true
				break
			}
		}
		if !found {
			return nil, fmt.Errorf("no migration to version %d is registered in Config.Persistence.Migrations", v)
		}
	}
	return out, nil
}

// migrated returns the JSON of a stored record after migrations.
func migrated(value []byte, steps []Migration) ([]byte, error) {
	d := codec.NewDecoder(value)
	record := DecodeObject(d)
	if err := d.End(); err != nil {
		return nil, err
	}
	for _, m := range steps {
		if err := m.Migrate(record); err != nil {
			return nil, fmt.Errorf("migration to version %d: %w", m.Version, err)
		}
	}
	v, err := codec.NormalizeAny(record)
	if err != nil {
		return nil, fmt.Errorf("after its migration: %w", err)
	}
	return codec.AppendAny(nil, v, codec.Stored), nil
}

// SchemaError is returned by Open when stored records do not fit the
// definition. Nothing was changed.
type SchemaError struct {
	Bucket string
	// Stored is the version the records were stored with, Known that of the
	// definition.
	Stored, Known int
	// Problems says what does not fit, of the first records that do not.
	Problems []string
	// Count is the number of records that do not fit.
	Count int
}

const maxProblems = 20

func (e *SchemaError) add(problem string) {
	if e.Count++; len(e.Problems) < maxProblems {
		e.Problems = append(e.Problems, problem)
	}
}

// Error names the bucket, the records and what to do.
func (e *SchemaError) Error() string {
	more := ""
	if n := e.Count - len(e.Problems); n > 0 {
		more = fmt.Sprintf("; and %d more", n)
	}
	return fmt.Sprintf("bucket %s: stored records (version %d) do not fit the definition (version %d): %s%s: "+
		"raise the version of the bucket and register a migration, or take the change back",
		e.Bucket, e.Stored, e.Known, strings.Join(e.Problems, "; "), more)
}

// archive keeps the stored state of a bucket, which has the metadata given,
// under the key of its version, unless it is there already. Another state that
// is kept there stays: this one gets a key of its own then.
func archive(ctx context.Context, a StorageAdapter, key string, metadata Metadata) error {
	to := fmt.Sprintf("%s@v%d", key, max(metadata.SchemaVersion, 1))
	for n := 2; ; n++ {
		kept, found, err := a.Load(ctx, to)
		if err != nil || !found || kept.Metadata == metadata {
			if err == nil && !found {
				err = copyState(ctx, a, key, to)
			}
			if err != nil {
				err = fmt.Errorf("keeping the state before the migration as %s: %w", to, err)
			}
			return err
		}
		to = fmt.Sprintf("%s@v%d-%d", key, max(metadata.SchemaVersion, 1), n)
	}
}

func copyState(ctx context.Context, a StorageAdapter, from, to string) error {
	state, found, err := a.Load(ctx, from)
	if err == nil && !found {
		err = errors.New("it is no longer there")
	}
	if err != nil {
		return err
	}
	return a.Save(ctx, to, state)
}
