package source

import (
	"slices"
	"strconv"

	"github.com/noexgen/noexgen/generator/diag"
)

// Definition is all files of one package, read but not yet understood.
type Definition struct {
	Files       []string
	Package     *Node // nil if no file says it
	Store       *Node // nil if no file says it
	Initialisms []*Node
	Buckets     []*Bucket

	// Incomplete says that a file could not be read, so that a name which is
	// not here may well exist.
	Incomplete bool

	// Broken says that Parse reported errors: nothing can be built from this,
	// but what is here can still be checked.
	Broken bool
}

// Bucket is one bucket. A nil node was not written.
type Bucket struct {
	Name       *Node
	Key        *Node
	Schema     []*Field
	Indexes    []*Index
	ETSType    *Node
	Persistent *Node
	TTL        *Node
	MaxSize    *Node
	Record     *Node
	GoName     *Node
	Doc        *Node
	Version    *Node
}

// Field is a field of a bucket or of an object, or the type of an array's
// elements, which has no Name of its own.
type Field struct {
	Name   *Node
	Type   *Node
	Keys   []Entry  // every key, Type included, in source order
	Items  *Field   // of `items`
	Fields []*Field // of `fields`
	Broken bool     // it is no mapping, which is reported
	Pos    diag.Pos // of the name, or of an element type
}

// Index is an entry of `indexes`: a field name, or a mapping.
type Index struct {
	Fields  []*Node
	Unique  *Node
	Ordered *Node
	Name    *Node
	Pos     diag.Pos
}

// likely maps words that people know from elsewhere to ours.
var likely = map[string]string{
	"fields": "schema", "columns": "schema", "properties": "schema",
	"index": "indexes", "indices": "indexes", "primaryKey": "key", "id": "key",
	"description": "doc", "comment": "doc", "max_size": "maxSize", "limit": "maxSize",
	"expires": "ttl", "type": "etsType", "persist": "persistent", "tables": "buckets",
	"name": "store", "field": "fields",
}

// definer shapes nodes into a Definition.
type definer struct {
	diags *diag.List
	def   *Definition
	first map[string]*Node // bucket name → where it stands first
}

func (d *definer) file(root *Node) {
	d.knownKeys(root, "a definition", keyNames(topKeys[:]))
	d.agree("package", &d.def.Package, root.Get("package"))
	d.agree("store", &d.def.Store, root.Get("store"))
	if n := root.Get("initialisms"); n != nil {
		items, _ := n.AsList("initialisms", d.diags)
		d.def.Initialisms = append(d.def.Initialisms, items...)
	}
	n := root.Get("buckets")
	if n == nil || !n.AsMap("buckets", d.diags) {
		return
	}
	for _, e := range n.Entries {
		if first := d.first[e.Key.Text]; first != nil {
			d.diags.Errorf(diag.Conflict, e.Key.Pos, "the bucket %q stands in two files, first at %s", e.Key.Text, first.Pos)
			continue
		}
		d.first[e.Key.Text] = e.Key
		d.def.Buckets = append(d.def.Buckets, d.bucket(e))
	}
}

// agree keeps the first value of a top-level key; files must not disagree.
func (d *definer) agree(key string, have **Node, n *Node) {
	switch {
	case n == nil:
	case *have == nil:
		*have = n
	case (*have).Text != n.Text:
		d.diags.Errorf(diag.Conflict, n.Pos, "%s is %q here and %q at %s; files of one directory make one package, so say it once", key, n.Text, (*have).Text, (*have).Pos)
	}
}

