package nested_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/golden/nested"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
)

// newer is a record as a newer definition might have written it: "new" stands
// in every object.
const newer = `{"id":"a",` +
	`"address":{"street":"S 1","city":"Brno","geo":{"lat":49.2,"lon":16.6,"new":1},"kind":"home","new":{"deep":[2]}},` +
	`"shipping":{"note":"ring","new":3},` +
	`"lines":[{"sku":"x","count":1,"new":4},{"sku":"y","count":2,"part":{"name":"p","new":5}}],` +
	`"points":[{"x":0,"y":-1,"new":6}],"matrix":[],"_version":1,"_createdAt":5,"_updatedAt":5,"new":7}`

const customersKey = "nested:bucket:customers"

// written is what a store that has opened newer, and done something, stores.
func written(t *testing.T, a noex.StorageAdapter, do func(*nested.Store)) string {
	t.Helper()
	err := a.Save(t.Context(), customersKey, noex.PersistedState{
		Metadata: noex.Metadata{ServerID: "nested", SchemaVersion: 1},
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			yield(noex.PersistedRecord{Key: []byte(`"a"`), Value: []byte(newer)}, nil)
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := nested.Open(t.Context(), noex.Config{Persistence: noex.PersistenceConfig{Adapter: a}})
	if err != nil {
		t.Fatal(err)
	}
	do(s)
	var out strings.Builder
	if _, err := s.Export(t.Context(), "customers", &out); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	state, _, err := a.Load(t.Context(), customersKey)
	if err != nil {
		t.Fatal(err)
	}
	var value string
	for rec, err := range state.Records {
		if err != nil {
			t.Fatal(err)
		}
		value += string(rec.Value)
	}
	if diff := cmp.Diff(value+"\n", out.String()); diff != "" {
		t.Errorf("stored and exported differ (-stored +exported):\n%s", diff)
	}
	return value
}

func TestUnknownMembersOfNestedObjectsAreWrittenBack(t *testing.T) {
	modified := func(change func(*nested.Customer)) func(*testing.T, *nested.Store) {
		return func(t *testing.T, s *nested.Store) {
			_, err := s.Customers.Modify("a", func(r *nested.Customer) error { change(r); return nil })
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	replaced := func(old, now string) string {
		if !strings.Contains(newer, old) {
			t.Fatalf("no %s", old)
		}
		return strings.Replace(newer, old, now, 1)
	}
	for name, test := range map[string]struct {
		do   func(*testing.T, *nested.Store)
		want string
	}{
		"nothing": {func(*testing.T, *nested.Store) {}, newer},
		"modify of a nested field": {modified(func(r *nested.Customer) { r.Address.Geo.Lat = 50 }),
			replaced(`"lat":49.2`, `"lat":50`)},
		"an element goes first, the others move": {modified(func(r *nested.Customer) {
			r.Lines = noex.Some(append([]nested.CustomerLine{{Sku: "new", Count: 9}}, r.Lines.Or(nil)...))
		}), replaced(`"lines":[`, `"lines":[{"sku":"new","count":9},`)},
		"an element is changed and another added": {modified(func(r *nested.Customer) {
			lines := r.Lines.Or(nil)
			lines[0].Count = 5
			r.Lines = noex.Some(append(lines, nested.CustomerLine{Sku: "z", Count: 9}))
		}), strings.Replace(replaced(`"sku":"x","count":1`, `"sku":"x","count":5`), `"new":5}}]`, `"new":5}},{"sku":"z","count":9}]`, 1)},
		"update of an object that is not there any more": {func(t *testing.T, s *nested.Store) {
			if _, err := s.Customers.Update("a", nested.CustomerPatch{Shipping: noex.Null[nested.CustomerShipping]()}); err != nil {
				t.Fatal(err)
			}
			if _, err := s.Customers.Update("a", nested.CustomerPatch{Shipping: noex.Some(nested.CustomerShipping{Note: noex.Some("ring")})}); err != nil {
				t.Fatal(err)
			}
		}, replaced(`"note":"ring","new":3`, `"note":"ring"`)},
		"transaction": {func(t *testing.T, s *nested.Store) {
			err := s.Tx(func(tx *nested.Tx) error {
				_, err := tx.Customers.Update("a", nested.CustomerPatch{Points: noex.Some([]nested.CustomerPoint{{X: 5, Y: 5}, {Y: -1}})})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}, replaced(`"points":[`, `"points":[{"x":5,"y":5},`)},
	} {
		for adapter, a := range map[string]noex.StorageAdapter{"memory": memory.New(), "file": file.New(t.TempDir())} {
			t.Run(name+"/"+adapter, func(t *testing.T) {
				got := written(t, a, func(s *nested.Store) { test.do(t, s) })
				if diff := cmp.Diff(withoutMeta(test.want), withoutMeta(got)); diff != "" {
					t.Errorf("stored (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// withoutMeta cuts out the meta data of a record, which stands before the last
// of its unknown members.
func withoutMeta(record string) string {
	before, after, _ := strings.Cut(record, `"_version"`)
	return before + after[strings.LastIndexByte(after, ','):]
}
