package nested_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/nested"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func open(t *testing.T, cfg noex.Config) *nested.CustomerBucket {
	t.Helper()
	s, err := nested.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Customers
}

var day = time.Date(2024, time.May, 1, 0, 0, 0, 0, time.UTC)

// full has a value in every field at every level.
const full = `{"id":"a",` +
	`"address":{"street":"S 1","city":"Brno","zip":"60200","geo":{"lat":49.2,"lon":16.6},"kind":"home"},` +
	`"shipping":{"note":"ring","express":false,"since":"2024-05-01T00:00:00Z"},` +
	`"lines":[{"sku":"x","count":1},{"sku":"y","count":2,"tags":["t"],"due":"2024-05-01T00:00:00Z","extra":{"k":[1]},"part":{"name":"p"}}],` +
	`"points":[{"x":0,"y":-1}],"matrix":[[1,2],[]],"days":["2024-05-01T00:00:00Z"],"objects":[{},{"a":null}],` +
	`"lists":[[],[1,"a"]],"colours":["red","green"],"free":{"x":{"y":[true]}}}`

func TestEverythingSurvivesJSONAndARestart(t *testing.T) {
	in := goldentest.Parse[nested.CustomerInput](t, full)
	goldentest.JSON(t, in, full)
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	s, err := nested.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	c := goldentest.Must[nested.Customer](t)(s.Customers.Insert(in))
	want, _ := json.Marshal(c)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	got, ok := open(t, cfg).Get("a")
	if !ok {
		t.Fatal("the customer is gone")
	}
	goldentest.JSON(t, got, string(want))
	goldentest.JSON(t, goldentest.Parse[nested.Customer](t, string(want)), string(want))
}

func TestOptionalMembersMayBeMissing(t *testing.T) {
	const bare = `{"id":"a","address":{"street":"S 1","city":"Brno","geo":{"lat":0,"lon":0}},"shipping":{},"matrix":[]}`
	in := goldentest.Parse[nested.CustomerInput](t, bare)
	_, err := open(t, noex.Config{}).Insert(in)
	goldentest.Issues(t, err)
	goldentest.JSON(t, in, bare)
}

func TestIssuesNameTheWholePath(t *testing.T) {
	in := goldentest.Parse[nested.CustomerInput](t, full)
	in.Address = nested.CustomerAddress{Street: "S", City: "B", Zip: noex.Some("1"), Geo: nested.CustomerAddressGeo{Lat: 91, Lon: -181},
		Kind: noex.Some(nested.CustomerAddressKind("x"))}
	in.Lines = noex.Some([]nested.CustomerLine{
		{Sku: "x", Count: 1},
		{Sku: "xxxxx", Tags: noex.Some([]string{"\xff"}), Part: noex.Some(nested.CustomerLinePart{}), Extra: noex.Some(map[string]any{"f": func() {}})},
	})
	in.Objects = noex.Some([]map[string]any{{}, nil, {"c": make(chan int)}})
	in.Lists = noex.Some([][]any{nil, {make(chan int)}})
	in.Colours = noex.Some([]nested.CustomerColour{"red", "blue"})
	in.Matrix = nil
	_, err := open(t, noex.Config{}).Insert(in)
	goldentest.Issues(t, err,
		"address.city minLength", "address.zip pattern", "address.geo.lat max", "address.geo.lon min", "address.kind enum",
		"lines[1].sku maxLength", "lines[1].count min", "lines[1].tags[0] type", "lines[1].extra type", "lines[1].part.name required",
		"matrix required", "objects[1] required", "objects[2] type", "lists[1] type", "colours[1] enum")
}

func TestJSONOfNestedObjectsIsChecked(t *testing.T) {
	var in nested.CustomerInput
	err := json.Unmarshal([]byte(`{"id":"a","address":{"city":"Brno","geo":{"lat":1,"alt":2},"tip":1},"matrix":[]}`), &in)
	goldentest.Issues(t, err, "address.geo.alt unknown", "address.geo.lon required", "address.tip unknown", "address.street required")
	err = json.Unmarshal([]byte(`{"id":"a","address":[],"lines":{},"matrix":[1]}`), &in)
	goldentest.Issues(t, err, "address type", "lines type", "matrix type")
}

func TestCallersShareNothingWithTheStore(t *testing.T) {
	customers := open(t, noex.Config{})
	in := goldentest.Parse[nested.CustomerInput](t, full)
	c := goldentest.Must[nested.Customer](t)(customers.Insert(in))
	want, _ := json.Marshal(c)
	spoil := func(lines []nested.CustomerLine, matrix [][]int64, objects []map[string]any, lists [][]any, days []time.Time) {
		lines[0].Sku = "spoilt"
		lines[1].Tags.Or(nil)[0] = "spoilt"
		lines[1].Extra.Or(nil)["k"].([]any)[0] = "spoilt"
		matrix[0][0] = 99
		objects[1]["a"] = "spoilt"
		lists[1][0] = "spoilt"
		days[0] = time.Time{}
	}
	spoil(in.Lines.Or(nil), in.Matrix, in.Objects.Or(nil), in.Lists.Or(nil), in.Days.Or(nil))
	spoil(c.Lines.Or(nil), c.Matrix, c.Objects.Or(nil), c.Lists.Or(nil), c.Days.Or(nil))
	got, _ := customers.Get("a")
	goldentest.JSON(t, got, string(want))
}

func TestListsOfObjectsAreSearched(t *testing.T) {
	customers := open(t, noex.Config{})
	in := goldentest.Parse[nested.CustomerInput](t, full)
	line := in.Lines.Or(nil)[1]
	goldentest.Must[nested.Customer](t)(customers.Insert(in))
	f := nested.CustomerFields
	if n := customers.Where(f.Lines.Contains(line), f.Points.Contains(nested.CustomerPoint{Y: -1}), f.Matrix.Contains([]int64{}),
		f.Days.Contains(day.In(time.FixedZone("", 60))), f.Objects.Contains(map[string]any{"a": nil}), f.Lists.Contains([]any{1.0, "a"}),
		f.Colours.Contains(nested.CustomerColourGreen), f.Shipping.IsSet(), f.Address.IsSet()).Count(); n != 1 {
		t.Errorf("found %d records", n)
	}
	line.Part = noex.Some(nested.CustomerLinePart{Name: "q"})
	if n := customers.Where(f.Lines.Contains(line)).Count(); n != 0 {
		t.Errorf("found %d records by another line", n)
	}
}

func TestNestedObjectsHaveJSONOfTheirOwn(t *testing.T) {
	const address = `{"street":"S","city":"Brno","geo":{"lat":1,"lon":2}}`
	goldentest.JSON(t, goldentest.Parse[nested.CustomerAddress](t, address), address)
	goldentest.JSON(t, nested.CustomerShipping{}, `{}`)
	if err := json.Unmarshal([]byte(`{"street":1}`), new(nested.CustomerAddress)); err == nil {
		t.Error("a street that is a number was read")
	}
}
