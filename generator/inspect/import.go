package inspect

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
)

// Import says what to add to a store.
type Import struct {
	// Package is the definition, and Bucket one of its buckets.
	Package *model.Package
	Bucket  string
	// Replace replaces records whose keys are stored; without it they are
	// errors.
	Replace bool
	// From is JSON Lines, a record a line as an export writes them. Meta data is
	// kept; a record without it counts as new.
	From io.Reader
	// Progress, if set, is told what has been done so far.
	Progress func(text string)
}

// ImportError lists what is wrong, by line. Nothing was imported.
type ImportError struct{ Problems []LineProblem }

// LineProblem is what is wrong with a line. Line 0 is for what was stored
// before.
type LineProblem struct {
	Line int
	Text string
}

// Error has a line for each problem.
func (e *ImportError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = fmt.Sprintf("line %d: %s", p.Line, p.Text)
	}
	return strings.Join(lines, "\n")
}

// maxImportErrors is how many problems are worth reading.
const maxImportErrors = 20

// Imported is what was imported.
type Imported struct {
	Records int
	// Notes are what is worth knowing of the lines.
	Notes []LineProblem
}

// Import adds records to a bucket: all, or none and an *ImportError. No other
// process may have the store, and the definition has to be of the version that
// is stored.
//
// Records wait in a temporary file until it is known that all are right; in
// memory are the keys and the values of unique indexes.
func (s *Store) Import(ctx context.Context, what Import) (done Imported, err error) {
	b := bucketOf(what.Package, what.Bucket)
	if b == nil {
		names := make([]string, len(what.Package.Buckets))
		for i, b := range what.Package.Buckets {
			names[i] = b.Name
		}
		return done, fmt.Errorf("the definition has no bucket %q%s; it has %s", what.Bucket, diag.DidYouMean(what.Bucket, names), diag.Words(names, "and"))
	}
	store, err := s.storeOf(ctx, what.Package)
	if err != nil {
		return done, err
	}
	spool, err := newSpool()
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, spool.close()) }()
	w, err := s.write()
	if err != nil {
		return done, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	im := &importer{
		Import: what, bucket: b, store: store, now: time.Now(), spool: spool,
		lines: make(map[string]int), stored: make(map[string]bool), uniques: newUniques(b), noted: make(map[string]bool),
	}
	if err := im.run(ctx, w, noex.StorageKey(store, b.Name)); err != nil {
		return done, err
	}
	return Imported{len(im.lines), im.notes}, nil
}

// importer holds what has to be known of records to judge the others.
type importer struct {
	Import
	bucket  *model.Bucket
	store   string
	now     time.Time
	spool   *spool          // the records that come in
	lines   map[string]int  // key → line
	stored  map[string]bool // keys of lines that are stored already
	uniques *uniques
	counter int64           // the highest number that came in
	noted   map[string]bool // members of records that the definition does not know
	notes   []LineProblem
	errs    ImportError
}

func (im *importer) run(ctx context.Context, w writer, key string) error {
	if err := im.read(ctx); err != nil {
		return err
	}
	state, stored, err := w.Load(ctx, key)
	if err != nil {
		return err
	}
	if stored {
		if err := im.existing(state); err != nil {
			return err
		}
	}
	if err := im.compare(); err != nil {
		return err
	}
	im.step("writing %d records", len(im.lines))
	switch {
	case !stored:
		return w.Save(ctx, key, im.state())
	case len(im.lines) == 0:
		return nil
	default:
		return w.SaveChanges(ctx, []noex.BucketChanges{im.changes(key, state)})
	}
}

func (im *importer) step(format string, args ...any) {
	if im.Progress != nil {
		im.Progress(fmt.Sprintf(format, args...))
	}
}

func (im *importer) wrong(line int, format string, args ...any) {
	im.errs.Problems = append(im.errs.Problems, LineProblem{line, fmt.Sprintf(format, args...)})
}

func (im *importer) enough() bool { return len(im.errs.Problems) >= maxImportErrors }

// failed is the error for what is wrong so far, or nil.
func (im *importer) failed() error {
	if len(im.errs.Problems) == 0 {
		return nil
	}
	slices.SortStableFunc(im.errs.Problems, func(a, b LineProblem) int { return cmp.Compare(a.Line, b.Line) })
	im.errs.Problems = im.errs.Problems[:min(maxImportErrors, len(im.errs.Problems))]
	return &im.errs
}

// existing holds what is stored against what comes in.
func (im *importer) existing(state noex.PersistedState) error {
	if v := max(state.Metadata.SchemaVersion, 1); v != im.bucket.Version {
		return fmt.Errorf("bucket %s is stored with version %d, and the definition has version %d; open it once with a program of the definition, which migrates it", im.bucket.Name, v, im.bucket.Version)
	}
	n := 0
	for rec, err := range state.Records {
		if err != nil {
			return err
		}
		if n++; n%1000 == 0 {
			im.step("comparing with what is stored, %d records", n)
		}
		if line, both := im.lines[string(rec.Key)]; both {
			im.stored[string(rec.Key)] = true
			if !im.Replace {
				im.wrong(line, "the key %s exists; --replace replaces it", rec.Key)
			}
			continue
		}
		if len(im.uniques.indexes) == 0 {
			continue
		}
		record, err := decode(rec.Value)
		if err != nil {
			return fmt.Errorf("stored record %s: %w", rec.Key, err)
		}
		for _, why := range im.uniques.add(string(rec.Key), record) {
			im.wrong(0, "stored record %s: %s", rec.Key, why)
		}
		if im.enough() {
			break
		}
	}
	return nil
}

// compare looks for unique values that come in and are taken.
func (im *importer) compare() error {
	if len(im.uniques.indexes) > 0 && !im.enough() {
		for rec, err := range im.spool.records() {
			if err != nil {
				return err
			}
			record, err := decode(rec.Value)
			if err != nil {
				return err
			}
			for _, why := range im.uniques.add(string(rec.Key), record) {
				im.wrong(im.lines[string(rec.Key)], "%s", why)
			}
			if im.enough() {
				break
			}
		}
	}
	return im.failed()
}

// changes are what came in, for a bucket that is stored. Its fingerprint stays:
// only records that came in were checked, so the program that opens it has to
// check the others if it would have had to before.
func (im *importer) changes(key string, old noex.PersistedState) noex.BucketChanges {
	metadata := old.Metadata
	metadata.PersistedAt = noex.MillisOf(im.now)
	metadata.SchemaVersion = im.bucket.Version
	return noex.BucketChanges{
		Key: key,
		Changes: func(yield func(noex.PersistedChange, error) bool) {
			for rec, err := range im.spool.records() {
				change := noex.PersistedChange{Type: noex.Inserted, Key: rec.Key, Value: rec.Value}
				if im.stored[string(rec.Key)] {
					change.Type = noex.Updated
				}
				if !yield(change, err) || err != nil {
					return
				}
			}
		},
		AutoincrementCounter: max(old.AutoincrementCounter, im.counter),
		Metadata:             metadata,
	}
}

// state is what came in, for a bucket that is not stored.
func (im *importer) state() noex.PersistedState {
	return noex.PersistedState{
		Records:              im.spool.records(),
		AutoincrementCounter: im.counter,
		Metadata: noex.Metadata{
			PersistedAt: noex.MillisOf(im.now), ServerID: im.store,
			SchemaVersion: im.bucket.Version, Fingerprint: im.bucket.Fingerprint,
		},
	}
}
