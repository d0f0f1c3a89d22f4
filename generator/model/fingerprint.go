package model

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// fingerprint hashes what stored data must look like. It does not depend on
// the order of fields, on Go names or on documentation.
func (b *builder) fingerprint(bucket *Bucket) string {
	var text strings.Builder
	fmt.Fprintf(&text, "bucket %q key %q\n", bucket.Name, bucket.Key.Name)
	b.writeFields(&text, "", bucket.Fields)
	var unique []string
	for _, ix := range bucket.Indexes {
		if ix.Unique && len(ix.Fields) > 1 { // of one field: the field says so
			names := make([]string, len(ix.Fields))
			for i, f := range ix.Fields {
				names[i] = f.Name
			}
			slices.Sort(names)
			unique = append(unique, strings.Join(names, ","))
		}
	}
	slices.Sort(unique)
	fmt.Fprintf(&text, "unique %q\n", unique)
	sum := sha256.Sum256([]byte(text.String()))
	return hex.EncodeToString(sum[:8])
}

func (b *builder) writeFields(text *strings.Builder, indent string, fields []*Field) {
	sorted := slices.SortedFunc(slices.Values(fields), func(f, g *Field) int { return cmp.Compare(f.Name, g.Name) })
	for _, f := range sorted {
		fmt.Fprintf(text, "%sfield %q optional=%t unique=%t zeroIsMissing=%t", indent, f.Name, f.Optional, f.Unique, f.ZeroIsMissing)
		b.writeType(text, indent, f.Type)
	}
}

func (b *builder) writeType(text *strings.Builder, indent string, t *Type) {
	fmt.Fprintf(text, " %q\n", t.Rules.Shape())
	if t.Struct != nil {
		b.writeFields(text, indent+"  ", t.Struct.Fields)
	}
	if t.Elem != nil {
		text.WriteString(indent + "  items")
		b.writeType(text, indent+"  ", t.Elem)
	}
}
