package inspect

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/codec"
)

// ImportError lists the lines that are wrong. Nothing was imported.
type ImportError struct{ Lines []string }

// Error has a line for each.
func (e *ImportError) Error() string { return strings.Join(e.Lines, "\n") }

// maxImportErrors is how many wrong lines are worth reading.
const maxImportErrors = 20

// Import adds records to a bucket of p from JSON Lines, a record a line as an
// export writes them: all, or none and an *ImportError. A key that is stored
// already is an error unless replace is set. Meta data is kept; a record without
// it counts as new. No other process may have the store, and the definition has
// to be of the version that is stored.
func (s *Store) Import(ctx context.Context, p *model.Package, bucket string, replace bool, r io.Reader) (n int, err error) {
	b := bucketOf(p, bucket)
	if b == nil {
		return 0, fmt.Errorf("the definition has no bucket %q", bucket)
	}
	w, err := s.write()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, w.Close()) }()
	im := &importer{bucket: b, replace: replace, at: make(map[string]int), now: time.Now()}
	key := noex.StorageKey(p.Store, bucket)
	state, stored, err := w.Load(ctx, key)
	if err != nil {
		return 0, err
	}
	if stored {
		if err := im.existing(state); err != nil {
			return 0, err
		}
	}
	if n, err = im.lines(ctx, r); err != nil {
		return 0, err
	}
	if err := im.check(); err != nil {
		return 0, err
	}
	return n, w.Save(ctx, key, im.state(p.Store, state))
}

// importer holds a whole bucket while records are added to it.
type importer struct {
	bucket  *model.Bucket
	replace bool
	now     time.Time
	records []noex.PersistedRecord
	lineOf  []int          // by record: where it comes from, 0 for stored ones
	at      map[string]int // key → index in records
	errs    ImportError
}

func (im *importer) existing(state noex.PersistedState) error {
	if v := max(state.Metadata.SchemaVersion, 1); v != im.bucket.Version {
		return fmt.Errorf("bucket %s is stored with version %d, and the definition has version %d; open it once with a program of the definition, which migrates it", im.bucket.Name, v, im.bucket.Version)
	}
	for rec, err := range state.Records {
		if err != nil {
			return err
		}
		im.put(noex.PersistedRecord{Key: bytes.Clone(rec.Key), Value: bytes.Clone(rec.Value)}, 0)
	}
	return nil
}

func (im *importer) put(rec noex.PersistedRecord, line int) {
	i, ok := im.at[string(rec.Key)]
	if !ok {
		i = len(im.records)
		im.at[string(rec.Key)] = i
		im.records, im.lineOf = append(im.records, rec), append(im.lineOf, line)
	}
	im.records[i], im.lineOf[i] = rec, line
}

func (im *importer) wrong(line int, format string, args ...any) {
	im.errs.Lines = append(im.errs.Lines, fmt.Sprintf("line %d: ", line)+fmt.Sprintf(format, args...))
}

func (im *importer) lines(ctx context.Context, r io.Reader) (n int, err error) {
	in := bufio.NewReaderSize(r, 1<<16)
	for line := 1; len(im.errs.Lines) < maxImportErrors; line++ {
		text, err := in.ReadBytes('\n')
		if text = bytes.TrimSpace(text); len(text) > 0 {
			im.line(line, text)
			n++
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err = errors.Join(err, ctx.Err()); err != nil {
			return 0, err
		}
	}
	if len(im.errs.Lines) > 0 {
		return 0, &im.errs
	}
	return n, nil
}

func (im *importer) line(line int, text []byte) {
	d := codec.NewDecoder(text)
	d.Skip()
	record, err := decode(text)
	if err = errors.Join(d.End(), err); err != nil {
		im.wrong(line, "%v", err)
		return
	}
	key, err := keyText(record[im.bucket.Key.Name])
	if err != nil {
		im.wrong(line, "%s %v", im.bucket.Key.Name, err)
		return
	}
	if i, taken := im.at[key]; taken && (!im.replace || im.lineOf[i] > 0) {
		im.wrong(line, "the key %s exists", key)
		return
	}
	var value bytes.Buffer
	if err := json.Compact(&value, text); err != nil {
		im.wrong(line, "%v", err)
		return
	}
	im.put(noex.PersistedRecord{Key: []byte(key), Value: im.complete(value.Bytes(), record)}, line)
}

// complete adds the meta data that a record has not.
func (im *importer) complete(value []byte, record map[string]any) []byte {
	now := im.now.UnixMilli()
	out := bytes.TrimSuffix(value, []byte("}"))
	add := func(name string, v int64) {
		if record[name] == nil {
			if len(out) > 1 {
				out = append(out, ',')
			}
			out = strconv.AppendInt(append(out, `"`+name+`":`...), v, 10)
		}
	}
	add("_version", 1)
	add("_createdAt", now)
	add("_updatedAt", now)
	if im.bucket.TTL > 0 {
		add("_expiresAt", im.now.Add(im.bucket.TTL).UnixMilli())
	}
	return append(out, '}')
}

// check holds the records that came in against the definition, and all of them
// against each other.
func (im *importer) check() error {
	unique := newUniques(im.bucket)
	for i, rec := range im.records {
		record, err := decode(rec.Value)
		if err != nil {
			return err
		}
		problems := unique.add(string(rec.Key), record)
		if im.lineOf[i] > 0 {
			problems = append(violations(im.bucket, record), problems...)
		}
		for _, why := range problems {
			if im.lineOf[i] == 0 {
				im.errs.Lines = append(im.errs.Lines, fmt.Sprintf("stored record %s: %s", rec.Key, why))
				continue
			}
			im.wrong(im.lineOf[i], "%s", why)
		}
		if len(im.errs.Lines) >= maxImportErrors {
			break
		}
	}
	if len(im.errs.Lines) > 0 {
		return &im.errs
	}
	return nil
}

// state is the bucket to save. Its fingerprint stays: only records that came in
// were checked, so the program that opens it has to check the others if it
// would have had to before.
func (im *importer) state(store string, old noex.PersistedState) noex.PersistedState {
	out := noex.PersistedState{AutoincrementCounter: old.AutoincrementCounter, Metadata: old.Metadata}
	out.Metadata.PersistedAt = noex.MillisOf(im.now)
	out.Metadata.ServerID = store
	out.Metadata.SchemaVersion = im.bucket.Version
	if old.Records == nil { // all of them were checked
		out.Metadata.Fingerprint = im.bucket.Fingerprint
	}
	for _, rec := range im.records {
		if record, err := decode(rec.Value); err == nil {
			out.AutoincrementCounter = max(out.AutoincrementCounter, number(im.bucket, record))
		}
	}
	out.Records = func(yield func(noex.PersistedRecord, error) bool) {
		for _, rec := range im.records {
			if !yield(rec, nil) {
				return
			}
		}
	}
	return out
}

// keyText is a key as the runtime stores it.
func keyText(v any) (string, error) {
	switch v := v.(type) {
	case string:
		return string(codec.AppendString(nil, v)), nil
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return strconv.FormatInt(n, 10), nil
		}
		f, err := v.Float64()
		return string(codec.AppendFloat(nil, f)), err
	case nil:
		return "", errors.New("is the key, and not there")
	default:
		return "", errors.New("is the key, and neither a string nor a number")
	}
}
