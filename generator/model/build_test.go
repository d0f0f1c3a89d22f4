package model_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/noexgen/noexgen/generator/diag"
	"github.com/noexgen/noexgen/generator/model"
	"github.com/noexgen/noexgen/generator/source"
)

// load builds the model of a definition that has no problems.
func load(t *testing.T, text string) *model.Package {
	t.Helper()
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if len(diags) > 0 {
		t.Fatalf("unexpected: %v", diags)
	}
	return pkg
}

// users builds the bucket users with the key id and the schema lines given.
func users(t *testing.T, lines ...string) *model.Bucket {
	t.Helper()
	return load(t, "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string, generated: uuid }\n      "+
		strings.Join(lines, "\n      ")).Buckets[0]
}

func field(t *testing.T, b *model.Bucket, name string) *model.Field {
	t.Helper()
	for _, f := range b.Fields {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("no field %q", name)
	return nil
}

// TestTheGuidesDefinitionCarriesOver holds the definitions of the guide on
// persistence, in YAML's clothes, against the model in full.
func TestTheGuidesDefinitionCarriesOver(t *testing.T) {
	pkg := load(t, `
store: user-app
buckets:
  users:
    key: id
    schema:
      id:    { type: string, generated: uuid }
      name:  { type: string, required: true }
      email: { type: string, required: true, format: email, unique: true }
      role:  { type: string, enum: ['user', 'admin'], default: 'user' }
    indexes: ['email', 'role']
  cache:
    key: key
    schema:
      key:   { type: string, required: true }
      value: { type: string, required: true }
    persistent: false
    ttl: 30m
    maxSize: 10000
  evaluationCache:
    key: flagName
    schema:
      flagName:    { type: string }
      userId:      { type: string, required: true }
      result:      { type: boolean, required: true }
      evaluatedAt: { type: number, required: true }
    persistent: false
`)
	str := func() *model.Type { return &model.Type{Kind: model.String} }
	role := &model.Enum{GoName: "UserRole", Base: model.String, Path: "role", Values: []model.EnumValue{
		{GoName: "UserRoleUser", Value: "user"}, {GoName: "UserRoleAdmin", Value: "admin"},
	}}
	id := &model.Field{Name: "id", GoName: "ID", Param: "id", Type: str(), Key: true, Generated: model.UUID, OptionalInput: true}
	email := &model.Field{Name: "email", GoName: "Email", Param: "email", Type: &model.Type{Kind: model.String, Format: "email"},
		Required: true, Unique: true, Patchable: true, ZeroIsMissing: true}
	roleField := &model.Field{Name: "role", GoName: "Role", Param: "role", Type: &model.Type{Kind: model.String, Enum: role},
		Default: "user", OptionalInput: true, Patchable: true}
	key := &model.Field{Name: "key", GoName: "Key", Param: "key", Type: str(), Key: true, Required: true, ZeroIsMissing: true}
	flagName := &model.Field{Name: "flagName", GoName: "FlagName", Param: "flagName", Type: str(), Key: true, Required: true, ZeroIsMissing: true}
	want := &model.Package{
		Name: "store", Store: "user-app", Files: []string{"noex.yaml"},
		Buckets: []*model.Bucket{
			{
				Name: "users", GoName: "Users", Record: "User", File: "users_noex.go", Key: id,
				Fields: []*model.Field{id,
					{Name: "name", GoName: "Name", Param: "name", Type: str(), Required: true, Patchable: true, ZeroIsMissing: true},
					email, roleField},
				Indexes: []*model.Index{
					{Name: "email", Method: "ByEmail", Fields: []*model.Field{email}, Unique: true},
					{Name: "role", Method: "ByRole", Fields: []*model.Field{roleField}},
				},
				Enums: []*model.Enum{role}, Persistent: true, Version: 1,
			},
			{
				Name: "cache", GoName: "Cache", Record: "Cache", File: "cache_noex.go", Key: key,
				Fields: []*model.Field{key,
					{Name: "value", GoName: "Value", Param: "value", Type: str(), Required: true, Patchable: true, ZeroIsMissing: true}},
				TTL: 30 * time.Minute, MaxSize: 10000, Version: 1,
			},
			{
				Name: "evaluationCache", GoName: "EvaluationCache", Record: "EvaluationCache", File: "evaluationCache_noex.go", Key: flagName,
				Fields: []*model.Field{flagName,
					{Name: "userId", GoName: "UserID", Param: "userID", Type: str(), Required: true, Patchable: true, ZeroIsMissing: true},
					{Name: "result", GoName: "Result", Param: "result", Type: &model.Type{Kind: model.Boolean}, Required: true, Patchable: true},
					{Name: "evaluatedAt", GoName: "EvaluatedAt", Param: "evaluatedAt", Type: &model.Type{Kind: model.Number}, Required: true, Patchable: true}},
				Version: 1,
			},
		},
	}
	ignore := cmp.Options{cmpopts.IgnoreTypes(diag.Pos{}), cmpopts.IgnoreFields(model.Bucket{}, "Fingerprint"), cmpopts.IgnoreFields(model.Type{}, "Rules")}
	if diff := cmp.Diff(want, pkg, ignore); diff != "" {
		t.Error(diff)
	}
}

func TestWhatAFieldsKeysMeanForRecordInputAndPatch(t *testing.T) {
	tests := []struct {
		keys                                 string
		optional, optionalInput, patch, zero bool
	}{
		{"type: string", true, true, true, false},
		{"type: string, required: true", false, false, true, true},
		{"type: string, required: true, minLength: 0", false, false, true, false},
		{"type: string, required: true, minLength: 1", false, false, true, true},
		{"type: string, required: true, enum: [a]", false, false, true, true},
		{"type: string, required: true, enum: [a, { value: '', goName: None }]", false, false, true, false},
		{"type: string, default: x", false, true, true, false},
		{"type: string, required: true, default: x", false, true, true, true},
		{"type: string, generated: cuid", false, true, false, false},
		{"type: string, required: true, generated: cuid, default: x", false, true, false, true},
		{"type: string, immutable: true", true, true, false, false},
		{"type: number, required: true", false, false, true, false},
		{"type: integer, required: true, enum: [1]", false, false, true, false},
		{"type: boolean, required: true", false, false, true, false},
		{"type: date, required: true", false, false, true, true},
		{"type: array, required: true", false, false, true, true},
		{"type: array, required: true, minLength: 0", false, false, true, false},
		{"type: object, required: true", false, false, true, true},
		{"type: object, required: true, fields: { a: { type: string } }", false, false, true, false},
	}
	for _, tt := range tests {
		f := field(t, users(t, "x: { "+tt.keys+" }"), "x")
		got := [...]bool{f.Optional, f.OptionalInput, f.Patchable, f.ZeroIsMissing}
		if want := [...]bool{tt.optional, tt.optionalInput, tt.patch, tt.zero}; got != want {
			t.Errorf("%s: optional, in input, patchable, zero is missing: %v, want %v", tt.keys, got, want)
		}
	}
}

func TestKinds(t *testing.T) {
	for keys, want := range map[string]model.Kind{
		"type: string": model.String, "type: number": model.Number, "type: integer": model.Integer, "type: boolean": model.Boolean,
		"type: date": model.Date, "type: object": model.Object, "type: array": model.Array,
		"type: number, generated: autoincrement": model.Integer, "type: integer, generated: timestamp": model.Integer,
	} {
		if got := field(t, users(t, "x: { "+keys+" }"), "x").Type.Kind; got != want {
			t.Errorf("%s is %s, want %s", keys, got, want)
		}
	}
}

func TestConstraintsAreTyped(t *testing.T) {
	for keys, want := range map[string]any{
		"type: integer, min: 1": int64(1), "type: number, min: 1": 1.0,
		"type: number, generated: timestamp, min: 1": int64(1), "type: integer, min: 9007199254740993": int64(9007199254740993),
	} {
		if got := field(t, users(t, "x: { "+keys+" }"), "x").Type.Min; got != want {
			t.Errorf("%s: %T %v", keys, got, got)
		}
	}
}

func TestDefaultsAreTyped(t *testing.T) {
	day := time.Date(2024, 1, 31, 0, 0, 0, 0, time.UTC)
	tests := map[string]any{
		"type: string, default: 2024-01-31":                          "2024-01-31",
		"type: string, default: yes":                                 "yes",
		"type: string, default: '5'":                                 "5",
		"type: integer, default: 1_000":                              int64(1000),
		"type: integer, default: 9223372036854775807":                int64(9223372036854775807),
		"type: integer, enum: [1, 2], default: 2":                    int64(2),
		"type: number, default: 5":                                   5.0,
		"type: number, default: 1e3":                                 1000.0,
		"type: number, generated: timestamp, default: 5":             int64(5),
		"type: boolean, default: false":                              false,
		"type: date, default: 2024-01-31":                            day,
		"type: date, default: 2024-01-31T02:00:00+02:00":             day,
		"type: date, default: 1706659200000":                         day,
		"type: array, default: []":                                   []any{},
		"type: array, items: integer, default: [1, 2]":               []any{int64(1), int64(2)},
		"type: array, default: [1, a, null, true, 9007199254740993]": []any{1.0, "a", nil, true, int64(9007199254740993)},
		"type: object, default: { a: { b: [1] } }":                   map[string]any{"a": map[string]any{"b": []any{1.0}}},
		"type: object, fields: { n: { type: integer }, at: { type: date }, s: { type: string } }, default: { n: 1, at: 2024-01-31 }": map[string]any{"n": int64(1), "at": day},
	}
	for keys, want := range tests {
		if diff := cmp.Diff(want, field(t, users(t, "x: { "+keys+" }"), "x").Default); diff != "" {
			t.Errorf("%s: %s", keys, diff)
		}
	}
}

func TestNestedTypesAreNamedByTheirPath(t *testing.T) {
	b := users(t,
		"home: { type: object, doc: Where., fields: { zip: { type: string, required: true }, geo: { type: object, fields: { kind: { type: string, enum: [gps] } } } } }",
		"lines: { type: array, items: { type: object, fields: { unit: { type: string, enum: [kg, l] } } } }",
		"tags: { type: array, minLength: 1, items: { type: string, enum: [new, old], maxLength: 3 } }",
		"grid: { type: array, items: { type: array, items: { type: integer, min: 0 } } }",
		"extra: { type: object, goName: More, fields: { a: { type: string, goName: B, enum: [x] } } }",
		"points: { type: array, items: { type: object, goName: Spot, fields: { x: { type: number } } } }",
	)
	var got []string
	for _, s := range b.Structs {
		got = append(got, s.GoName+" "+s.Path)
	}
	for _, e := range b.Enums {
		got = append(got, e.GoName+" "+e.Path+" "+e.Values[0].GoName)
	}
	want := []string{
		"UserHome home", "UserHomeGeo home.geo", "UserLine lines[]", "UserMore extra", "UserSpot points[]",
		"UserHomeGeoKind home.geo.kind UserHomeGeoKindGps", "UserLineUnit lines[].unit UserLineUnitKg",
		"UserTag tags[] UserTagNew", "UserMoreB extra.a UserMoreBX",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if grid := field(t, b, "grid").Type; grid.Elem.Elem.Kind != model.Integer || grid.Elem.Elem.Min != int64(0) {
		t.Errorf("grid is %+v", grid)
	}
	if home := b.Structs[0]; !home.Fields[1].Optional || home.Fields[0].Optional || home.Doc != "Where." {
		t.Errorf("home is %+v", home)
	}
}

func TestIndexes(t *testing.T) {
	tests := []struct {
		indexes string
		want    []string
	}{
		{"[]", []string{"email ByEmail unique"}},
		{"[email]", []string{"email ByEmail unique"}},
		{"[tier, email]", []string{"tier ByTier", "email ByEmail unique"}},
		{"[{ fields: [email], ordered: true }]", []string{"email ByEmail unique ordered"}},
		{"[{ fields: [tier], unique: true }]", []string{"tier ByTier unique", "email ByEmail unique"}},
		{"[{ fields: [tier, name] }]", []string{"tier_name ByTierAndName", "email ByEmail unique"}},
		{"[{ fields: [email, tier] }]", []string{"email_tier ByEmailAndTier", "email ByEmail unique"}},
		{"[{ fields: [tier, name], name: lookup }, [{}]]", nil},
		{"[{ fields: [tier, name], name: lookup }]", []string{"lookup ByLookup", "email ByEmail unique"}},
		{"[{ fields: [tier, name], name: byTier }]", []string{"byTier ByTier", "email ByEmail unique"}},
		{"[{ fields: [tier, name], name: bygone }]", []string{"bygone ByBygone", "email ByEmail unique"}},
		{"[{ fields: [age, joined, active], ordered: true }]", []string{"age_joined_active ByAgeAndJoinedAndActive ordered", "email ByEmail unique"}},
	}
	const text = "buckets:\n  users:\n    key: id\n    schema:\n      id: { type: string }\n      email: { type: string, unique: true }\n" +
		"      tier: { type: string, enum: [a] }\n      name: { type: string }\n      age: { type: integer }\n" +
		"      joined: { type: date }\n      active: { type: boolean }\n    indexes: "
	for _, tt := range tests {
		pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text + tt.indexes)}}, model.Options{Package: "store"})
		if tt.want == nil {
			if pkg != nil {
				t.Errorf("%s is accepted", tt.indexes)
			}
			continue
		}
		if len(diags) > 0 {
			t.Errorf("%s: %v", tt.indexes, diags)
			continue
		}
		var got []string
		for _, ix := range pkg.Buckets[0].Indexes {
			s := ix.Name + " " + ix.Method
			if ix.Unique {
				s += " unique"
			}
			if ix.Ordered {
				s += " ordered"
			}
			got = append(got, s)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: %s", tt.indexes, diff)
		}
	}
}