func (d *definer) bucket(e Entry) *Bucket {
	n := e.Value
	if !n.AsMap("bucket "+strconv.Quote(e.Key.Text), d.diags) {
		return &Bucket{Name: e.Key} // its name is still there for others to refer to
	}
	d.knownKeys(n, "a bucket", keyNames(bucketKeys[:]))
	b := &Bucket{
		Name: e.Key, Key: n.Get("key"), ETSType: n.Get("etsType"), Persistent: n.Get("persistent"),
		TTL: n.Get("ttl"), MaxSize: n.Get("maxSize"), Record: n.Get("record"), GoName: n.Get("goName"),
		Doc: n.Get("doc"), Version: n.Get("version"),
	}
	if b.Key == nil {
		d.diags.Errorf(diag.Missing, e.Key.Pos, "bucket %q has no key; write key: and the name of the field that identifies a record", e.Key.Text)
	}
	switch schema := n.Get("schema"); {
	case schema == nil:
		d.diags.Errorf(diag.Missing, e.Key.Pos, "bucket %q has no schema; write schema: and its fields", e.Key.Text)
	case schema.AsMap("schema", d.diags):
		b.Schema = d.fields(schema)
		if len(b.Schema) == 0 {
			d.diags.Errorf(diag.Missing, schema.Pos, "the schema of bucket %q is empty; it needs the key field at least", e.Key.Text)
		}
	}
	if indexes := n.Get("indexes"); indexes != nil {
		items, _ := indexes.AsList("indexes", d.diags)
		for _, item := range items {
			if ix := d.index(item); ix != nil {
				b.Indexes = append(b.Indexes, ix)
			}
		}
	}
	return b
}

func (d *definer) index(n *Node) *Index {
	switch n.Kind {
	case Text:
		return &Index{Fields: []*Node{n}, Pos: n.Pos}
	case Map:
		d.knownKeys(n, "an index", keyNames(indexKeys[:]))
		ix := &Index{Unique: n.Get("unique"), Ordered: n.Get("ordered"), Name: n.Get("name"), Pos: n.Pos}
		fields := n.Get("fields")
		if fields == nil {
			d.diags.Errorf(diag.Missing, n.Pos, "the index has no fields; write fields: [a, b]")
			return nil
		}
		ix.Fields, _ = fields.AsList("fields of an index", d.diags)
		if fields.Kind == List && len(ix.Fields) == 0 {
			d.diags.Errorf(diag.Missing, fields.Pos, "the index has no fields; write fields: [a, b]")
		}
		return ix
	case List:
		d.diags.Errorf(diag.WrongShape, n.Pos, "an index over several fields is written { fields: [a, b] }")
	default:
		n.mustBe("an index", "a field name or { fields: [a, b] }", d.diags)
	}
	return nil
}

func (d *definer) fields(n *Node) []*Field {
	fields := make([]*Field, 0, len(n.Entries))
	for _, e := range n.Entries {
		f := &Field{Name: e.Key, Pos: e.Key.Pos}
		fields = append(fields, f)
		switch e.Value.Kind {
		case Map:
			d.keys(f, e.Value)
		case Text:
			f.Broken = true
			d.diags.Errorf(diag.WrongShape, e.Value.Pos, "field %q must be a mapping; write { type: %s }", e.Key.Text, e.Value.Text)
		default:
			f.Broken = true
			e.Value.mustBe("field "+strconv.Quote(e.Key.Text), "a mapping such as { type: string }", d.diags)
		}
	}
	return fields
}

// keys reads the keys of a field definition and what nests in it.
func (d *definer) keys(f *Field, n *Node) {
	f.Keys = n.Entries
	f.Type = n.Get("type")
	if items := n.Get("items"); items != nil {
		f.Items = d.items(items)
	}
	if fields := n.Get("fields"); fields != nil && fields.AsMap("fields", d.diags) {
		f.Fields = d.fields(fields)
	}
}

// items reads the element type of an array: a type name or a definition.
func (d *definer) items(n *Node) *Field {
	switch n.Kind {
	case Text:
		return &Field{Type: n, Pos: n.Pos}
	case Map:
		f := &Field{Pos: n.Pos}
		d.keys(f, n)
		return f
	default:
		n.mustBe("items", "a type name or a field definition", d.diags)
		return nil
	}
}

func (d *definer) knownKeys(n *Node, in string, known []string) {
	for _, e := range n.Entries {
		if !slices.Contains(known, e.Key.Text) {
			d.diags.Errorf(diag.UnknownKey, e.Key.Pos, "unknown key %q in %s%s", e.Key.Text, in, suggest(e.Key.Text, known))
		}
	}
}

func suggest(word string, known []string) string {
	if better := likely[word]; slices.Contains(known, better) {
		return diag.Suggestion(better)
	}
	return diag.DidYouMean(word, known)
}
