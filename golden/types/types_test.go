package types_test

import (
	"encoding/json"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/types"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

func open(t *testing.T, cfg noex.Config) *types.Store {
	t.Helper()
	s, err := types.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var day = time.Date(2024, time.February, 29, 12, 0, 0, 5e8, time.UTC)

func value() types.ValueInput {
	return types.ValueInput{
		ID: "a", Text: "t", Count: math.MinInt64, Ratio: 0.1, Flag: true, Day: day.In(time.FixedZone("", 3600)),
		AnyObject: map[string]any{"n": 1, "s": []string{"x"}}, AnyList: []any{1, nil}, List: []string{"x", ""}, Level: -1,
	}
}

func TestARequiredValueAtGosZeroIsMissing(t *testing.T) {
	s := open(t, noex.Config{})
	_, err := s.Values.Insert(types.ValueInput{})
	goldentest.Issues(t, err, "id required", "text required", "day required", "anyObject required", "anyList required", "list required")
	_, err = s.Options.Insert(types.OptionInput{})
	goldentest.Issues(t, err)
	in := value()
	in.AnyObject, in.AnyList, in.List = map[string]any{}, []any{}, []string{}
	_, err = s.Values.Insert(in)
	goldentest.Issues(t, err) // empty is given
}

func TestValuesAreStoredInOneForm(t *testing.T) {
	s := open(t, noex.Config{})
	in := value()
	v := goldentest.Must[types.Value](t)(s.Values.Insert(in))
	if v.Day != day {
		t.Errorf("the day is %v, want %v", v.Day, day)
	}
	if diff := cmp.Diff(map[string]any{"n": 1.0, "s": []any{"x"}}, v.AnyObject); diff != "" {
		t.Error(diff)
	}
	goldentest.JSON(t, v.AnyList, `[1,null]`)
	in.List[0], in.AnyObject["n"] = "changed", 2
	v.List[1] = "changed"
	v.AnyObject["more"] = true
	got, _ := s.Values.Get("a")
	if got.List[0] != "x" || got.List[1] != "" || got.AnyObject["n"] != 1.0 || len(got.AnyObject) != 2 {
		t.Errorf("the store shares %+v with its callers", got)
	}
}

func TestRecordsSurviveARestartUnchanged(t *testing.T) {
	adapter := memory.New()
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: adapter}}
	s := open(t, cfg)
	v := goldentest.Must[types.Value](t)(s.Values.Insert(value()))
	o := goldentest.Must[types.Option](t)(s.Options.Insert(types.OptionInput{
		ID: math.MaxInt64, Text: noex.Some(""), Ratio: noex.Some(5e-324), Flag: noex.Some(false), Day: noex.Some(day),
		AnyObject: noex.Some(map[string]any{}), AnyList: noex.Some([]any{"a"}), List: noex.Some([]string{}), Level: noex.Some(types.OptionLevel0),
		Count: noex.Null[int64](),
	}))
	bare := goldentest.Must[types.Option](t)(s.Options.Insert(types.OptionInput{ID: -1}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	sameAfter(t, v, "a", s.Values.Get)
	sameAfter(t, o, math.MaxInt64, s.Options.Get)
	sameAfter(t, bare, -1, s.Options.Get)
}

func sameAfter[K, R any](t *testing.T, want R, key K, get func(K) (R, bool)) {
	t.Helper()
	got, ok := get(key)
	wantJSON, _ := json.Marshal(want)
	gotJSON, _ := json.Marshal(got)
	if !ok || string(wantJSON) != string(gotJSON) {
		t.Errorf("after a restart\n%s\nwas\n%s", gotJSON, wantJSON)
	}
}

func TestJSONUsesTheNamesOfTheDefinition(t *testing.T) {
	s := open(t, noex.Config{})
	v := goldentest.Must[types.Value](t)(s.Values.Insert(value()))
	v.Meta = noex.Meta{Version: 1, CreatedAt: 2, UpdatedAt: 3}
	const want = `{"id":"a","text":"t","count":-9223372036854775808,"ratio":0.1,"flag":true,"day":"2024-02-29T12:00:00.5Z",` +
		`"anyObject":{"n":1,"s":["x"]},"anyList":[1,null],"list":["x",""],"emptyText":"","emptyList":[],"level":-1,` +
		`"_version":1,"_createdAt":2,"_updatedAt":3}`
	goldentest.JSON(t, v, want)
	back := goldentest.Parse[types.Value](t, want)
	goldentest.JSON(t, back, want)
}

func TestAnInputFromJSONKnowsWhatIsGiven(t *testing.T) {
	var in types.ValueInput
	goldentest.Issues(t, json.Unmarshal([]byte(`{}`), &in), "id required", "text required", "count required", "ratio required",
		"flag required", "day required", "anyObject required", "anyList required", "list required", "emptyText required",
		"emptyList required", "level required")
	goldentest.Issues(t, json.Unmarshal([]byte(`{"id":1,"text":null,"count":1.5,"ratio":"1","flag":0,"day":"x","anyObject":[],`+
		`"anyList":{},"list":[1],"emptyText":"","emptyList":[],"level":0,"txt":1,"_version":3}`), &in),
		"id type", "text required", "count type", "ratio type", "flag type", "day type", "anyObject type", "anyList type", "list type",
		"txt unknown")
	in = goldentest.Parse[types.ValueInput](t, `{"id":"a","text":"t","count":1,"ratio":1,"flag":false,"day":0,"anyObject":{},`+
		`"anyList":[],"list":[],"emptyText":"","emptyList":[],"level":0}`)
	goldentest.JSON(t, in, `{"id":"a","text":"t","count":1,"ratio":1,"flag":false,"day":"1970-01-01T00:00:00Z","anyObject":{},`+
		`"anyList":[],"list":[],"emptyText":"","emptyList":[],"level":0}`)
}

func TestAPatchKeepsClearsAndSets(t *testing.T) {
	s := open(t, noex.Config{})
	goldentest.Must[types.Option](t)(s.Options.Insert(types.OptionInput{ID: 1, Text: noex.Some("a"), Count: noex.Some(int64(2)), List: noex.Some([]string{"x"})}))
	patch := goldentest.Parse[types.OptionPatch](t, `{"text":null,"count":3}`)
	goldentest.JSON(t, patch, `{"text":null,"count":3}`)
	o := goldentest.Must[types.Option](t)(s.Options.Update(1, patch))
	if o.Text.IsSet() || o.Count.Or(0) != 3 || len(o.List.Or(nil)) != 1 || o.Version != 2 {
		t.Errorf("patched to %+v", o)
	}
	var p types.OptionPatch
	goldentest.Issues(t, json.Unmarshal([]byte(`{"id":2,"flag":"x","no":1}`), &p), "id immutable", "flag type", "no unknown")
	var v types.ValuePatch
	goldentest.Parse[types.ValuePatch](t, `{}`)
	goldentest.Issues(t, json.Unmarshal([]byte(`{"text":null}`), &v))
	goldentest.Must[types.Value](t)(s.Values.Insert(value()))
	_, err := s.Values.Update("a", v)
	goldentest.Issues(t, err, "text required")
}

func fixed() types.FixedInput {
	return types.FixedInput{
		ID: 1, Text: "t", Day: day, AnyList: []any{1}, Days: []time.Time{day}, List: noex.Some([]string{"a"}),
		AnyObject: noex.Some(map[string]any{"a": 1}),
		Place:     noex.Some(types.FixedPlace{Name: "p", Seen: noex.Some(day), Tags: noex.Some([]string{"x"})}),
	}
}

func TestImmutableFieldsCannotChange(t *testing.T) {
	s := open(t, noex.Config{})
	goldentest.Must[types.Fixed](t)(s.Fixed.Insert(fixed()))
	_, err := s.Fixed.Modify(1, func(r *types.Fixed) error {
		elsewhere := time.FixedZone("", 7200)
		r.Day, r.Days[0] = r.Day.In(elsewhere), r.Days[0].In(elsewhere) // the same instant
		r.Until, r.Count = noex.Null[time.Time](), noex.Null[int64]()   // null is absent
		r.Note = noex.Some("free")
		return nil
	})
	goldentest.Issues(t, err)
	_, err = s.Fixed.Modify(1, func(r *types.Fixed) error {
		place, _ := r.Place.Get()
		place.Tags = noex.Some([]string{"y"})
		*r = types.Fixed{
			ID: 2, Text: "u", Count: noex.Some(int64(0)), Day: day.Add(1), Until: noex.Some(time.Time{}),
			AnyObject: noex.Some(map[string]any{"a": 1.0, "b": nil}), AnyList: []any{2.0}, List: noex.Some([]string{"a", "b"}),
			Days: []time.Time{}, Place: noex.Some(place),
		}
		return nil
	})
	goldentest.Issues(t, err, "id immutable", "text immutable", "count immutable", "day immutable", "until immutable",
		"anyObject immutable", "anyList immutable", "list immutable", "days immutable", "place immutable")
	var p types.FixedPatch
	goldentest.Issues(t, json.Unmarshal([]byte(`{"id":1,"text":"x","place":{},"note":null}`), &p),
		"id immutable", "text immutable", "place immutable")
}

func TestFieldsFindRecords(t *testing.T) {
	s := open(t, noex.Config{})
	goldentest.Must[types.Value](t)(s.Values.Insert(value()))
	goldentest.Must[types.Option](t)(s.Options.Insert(types.OptionInput{ID: 1, Day: noex.Some(day), List: noex.Some([]string{"q"})}))
	f, o := types.ValueFields, types.OptionFields
	for name, n := range map[string]int{
		"string":   s.Values.Where(f.Text.HasPrefix("t"), f.Text.Eq("t")).Count(),
		"integer":  s.Values.Where(f.Count.Lt(0), f.Level.In(types.ValueLevelMinus1)).Count(),
		"number":   s.Values.Where(f.Ratio.Between(0, 1)).Count(),
		"boolean":  s.Values.Where(f.Flag.Eq(true)).Count(),
		"date":     s.Values.Where(f.Day.Eq(day.In(time.FixedZone("", 60))), f.Day.Ge(day)).Count(),
		"object":   s.Values.Where(f.AnyObject.IsSet()).Count(),
		"list":     s.Values.Where(f.List.Contains("x"), f.AnyList.Contains(nil)).Count(),
		"optional": s.Options.Where(o.Day.IsSet(), o.List.Contains("q"), noex.Not(o.Text.IsSet()), noex.Not(o.AnyObject.IsSet())).Count(),
	} {
		if n != 1 {
			t.Errorf("a condition on a field of type %s finds %d records", name, n)
		}
	}
}