func TestTTL(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"100": 100 * time.Millisecond, "1.5": 1500 * time.Microsecond, "1e3": time.Second,
		"30s": 30 * time.Second, "5m": 5 * time.Minute, "1h": time.Hour, "7d": 168 * time.Hour, "90d": 2160 * time.Hour,
		"1.5h": 90 * time.Minute, "2.5s": 2500 * time.Millisecond, "1 s": time.Second, `"30s"`: 30 * time.Second,
	} {
		pkg := load(t, "buckets:\n  a: { key: id, schema: { id: { type: string } }, ttl: "+text+" }")
		if got := pkg.Buckets[0].TTL; got != want {
			t.Errorf("ttl %s is %v, want %v", text, got, want)
		}
	}
}

func TestAWarningDoesNotStop(t *testing.T) {
	text := "buckets:\n  a: { key: id, schema: { id: { type: string } }, indexes: [id] }"
	pkg, diags := model.Load([]source.File{{Name: "noex.yaml", Data: []byte(text)}}, model.Options{Package: "store"})
	if pkg == nil || len(diags) != 1 || diags[0].Severity != diag.Warning || len(pkg.Buckets[0].Indexes) != 0 {
		t.Errorf("got %v, %v", pkg, diags)
	}
}

func TestInitialismsAndGoNames(t *testing.T) {
	pkg := load(t, `
initialisms: [ISBN]
buckets:
  books:
    record: Volume
    goName: Library
    key: isbn
    schema:
      isbn: { type: string }
      type: { type: string }
      homeUrl: { type: string, goName: Home }
`)
	b := pkg.Buckets[0]
	got := []string{b.GoName, b.Record, b.Input(), b.File}
	for _, f := range b.Fields {
		got = append(got, f.GoName, f.Param)
	}
	want := []string{"Library", "Volume", "VolumeInput", "books_noex.go", "ISBN", "isbn", "Type", "typeValue", "Home", "home"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParametersOfOneRecordDiffer(t *testing.T) {
	b := users(t, "a: { type: string, goName: ABc }", "b: { type: string, goName: ABC }", "c: { type: string, goName: AbC }", "d: { type: string, goName: Abc }")
	seen := make(map[string]bool)
	for _, f := range b.Fields {
		if seen[f.Param] {
			t.Errorf("%s is there twice", f.Param)
		}
		seen[f.Param] = true
	}
}

func TestThePackageNameComesFromTheDirectory(t *testing.T) {
	files := []source.File{{Name: "noex.yaml", Data: []byte("buckets:\n  a: { key: id, schema: { id: { type: string } } }")}}
	pkg, _ := model.Load(files, model.Options{Package: "shop"})
	if pkg == nil || pkg.Name != "shop" || pkg.Store != "shop" {
		t.Errorf("got %+v", pkg)
	}
	for _, name := range []string{"", "my-shop", "func"} {
		pkg, diags := model.Load(files, model.Options{Package: name})
		if pkg != nil || len(diags) != 1 || diags[0].Code != diag.Missing {
			t.Errorf("%q: %v", name, diags)
		}
	}
}

func TestFilesMakeOnePackage(t *testing.T) {
	bucket := "buckets:\n  %s: { key: id, schema: { id: { type: string }, other: { type: string, ref: %s } } }\n"
	pkg, diags := model.Load([]source.File{
		{Name: "noex.yaml", Data: fmt.Appendf(nil, "package: shop\ninitialisms: [ISBN]\n"+bucket, "books", "shelves")},
		{Name: "more.noex.yaml", Data: fmt.Appendf(nil, "package: shop\ninitialisms: [EAN]\n"+bucket, "shelves", "books")},
	}, model.Options{})
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if got := pkg.Buckets[0].Record + pkg.Buckets[1].Record; got != "BookShelf" {
		t.Errorf("records %s", got)
	}
}
