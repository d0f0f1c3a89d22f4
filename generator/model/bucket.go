package model

import (
	"math"
	"regexp"
	"strconv"
	"time"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/rules"
	"github.com/noexgen/noexgen/generator/source"
)

func (b *builder) bucket(src *source.Bucket) *Bucket {
	name := src.Name.Text
	b.checkName("bucket name", name, src.Name.Pos)
	bucket := &Bucket{
		Name:       name,
		GoName:     b.goName("goName", src.GoName, b.namer.Exported(name)),
		Record:     b.goName("record", src.Record, b.namer.Exported(naming.Singular(name))),
		File:       naming.FileName(name),
		Persistent: true,
		Version:    1,
		Pos:        src.Name.Pos,
	}
	if src.Doc != nil {
		bucket.Doc, _ = src.Doc.AsText("doc", b.diags)
	}
	if src.Persistent != nil {
		bucket.Persistent, _ = src.Persistent.AsBool("persistent", b.diags)
	}
	bucket.Ordered = b.ordered(src.ETSType)
	bucket.TTL = b.ttl(src.TTL)
	bucket.MaxSize = int(b.positive("maxSize", src.MaxSize, 0))
	bucket.Version = int(b.positive("version", src.Version, 1))

	fb := &fieldBuilder{builder: b, bucket: bucket}
	for _, f := range src.Schema {
		bucket.Fields = append(bucket.Fields, fb.field(f, rules.InBucket, bucket.Record, ""))
	}
	params(bucket.Fields)
	b.key(bucket, src)
	b.counter(bucket)
	for _, f := range bucket.Fields {
		f.resolvePresence()
	}
	b.indexes(bucket, src)
	return bucket
}

func (b *builder) ordered(n *source.Node) bool {
	if n == nil {
		return false
	}
	text, ok := n.AsText("etsType", b.diags)
	switch {
	case !ok, text == "set":
	case text == "ordered_set":
		return true
	case text == "bag" || text == "duplicate_bag":
		b.diags.Errorf(diag.NoEquivalent, n.Pos, "etsType: %s has no equivalent: a key has one record here; write set, and keep several values of a key in an array field or under keys of their own", text)
	default:
		b.diags.Errorf(diag.BadArgument, n.Pos, "etsType must be set or ordered_set, not %q%s", text, diag.DidYouMean(text, []string{"set", "ordered_set"}))
	}
	return false
}

// positive reads a whole number of at least 1, or gives otherwise if nothing
// is written.
func (b *builder) positive(key string, n *source.Node, otherwise int64) int64 {
	if n == nil {
		return otherwise
	}
	v, ok := n.AsInt(key, b.diags)
	switch {
	case !ok:
		return otherwise
	case v < 1 || v > math.MaxInt32:
		b.diags.Errorf(diag.BadArgument, n.Pos, "%s must be from 1 to %d, not %d", key, math.MaxInt32, v)
		return otherwise
	}
	return v
}

var duration = regexp.MustCompile(`^(\d+(?:\.\d+)?)\s*(s|m|h|d)$`)

// ttl reads milliseconds, or a number with a unit.
func (b *builder) ttl(n *source.Node) time.Duration {
	if n == nil {
		return 0
	}
	var ns float64
	switch n.Kind {
	case source.Int, source.Float:
		ms, ok := n.AsFloat("ttl", b.diags)
		if !ok {
			return 0
		}
		ns = ms * float64(time.Millisecond)
	case source.Text:
		m := duration.FindStringSubmatch(n.Text)
		if m == nil {
			b.diags.Errorf(diag.BadArgument, n.Pos, "bad ttl %q; write milliseconds as a number, or a number with s, m, h or d: 30s, 5m, 1.5h, 7d", n.Text)
			return 0
		}
		v, _ := strconv.ParseFloat(m[1], 64) // only digits and a point: out of range is +Inf
		unit := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour, "d": 24 * time.Hour}[m[2]]
		ns = v * float64(unit)
	default:
		b.diags.Errorf(diag.WrongShape, n.Pos, "ttl must be milliseconds or a time such as 30s, 5m, 1h or 7d, not %s", n.Kind)
		return 0
	}
	ttl := time.Duration(0)
	if math.Abs(ns) < math.MaxInt64 {
		ttl = time.Duration(math.Round(ns))
	}
	switch {
	case ns >= math.MaxInt64:
		b.diags.Errorf(diag.BadArgument, n.Pos, "ttl %s is longer than 292 years; leave it out for records that never expire", n.Text)
	case ttl < time.Millisecond:
		b.diags.Errorf(diag.BadArgument, n.Pos, "ttl must be at least a millisecond; leave it out for records that never expire")
		return 0
	}
	return ttl
}

// key finds the key field. It must be there in every record, so it is
// required unless something fills it.
func (b *builder) key(bucket *Bucket, src *source.Bucket) {
	if src.Key == nil || len(bucket.Fields) == 0 {
		return
	}
	name, ok := src.Key.AsText("key", b.diags)
	if !ok {
		return
	}
	f := bucket.field(name)
	if f == nil {
		b.leadsNowhere(src.Key.Pos, "key names no field of bucket "+strconv.Quote(bucket.Name), name, "fields", bucket.fieldNames())
		return
	}
	bucket.Key = f
	f.Key = true
	switch f.Type.Kind {
	case 0, String, Integer, Number:
	default:
		b.diags.Errorf(diag.BadArgument, src.Key.Pos, "the key %q is of type %s; a key must be a string, an integer or a number", name, f.Type.Kind)
	}
	if arg := f.Type.Rules.Arg("required"); arg != nil && !f.Required && f.Generated == "" && f.Default == nil {
		b.diags.Errorf(diag.Contradicts, arg.Pos, "%q is the key and always required; leave required out", name)
	}
	if f.Generated == "" && f.Default == nil {
		f.Required = true
	}
}

// counter reports a second field with autoincrement: a bucket has one counter,
// and both would always have the same number.
func (b *builder) counter(bucket *Bucket) {
	var first *Field
	for _, f := range bucket.Fields {
		switch {
		case f.Generated != Autoincrement:
		case first == nil:
			first = f
		default:
			b.diags.Errorf(diag.Contradicts, f.Type.Rules.Arg("generated").Pos, "a bucket has one counter, and the field %q has it already", first.Name)
		}
	}
}

// field returns the field with a name, or nil.
func (b *Bucket) field(name string) *Field {
	for _, f := range b.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func (b *Bucket) fieldNames() []string {
	names := make([]string, len(b.Fields))
	for i, f := range b.Fields {
		names[i] = f.Name
	}
	return names
}
