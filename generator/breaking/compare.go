package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
)

// Compare returns what has changed from old to new, by position. Comments,
// documentation and order are no changes.
func Compare(old, new *model.Package) []Finding {
	c := &comparison{}
	start := diag.Pos{File: new.Files[0], Line: 1, Col: 1}
	if old.Name != new.Name {
		c.callers("package", "package", start, fmt.Sprintf("is now %s, and was %s", new.Name, old.Name), "change the imports")
	}
	if old.Store != new.Store {
		c.add(NeedsMigration, "store", "store", start, fmt.Sprintf("is now %s, and was %s: it is part of the key under which everything is stored", new.Store, old.Store),
			"keep the name (store: "+old.Store+"), or export before and import afterwards")
	}
	for _, b := range new.Buckets {
		if before := find(old.Buckets, b.Name); before != nil {
			c.buckets(before, b)
		} else {
			c.bucket, c.raised = b, false
			c.safe("bucket-added", b.Name, b.Pos, "is a new bucket")
		}
	}
	c.raised = false
	for _, b := range old.Buckets {
		if find(new.Buckets, b.Name) == nil {
			c.callers("bucket-removed", b.Name, b.Pos, "is gone; what is stored of it stays, and is not read",
				"remove what uses it; if it has a new name, export before and import afterwards")
		}
	}
	return sorted(c.findings)
}

func find(buckets []*model.Bucket, name string) *model.Bucket {
	i := slices.IndexFunc(buckets, func(b *model.Bucket) bool { return b.Name == name })
	if i < 0 {
		return nil
	}
	return buckets[i]
}

func (c *comparison) buckets(old, new *model.Bucket) {
	c.bucket, c.raised = new, new.Version > old.Version
	c.bucketNames(old, new)
	c.bucketData(old, new)
	c.fields(old.Name, old.Fields, new.Fields, new.Pos)
	c.indexes(old, new)
}

func (c *comparison) bucketNames(old, new *model.Bucket) {
	for _, name := range []struct{ what, key, old, new string }{
		{"the store's field", "goName", old.GoName, new.GoName},
		{"the record type", "record", old.Record, new.Record},
	} {
		if name.old != name.new {
			c.callers("go-name", old.Name, new.Pos, fmt.Sprintf("has another Go name: %s is now %s, and was %s", name.what, name.new, name.old),
				fmt.Sprintf("keep it with %s: %s, or change its users", name.key, name.old))
		}
	}
}

// bucketData compares what a bucket says of its records as a whole.
func (c *comparison) bucketData(old, new *model.Bucket) {
	path, pos := new.Name, new.Pos
	switch {
	case new.Version < old.Version:
		c.add(NeedsMigration, "version", path, pos, fmt.Sprintf("goes back from version %d to %d, and a store with newer records does not open", old.Version, new.Version), "never lower a version")
	case new.Version > old.Version:
		c.safe("version", path, pos, fmt.Sprintf("has version %d, and had %d", new.Version, old.Version))
	}
	if old.Key.Name != new.Key.Name {
		c.migration("key", path, pos, fmt.Sprintf("has the key %s, and had %s", new.Key.Name, old.Key.Name))
		c.callers("key", path, pos, fmt.Sprintf("has the key %s, and had %s", new.Key.Name, old.Key.Name), "change what Get, Update and Delete are called with")
	}
	switch {
	case old.Persistent && !new.Persistent:
		c.add(NeedsMigration, "persistent", path, pos, "is not saved any more, and what is stored of it is not read", "export it before")
	case !old.Persistent && new.Persistent:
		c.safe("persistent", path, pos, "is saved from now on")
	}
	if old.Ordered != new.Ordered {
		order := map[bool]string{true: "of their keys", false: "of insertion"}
		c.callers("etsType", path, pos, "gives its records in the order "+order[new.Ordered]+", and did in that "+order[old.Ordered], "look at what relies on the order")
	}
	c.limits(old, new)
}

func (c *comparison) limits(old, new *model.Bucket) {
	path, pos := new.Name, new.Pos
	switch {
	case old.TTL == new.TTL:
	case old.TTL == 0:
		c.callers("ttl", path, pos, "has records that expire, "+model.Period(new.TTL)+" after their insert", "look at what relies on them to stay")
	case new.TTL == 0:
		c.callers("ttl", path, pos, "has no ttl any more, and its input no ExpiresAt", "remove ExpiresAt from inserts")
	case new.TTL < old.TTL:
		c.callers("ttl", path, pos, fmt.Sprintf("has records that expire sooner: after %s, and not %s", model.Period(new.TTL), model.Period(old.TTL)), "look at what relies on them to stay")
	default:
		c.safe("ttl", path, pos, fmt.Sprintf("has records that stay longer: %s, and not %s", model.Period(new.TTL), model.Period(old.TTL)))
	}
	if old.MaxSize == new.MaxSize {
		return
	}
	if new.MaxSize == 0 || old.MaxSize != 0 && new.MaxSize > old.MaxSize {
		c.safe("maxSize", path, pos, "keeps more records")
		return
	}
	c.add(NeedsMigration, "maxSize", path, pos, fmt.Sprintf("keeps %d records at most; the oldest go if more are stored", new.MaxSize), "export what is to be kept")
}

func (c *comparison) indexes(old, new *model.Bucket) {
	same := func(a *model.Index) func(*model.Index) bool {
		return func(b *model.Index) bool { return fieldNames(a) == fieldNames(b) }
	}
	for _, ix := range new.Indexes {
		path := new.Name + "." + ix.Name
		i := slices.IndexFunc(old.Indexes, same(ix))
		if i < 0 {
			if ix.Unique && !saidByField(ix) {
				c.migration("index-unique", path, ix.Pos, "is a new unique index, and values may be stored twice")
			} else {
				c.safe("index-added", path, ix.Pos, "is a new index: "+ix.Method)
			}
			continue
		}
		before := old.Indexes[i]
		if before.Method != ix.Method {
			c.callers("index-renamed", path, ix.Pos, fmt.Sprintf("has the method %s, and had %s", ix.Method, before.Method), "keep it with name:, or change its users")
		}
		switch {
		case ix.Unique == before.Unique:
		case !ix.Unique:
			c.callers("index-unique", path, ix.Pos, "is not unique any more: "+ix.Method+" gives a list", "change its users")
		default:
			if !saidByField(ix) {
				c.migration("index-unique", path, ix.Pos, "is unique now, and values may be stored twice")
			}
			c.callers("index-unique", path, ix.Pos, "is unique now: "+ix.Method+" gives one record, and Count"+ix.Method+" is gone", "change its users")
		}
	}
	for _, ix := range old.Indexes {
		if !slices.ContainsFunc(new.Indexes, same(ix)) {
			c.callers("index-removed", new.Name+"."+ix.Name, ix.Pos, "is gone, and the method "+ix.Method+" with it", "keep the index, or use Where")
		}
	}
}

// saidByField reports whether an index is unique because its field says so, for
// which the field has a finding.
func saidByField(ix *model.Index) bool { return len(ix.Fields) == 1 && ix.Fields[0].Type.Rules.Unique }

func fieldNames(ix *model.Index) string {
	names := make([]string, len(ix.Fields))
	for i, f := range ix.Fields {
		names[i] = f.Name
	}
	return strings.Join(names, ",")
}
