package defaults_test

import (
	"context"
	"encoding/json"
	"iter"
	"strings"
	"testing"

	"github.com/noexgen/noexgen/golden/defaults"
	"github.com/noexgen/noexgen/golden/goldentest"
	noex "github.com/noexgen/noexgen/runtime"
)

// all is the record of an empty input, without its Meta.
const all = `{"id":"main","text":"a \"b\"\n\\c` + "`" + `","long":"a text that is too long to be shown in the comment behind a field","empty":"",` +
	`"role":"admin","count":-9223372036854775808,"level":2,"ratio":0.25,"big":1e+21,"whole":3,"on":true,"off":false,` +
	`"since":"2024-02-29T12:30:45.5Z","day":"2024-01-31T00:00:00Z","millis":"1970-01-01T00:00:00Z","tags":["a","b"],` +
	`"days":["2024-01-31T00:00:00Z"],"roles":["user"],"matrix":[[1,2.5],[]],"none":[],` +
	`"mixed":[1,"a",true,null,9007199254740993,[2],{"a":"x","b":1}],` +
	`"options":{"deep":{"on":true},"sizes":[1,2],"theme":"dark"},"place":{"city":"Prague","zip":"11000","tags":["old"]},"must":"given"`

func open(t *testing.T, cfg noex.Config) *defaults.SettingBucket {
	t.Helper()
	s, err := defaults.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.Settings
}

func withoutMeta(t *testing.T, r defaults.Setting) string {
	t.Helper()
	data, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(data), `,"_version"`)
	return text
}

func TestAnEmptyInputTakesEveryDefault(t *testing.T) {
	r := goldentest.Must[defaults.Setting](t)(open(t, noex.Config{}).Insert(defaults.SettingInput{}))
	if got := withoutMeta(t, r); got != all {
		t.Errorf("inserted\n%s\nwant\n%s", got, all)
	}
}

func TestDefaultsAreFreshForEachRecord(t *testing.T) {
	settings := open(t, noex.Config{})
	must := goldentest.Must[defaults.Setting](t)
	first := must(settings.Insert(defaults.SettingInput{}))
	first.Tags[0], first.Matrix[0][0], first.Options["theme"] = "spoilt", 99, "spoilt"
	first.Options["sizes"].([]any)[0] = "spoilt"
	second := must(settings.Insert(defaults.SettingInput{ID: noex.Some("second")}))
	if got := withoutMeta(t, second); got != strings.Replace(all, "main", "second", 1) {
		t.Errorf("the second record is %s", got)
	}
}

func TestNullIsNoValueForAFieldWithADefault(t *testing.T) {
	settings := open(t, noex.Config{})
	_, err := settings.Insert(defaults.SettingInput{Text: noex.Null[string](), Tags: noex.Null[[]string]()})
	goldentest.Issues(t, err, "text required", "tags required")
	goldentest.Must[defaults.Setting](t)(settings.Insert(defaults.SettingInput{}))
	_, err = settings.Update("main", defaults.SettingPatch{On: noex.Null[bool](), Options: noex.Null[map[string]any]()})
	goldentest.Issues(t, err, "on required", "options required")
	_, err = settings.Modify("main", func(r *defaults.Setting) error {
		r.Options, r.None, r.Tags, r.Must, r.Text = nil, nil, nil, "", ""
		return nil
	})
	goldentest.Issues(t, err, "options required", "must required")
}

func TestAListThatIsClearedStaysAList(t *testing.T) {
	settings := open(t, noex.Config{})
	must := goldentest.Must[defaults.Setting](t)
	must(settings.Insert(defaults.SettingInput{}))
	r := must(settings.Modify("main", func(r *defaults.Setting) error { r.Mixed, r.Tags = nil, nil; return nil }))
	if got := withoutMeta(t, r); !strings.Contains(got, `"mixed":[]`) || !strings.Contains(got, `"tags":[]`) {
		t.Error(got)
	}
}

// stored is an adapter with one record, of a time when the bucket had only an
// id and a field that is gone.
type stored struct{ saved []string }

func (a *stored) Load(context.Context, string) (noex.PersistedState, bool, error) {
	return noex.PersistedState{Records: records(`{"id":"old","text":null,"gone":[1, 2],"_version":4,"_createdAt":1,"_updatedAt":2}`)}, true, nil
}

func (a *stored) Save(_ context.Context, _ string, state noex.PersistedState) error {
	for r, err := range state.Records {
		if err != nil {
			return err
		}
		a.saved = append(a.saved, string(r.Value))
	}
	return nil
}

func records(values ...string) iter.Seq2[noex.PersistedRecord, error] {
	return func(yield func(noex.PersistedRecord, error) bool) {
		for _, v := range values {
			if !yield(noex.PersistedRecord{Key: []byte(`"old"`), Value: []byte(v)}, nil) {
				return
			}
		}
	}
}

func TestStoredRecordsWithoutAFieldGetItsDefault(t *testing.T) {
	adapter := new(stored)
	s, err := defaults.Open(t.Context(), noex.Config{Persistence: noex.PersistenceConfig{
		Adapter: adapter, OnError: func(err error) { t.Error(err) },
	}})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := s.Settings.Get("old")
	if got, want := withoutMeta(t, r), strings.Replace(all, "main", "old", 1); got != want {
		t.Errorf("restored\n%s\nwant\n%s", got, want)
	}
	goldentest.Must[defaults.Setting](t)(s.Settings.Update("old", defaults.SettingPatch{Whole: noex.Some(4.0)}))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if len(adapter.saved) != 1 || !strings.Contains(adapter.saved[0], `"gone":[1,2]`) {
		t.Errorf("the member that the definition does not know was not kept: %s", adapter.saved)
	}
}
