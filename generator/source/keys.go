package source

import "slices"

// Key is a key of a definition, a bucket or an index. Those of a field are the
// business of package rules.
type Key struct {
	Name     string
	Doc      string // one sentence for people
	Example  string // an argument, as YAML
	Required bool
	Schema   string // JSON Schema of the argument; #/$defs are those of package jsonschema
}

// TopKeys are the keys of a definition, in the order in which documentation
// lists them.
func TopKeys() []Key { return slices.Clone(topKeys[:]) }

// BucketKeys are the keys of a bucket.
func BucketKeys() []Key { return slices.Clone(bucketKeys[:]) }

// IndexKeys are the keys of an index that is written as a mapping.
func IndexKeys() []Key { return slices.Clone(indexKeys[:]) }

var topKeys = [...]Key{
	{Name: "package", Doc: "The Go package of the output; the name of the directory if it is not given.", Example: "store", Schema: `{"$ref":"#/$defs/packageName"}`},
	{Name: "store", Doc: "The name of the store, first part of every storage key; the package if it is not given.", Example: "user-app", Schema: `{"$ref":"#/$defs/name"}`},
	{Name: "buckets", Doc: "The buckets, by name.", Example: "{ users: { key: id, schema: { id: { type: string } } } }",
		Schema: `{"type":"object","propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"$ref":"#/$defs/bucket"}}`},
	{Name: "initialisms", Doc: "Words that are written in capitals in Go names, besides golint's.", Example: "[ISBN]",
		Schema: `{"type":"array","items":{"type":"string","pattern":"^[A-Z][A-Za-z0-9]*$"}}`},
}

const positive = `{"type":"integer","minimum":1,"maximum":2147483647}`

var bucketKeys = [...]Key{
	{Name: "doc", Doc: "The doc comment of the record type.", Example: "People who can sign in.", Schema: `{"type":"string"}`},
	{Name: "key", Doc: "The field that identifies a record: a string, an integer or a number.", Example: "id", Required: true, Schema: `{"type":"string"}`},
	{Name: "schema", Doc: "The fields of a record, in order.", Example: "{ id: { type: string } }", Required: true,
		Schema: `{"type":"object","minProperties":1,"propertyNames":{"$ref":"#/$defs/name"},"additionalProperties":{"$ref":"#/$defs/field"}}`},
	{Name: "indexes", Doc: "What records can be found by besides the key.", Example: "[email, { fields: [tier, name] }]",
		Schema: `{"type":"array","items":{"anyOf":[{"type":"string"},{"$ref":"#/$defs/index"}]}}`},
	{Name: "etsType", Doc: "The order of records: set for that of insertion, ordered_set for that of the keys.", Example: "ordered_set", Schema: `{"enum":["set","ordered_set"]}`},
	{Name: "persistent", Doc: "Whether the bucket is saved; true if it is not given.", Example: "false", Schema: `{"type":"boolean"}`},
	{Name: "ttl", Doc: "How long after its insert a record expires: milliseconds, or a number with s, m, h or d.", Example: "30m",
		Schema: `{"anyOf":[{"type":"number","minimum":1,"maximum":9223372036854},{"type":"string","pattern":"^\\d+(\\.\\d+)?\\s*(s|m|h|d)$","not":{"pattern":"^0+(\\.0+)?\\s*[a-z]$"}}]}`},
	{Name: "maxSize", Doc: "How many records there can be; beyond it the oldest goes.", Example: "10000", Schema: positive},
	{Name: "record", Doc: "The Go name of the record type; the singular of the bucket's name if it is not given.", Example: "User", Schema: `{"$ref":"#/$defs/goName"}`},
	{Name: "goName", Doc: "The Go name of the bucket, where the one made from its name is taken or unwanted.", Example: "Users", Schema: `{"$ref":"#/$defs/goName"}`},
	{Name: "version", Doc: "The version of the stored records, raised when they need a migration; 1 if it is not given.", Example: "2", Schema: positive},
}

var indexKeys = [...]Key{
	{Name: "fields", Doc: "The fields of the index, in order.", Example: "[tier, name]", Required: true,
		Schema: `{"type":"array","minItems":1,"uniqueItems":true,"items":{"type":"string"}}`},
	{Name: "unique", Doc: "No two records have the same values.", Example: "true", Schema: `{"type":"boolean"}`},
	{Name: "ordered", Doc: "The index also serves ranges, prefixes and sorting.", Example: "true", Schema: `{"type":"boolean"}`},
	{Name: "name", Doc: "The name of the index and of its method, By<Name>.", Example: "tier", Schema: `{"$ref":"#/$defs/name"}`},
}

func keyNames(keys []Key) []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.Name
	}
	return names
}
