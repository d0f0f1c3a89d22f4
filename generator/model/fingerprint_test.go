package model_test

import (
	"strings"
	"testing"
)

const plain = `
buckets:
  users:
    key: id
    schema:
      id: { type: string }
      name: { type: string, required: true }
      home: { type: object, fields: { zip: { type: string } } }
      tags: { type: array, items: { type: string } }
`

func TestFingerprintStaysWhenStoredDataStaysValid(t *testing.T) {
	want := load(t, plain).Buckets[0].Fingerprint
	if len(want) != 16 {
		t.Errorf("%q has not 16 digits", want)
	}
	for what, replace := range map[string][2]string{
		"a doc":            {"    key: id", "    doc: People.\n    key: id"},
		"a Go name":        {"name: { type: string", "name: { goName: Title, type: string"},
		"a record name":    {"    key: id", "    record: Person\n    key: id"},
		"an index":         {"    key: id", "    indexes: [name]\n    key: id"},
		"the order":        {"      name: { type: string, required: true }\n", ""},
		"a ttl":            {"    key: id", "    ttl: 1h\n    key: id"},
		"a default":        {"required: true", "required: true, default: x"},
		"a deprecation":    {"required: true", "required: true, deprecated: no longer used"},
		"the package name": {"buckets:", "package: other\nbuckets:"},
	} {
		text := strings.Replace(plain, replace[0], replace[1], 1)
		if what == "the order" {
			text += "      name: { required: true, type: string }\n"
		}
		if got := load(t, text).Buckets[0].Fingerprint; got != want {
			t.Errorf("%s changes the fingerprint", what)
		}
	}
}

func TestFingerprintChangesWithStoredData(t *testing.T) {
	seen := map[string]string{load(t, plain).Buckets[0].Fingerprint: "nothing"}
	for what, replace := range map[string][2]string{
		"another key":       {"key: id", "key: name"},
		"a field":           {"    schema:", "    schema:\n      age: { type: integer }"},
		"a type":            {"id: { type: string", "id: { type: integer"},
		"optional":          {"required: true", "required: false"},
		"a constraint":      {"required: true", "required: true, maxLength: 5"},
		"may be empty":      {"required: true", "required: true, minLength: 0"},
		"an enum":           {"required: true", "required: true, enum: [a]"},
		"unique":            {"required: true", "required: true, unique: true"},
		"a compound unique": {"    key: id", "    indexes: [{ fields: [id, name], unique: true }]\n    key: id"},
		"a nested type":     {"zip: { type: string", "zip: { type: integer"},
		"a nested field":    {"zip: {", "street: { type: string }, zip: {"},
		"required nested":   {"zip: { type: string", "zip: { type: string, required: true"},
		"an element type":   {"items: { type: string", "items: { type: integer"},
		"an element bound":  {"items: { type: string", "items: { type: string, maxLength: 3"},
		"the bucket's name": {"users:", "people:"},
	} {
		got := load(t, strings.Replace(plain, replace[0], replace[1], 1)).Buckets[0].Fingerprint
		if other, ok := seen[got]; ok {
			t.Errorf("%s and %s give the same fingerprint", what, other)
		}
		seen[got] = what
	}
}

func TestAUniqueIndexIsAUniqueField(t *testing.T) {
	byField := load(t, strings.Replace(plain, "required: true", "required: true, unique: true", 1))
	byIndex := load(t, strings.Replace(plain, "    key: id", "    indexes: [{ fields: [name], unique: true }]\n    key: id", 1))
	if byField.Buckets[0].Fingerprint != byIndex.Buckets[0].Fingerprint {
		t.Error("two ways to say unique have two fingerprints")
	}
}
