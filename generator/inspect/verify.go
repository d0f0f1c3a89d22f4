package inspect

import (
	"context"
	"fmt"

	"github.com/noexgen/noexgen/generator/model"
	noex "github.com/noexgen/noexgen/runtime"
)

// Problem is something that is wrong with what is stored.
type Problem struct {
	Bucket string `json:"bucket,omitempty"`
	Key    string `json:"key,omitempty"`  // of the record, as JSON
	File   string `json:"file,omitempty"` // if it is none of a bucket
	Text   string `json:"problem"`
}

// String is the problem on one line.
func (p Problem) String() string {
	switch {
	case p.File != "":
		return p.File + ": " + p.Text
	case p.Key == "":
		return p.Bucket + ": " + p.Text
	default:
		return p.Bucket + " " + p.Key + ": " + p.Text
	}
}

// Verified says how much was looked at.
type Verified struct{ Buckets, Records int }

// Verify reads everything: the adapters check their checksums and journals. It
// then looks for keys that are stored twice and, if p is not nil, for buckets,
// records and values that do not fit the definition, and at last for damage in
// files that no bucket needs now. It calls found for each problem.
func (s *Store) Verify(ctx context.Context, p *model.Package, progress func(string), found func(Problem)) (Verified, error) {
	var done Verified
	keys, err := s.reader.Keys(ctx)
	if err != nil {
		return done, err
	}
	var of string
	if p != nil {
		if of, err = s.storeOf(ctx, p); err != nil {
			return done, err
		}
	}
	said := make(map[string]bool)
	for _, key := range keys {
		store, name := SplitKey(key)
		v := verifier{name: name, keys: make(map[string]bool), found: found}
		if p != nil && store == of {
			v.bucket = bucketOf(p, name)
		}
		if v.bucket != nil {
			v.uniques = newUniques(v.bucket)
		}
		var b Bucket
		err := s.read(ctx, key, &b, func(n int, rec noex.PersistedRecord) (bool, error) {
			if progress != nil && n%1000 == 0 {
				progress(fmt.Sprintf("verifying %s, %d records", name, n))
			}
			v.record(rec)
			return true, nil
		})
		if ctx.Err() != nil {
			return done, ctx.Err()
		}
		if err != nil {
			v.problem("", "%v", err)
			said[err.Error()] = true
		}
		v.whole(&b)
		done.Buckets++
		done.Records += len(v.keys)
	}
	files, err := s.Files(ctx, progress)
	for _, f := range files {
		if f.Err != nil && !said[f.Err.Error()] {
			found(Problem{File: f.Name, Text: f.Err.Error()})
		}
	}
	return done, err
}

// verifier looks at one bucket.
type verifier struct {
	name    string
	bucket  *model.Bucket // nil: no definition
	keys    map[string]bool
	uniques *uniques
	highest int64 // number that was given out
	found   func(Problem)
}

func (v *verifier) problem(key, format string, args ...any) {
	v.found(Problem{Bucket: v.name, Key: key, Text: fmt.Sprintf(format, args...)})
}

func (v *verifier) record(rec noex.PersistedRecord) {
	key := string(rec.Key)
	if v.keys[key] {
		v.problem(key, "the key is stored twice")
	}
	v.keys[key] = true
	record, err := decode(rec.Value)
	if err != nil {
		v.problem(key, "%v", err)
		return
	}
	if v.bucket == nil {
		return
	}
	if text, err := keyText(record[v.bucket.Key.Name]); err == nil && text != key {
		v.problem(key, "the record has the key %s", text)
	}
	for _, why := range violations(v.bucket, record) {
		v.problem(key, "%s", why)
	}
	for _, why := range v.uniques.add(key, record) {
		v.problem(key, "%s", why)
	}
	v.highest = max(v.highest, number(v.bucket, record))
}

// whole looks at what is stored beside the records.
func (v *verifier) whole(b *Bucket) {
	if v.bucket == nil {
		return
	}
	if stored := b.Metadata.SchemaVersion; stored > v.bucket.Version {
		v.problem("", "it is stored with version %d, and the definition has version %d: it is of a newer program", stored, v.bucket.Version)
	}
	if b.Counter < v.highest {
		v.problem("", "the counter is %d, and a record has the number %d", b.Counter, v.highest)
	}
}

// number is what an autoincrement field of a record holds, or 0.
func number(b *model.Bucket, record map[string]any) int64 {
	for _, f := range b.Fields {
		if f.Generated == model.Autoincrement {
			if n, ok := convert(model.Integer, record[f.Name]); ok {
				return n.(int64)
			}
		}
	}
	return 0
}
