package model

import (
	"slices"
	"strconv"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/naming"
	"github.com/noexgen/noexgen/generator/source"
)

// indexes builds the indexes that are listed and those that unique fields
// ask for, one for each list of fields.
func (b *builder) indexes(bucket *Bucket, src *source.Bucket) {
	for _, s := range src.Indexes {
		if ix := b.index(bucket, s); ix != nil {
			bucket.Indexes = append(bucket.Indexes, ix)
		}
	}
	for _, f := range bucket.Fields {
		if f.Unique && !f.Key && !slices.ContainsFunc(bucket.Indexes, func(ix *Index) bool { return ix.over(f) }) {
			ix := &Index{Fields: []*Field{f}, Unique: true, Pos: f.Pos}
			ix.Name, ix.Method = b.indexNames(ix.Fields, nil)
			bucket.Indexes = append(bucket.Indexes, ix)
		}
	}
	b.checkIndexNames(bucket)
}

// over reports whether ix is the index of one field alone.
func (ix *Index) over(f *Field) bool { return len(ix.Fields) == 1 && ix.Fields[0] == f }

func (b *builder) index(bucket *Bucket, src *source.Index) *Index {
	ix := &Index{Pos: src.Pos}
	for _, n := range src.Fields {
		if f := b.indexField(bucket, n); f != nil && slices.Contains(ix.Fields, f) {
			b.diags.Errorf(diag.BadIndex, n.Pos, "the field %q stands twice in this index", f.Name)
		} else if f != nil {
			ix.Fields = append(ix.Fields, f)
		}
	}
	if src.Unique != nil {
		ix.Unique, _ = src.Unique.AsBool("unique", b.diags)
	}
	if src.Ordered != nil {
		ix.Ordered, _ = src.Ordered.AsBool("ordered", b.diags)
	}
	ix.Name, ix.Method = b.indexNames(ix.Fields, src.Name)
	if len(ix.Fields) == 0 || len(ix.Fields) < len(src.Fields) {
		return nil // reported
	}
	for _, other := range bucket.Indexes {
		if slices.Equal(ix.Fields, other.Fields) {
			b.diags.Errorf(diag.BadIndex, ix.Pos, "there is an index over the same fields already, in line %d", other.Pos.Line)
			return nil
		}
	}
	if f := ix.Fields[0]; len(ix.Fields) == 1 {
		switch {
		case f.Key:
			b.diags.Warnf(diag.Redundant, ix.Pos, "the key %q needs no index: Get reads by key; this entry is ignored", f.Name)
			return nil
		case f.Unique && src.Unique != nil && !ix.Unique:
			b.diags.Errorf(diag.Contradicts, src.Unique.Pos, "the field %q is unique, and its index says unique: false; leave one of them out", f.Name)
		}
		ix.Unique = ix.Unique || f.Unique
		f.Unique = ix.Unique
	}
	return ix
}

// indexField finds a field that an index names and that can be indexed.
func (b *builder) indexField(bucket *Bucket, n *source.Node) *Field {
	name, ok := n.AsText("a field of an index", b.diags)
	if !ok || len(bucket.Fields) == 0 {
		return nil
	}
	f := bucket.field(name)
	if f == nil {
		b.leadsNowhere(n.Pos, "the index names no field of bucket "+strconv.Quote(bucket.Name), name, "fields", bucket.fieldNames())
		return nil
	}
	if k := f.Type.Kind; k == Object || k == Array {
		b.diags.Errorf(diag.BadIndex, n.Pos, "the field %q is of type %s and cannot be indexed; an index takes string, number, integer, boolean and date", name, k)
		return nil
	}
	return f
}

// indexNames gives an index its name and the method that reads by it.
func (b *builder) indexNames(fields []*Field, given *source.Node) (name, method string) {
	if given != nil {
		text, ok := given.AsText("name", b.diags)
		if ok && b.checkName("index name", text, given.Pos) {
			word := b.namer.Exported(text)
			if rest, ok := strings.CutPrefix(word, "By"); ok && naming.IsExported(rest) {
				word = rest // byTier is ByTier, not ByByTier
			}
			return text, "By" + word
		}
	}
	names, words := make([]string, len(fields)), make([]string, len(fields))
	for i, f := range fields {
		names[i], words[i] = f.Name, f.GoName
	}
	return strings.Join(names, "_"), "By" + strings.Join(words, "And")
}

// checkIndexNames reports indexes that cannot be told apart by name or method.
func (b *builder) checkIndexNames(bucket *Bucket) {
	for i, ix := range bucket.Indexes {
		for _, other := range bucket.Indexes[:i] {
			if ix.Name == other.Name || ix.Method == other.Method {
				b.diags.Errorf(diag.NameClash, ix.Pos, "the index has the method %s, as has the index in line %d; give one of them another name: { fields: […], name: … }", ix.Method, other.Pos.Line)
				break
			}
		}
	}
}
