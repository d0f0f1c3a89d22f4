package evolution

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

const membersKey = "club:bucket:members"

// older is a state as an older program would have stored it.
func older(version int, fingerprint string, records ...string) noex.PersistedState {
	return noex.PersistedState{
		Metadata: noex.Metadata{ServerID: "club", SchemaVersion: version, Fingerprint: fingerprint, Revision: 7},
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for _, r := range records {
				key, _, _ := strings.Cut(strings.TrimPrefix(r, `{"id":`), ",")
				if !yield(noex.PersistedRecord{Key: []byte(key), Value: []byte(r)}, nil) {
					return
				}
			}
		},
	}
}

// stored puts records as an older program would have stored them.
func stored(t *testing.T, a noex.StorageAdapter, version int, fingerprint string, records ...string) {
	t.Helper()
	if err := a.Save(t.Context(), membersKey, older(version, fingerprint, records...)); err != nil {
		t.Fatal(err)
	}
}

func open(a noex.StorageAdapter, steps ...noex.Migration) (*Store, error) {
	return Open(context.Background(), noex.Config{Persistence: noex.PersistenceConfig{Adapter: a, Migrations: steps}})
}

func mustOpen(t *testing.T, a noex.StorageAdapter, steps ...noex.Migration) *Store {
	t.Helper()
	s, err := open(a, steps...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func contents(t *testing.T, a noex.StorageAdapter, key string) []string {
	t.Helper()
	state, found, err := a.Load(t.Context(), key)
	if err != nil || !found {
		t.Fatalf("nothing under %s: %v", key, err)
	}
	var out []string
	for rec, err := range state.Records {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, string(rec.Value))
	}
	return out
}

const meta = `"_version":1,"_createdAt":5,"_updatedAt":5}`

var toV2 = noex.Migration{Bucket: "members", Version: 2, Migrate: func(r map[string]any) error {
	first, _ := r["first"].(string)
	last, _ := r["last"].(string)
	if first == "" {
		return errors.New("no first name")
	}
	r["name"] = strings.TrimSpace(first + " " + last)
	delete(r, "first")
	delete(r, "last")
	return nil
}}

var toV3 = noex.Migration{Bucket: "members", Version: 3, Migrate: func(r map[string]any) error {
	if r["level"] == "silver" {
		r["level"] = "gold"
	}
	return nil
}}

func TestAddedFieldsTakeTheirDefaultsAndUnknownOnesAreKept(t *testing.T) {
	a := memory.New()
	stored(t, a, 3, "another", `{"id":"a","name":"A","hobby":{"x":[1,2]},`+meta)
	s := mustOpen(t, a)
	m, ok := s.Members.Get("a")
	if !ok || m.Level != MemberLevelBasic || m.Version != 1 || m.CreatedAt != 5 {
		t.Fatalf("loaded %+v", m)
	}
	if _, err := s.Members.Update("a", MemberPatch{Age: noex.Some(int64(3))}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if got := contents(t, a, membersKey)[0]; !strings.Contains(got, `"hobby":{"x":[1,2]}`) || !strings.Contains(got, `"age":3`) {
		t.Errorf("stored %s", got)
	}
}

func TestMigrationsRunInOrderAndKeepTheStateBefore(t *testing.T) {
	a := memory.New()
	before := []string{
		`{"id":"a","first":"Ada","last":"L","level":"silver","n":9007199254740993,` + meta,
		`{"id":"b","first":"Bo","level":"basic",` + meta,
	}
	stored(t, a, 1, "old", before...)
	s := mustOpen(t, a, toV3, toV2)
	var names []string
	for m := range s.Members.All() {
		names = append(names, fmt.Sprint(m.Name, "/", m.Level))
	}
	if diff := cmp.Diff([]string{"Ada L/gold", "Bo/basic"}, names); diff != "" {
		t.Errorf("migrated (-want +got):\n%s", diff)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, contents(t, a, membersKey+"@v1")); diff != "" {
		t.Errorf("kept state (-want +got):\n%s", diff)
	}
	if got := contents(t, a, membersKey)[0]; !strings.Contains(got, `"n":9007199254740993`) {
		t.Errorf("stored %s", got)
	}
	s = mustOpen(t, a) // version 3 now: no migration is needed
	if s.Members.Len() != 2 {
		t.Errorf("%d members", s.Members.Len())
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

// Open stores what a migration made, so that no commit has to wait for it.
func TestMigratedStateIsStoredByOpen(t *testing.T) {
	a := &failing{Adapter: memory.New()}
	before := `{"id":"a","first":"Ada","level":"silver",` + meta
	stored(t, a, 1, "old", before)
	a.fail = membersKey
	var failed *noex.PersistenceError
	if s, err := open(a, toV2, toV3); !errors.As(err, &failed) || failed.Op != "migrate" || failed.Bucket != "members" {
		t.Fatalf("Open returned %v, %v", s, err)
	}
	if diff := cmp.Diff([]string{before}, contents(t, a, membersKey)); diff != "" {
		t.Errorf("stored after a failure (-want +got):\n%s", diff)
	}
	a.fail = membersKey + "@v1"
	if s, err := open(a, toV2, toV3); err != nil { // it is kept already
		t.Fatalf("Open returned %v, %v", s, err)
	}
	if got := contents(t, a, membersKey)[0]; !strings.Contains(got, `"name":"Ada"`) {
		t.Errorf("stored %s", got)
	}
}

// failing is an adapter that cannot save one key.
type failing struct {
	*memory.Adapter
	fail string
}

func (a *failing) Save(ctx context.Context, key string, state noex.PersistedState) error {
	if key == a.fail {
		return errors.New("disk full")
	}
	return a.Adapter.Save(ctx, key, state)
}

func TestAnotherStateThatIsKeptStays(t *testing.T) {
	a := memory.New()
	var all [][]string
	for i := range 3 {
		records := []string{fmt.Sprintf(`{"id":"a","first":"Ada %d","level":"basic",%s`, i, meta)}
		stored(t, a, 1, fmt.Sprint("old", i), records...)
		all = append(all, records)
		for range 2 { // the second time there is nothing to keep
			if err := mustOpen(t, a, toV2, toV3).Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for i, key := range []string{"@v1", "@v1-2", "@v1-3"} {
		if diff := cmp.Diff(all[i], contents(t, a, membersKey+key)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	if _, found, err := a.Load(t.Context(), membersKey+"@v1-4"); found || err != nil {
		t.Errorf("@v1-4: %v, %v", found, err)
	}
}

func TestWhatDoesNotFitIsRefusedAndNothingChanges(t *testing.T) {
	panics := noex.Migration{Bucket: "members", Version: 3, Migrate: func(map[string]any) error { panic("boom") }}
	for name, tc := range map[string]struct {
		version int
		records []string
		steps   []noex.Migration
		want    []string
	}{
		"no migration registered": {1, []string{`{"id":"a","first":"A",` + meta}, []noex.Migration{toV3},
			[]string{"no migration to version 2"}},
		"failing migration": {1, []string{`{"id":"a",` + meta, `{"id":"b",` + meta}, []noex.Migration{toV2, toV3},
			[]string{"record 0: migration to version 2: no first name", "record 1:"}},
		"panicking migration": {2, []string{`{"id":"a","name":"A",` + meta}, []noex.Migration{panics},
			[]string{"migration panicked: boom"}},
		"changed type": {3, []string{`{"id":"a","name":5,` + meta}, nil, []string{"record 0", "string"}},
		"narrower constraint": {3, []string{`{"id":"a","name":"A","age":-1,` + meta, `{"id":"b","name":"",` + meta}, nil,
			[]string{"record 0: bucket members: invalid record: age must be at least 0", "record 1: bucket members: invalid record: name is required"}},
		"new unique index over duplicates": {3, []string{`{"id":"a","name":"A","email":"x@y.z",` + meta, `{"id":"b","name":"B","email":"x@y.z",` + meta}, nil,
			[]string{`email "x@y.z" is taken`}},
	} {
		t.Run(name, func(t *testing.T) {
			a := memory.New()
			stored(t, a, tc.version, "old", tc.records...)
			s, err := open(a, tc.steps...)
			var unfit *noex.SchemaError
			if !errors.As(err, &unfit) {
				t.Fatalf("Open returned %v, %v", s, err)
			}
			for _, want := range tc.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q lacks %q", err, want)
				}
			}
			if diff := cmp.Diff(tc.records, contents(t, a, membersKey)); diff != "" {
				t.Errorf("stored (-before +after):\n%s", diff)
			}
		})
	}
}

func TestNewerDataIsRefused(t *testing.T) {
	a := memory.New()
	stored(t, a, 4, "new", `{"id":"a","name":"A",`+meta)
	_, err := open(a)
	var newer *noex.NewerError
	if !errors.As(err, &newer) || newer.Stored != 4 || newer.Known != 3 {
		t.Errorf("Open returned %v", err)
	}
}

func TestExportAndImport(t *testing.T) {
	ctx := t.Context()
	s := mustOpen(t, memory.New())
	defer s.Close()
	for i := range 3 {
		if _, err := s.Visits.Insert(VisitInput{Member: fmt.Sprint("m", i)}); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if n, err := s.Export(ctx, "visits", &out); n != 3 || err != nil {
		t.Fatalf("Export: %d, %v", n, err)
	}
	if n, err := s.Import(ctx, "visits", bytes.NewReader(out.Bytes())); n != 0 || err == nil || s.Visits.Len() != 3 {
		t.Fatalf("Import of existing keys: %d, %v", n, err)
	}
	before := s.Visits.First(3)
	if _, err := s.Visits.Clear(); err != nil {
		t.Fatal(err)
	}
	extra := out.String() + "\n" + `{"number":9,"member":"new","note":"kept"}` + "\n"
	if n, err := s.Import(ctx, "visits", strings.NewReader(extra)); n != 4 || err != nil {
		t.Fatalf("Import: %d, %v", n, err)
	}
	if !slices.Equal(before, s.Visits.First(3)) {
		t.Errorf("imported %v, want %v", s.Visits.First(3), before)
	}
	if v, err := s.Visits.Insert(VisitInput{Member: "x"}); v.Number != 10 || err != nil {
		t.Errorf("next number %d, %v", v.Number, err)
	}
	out.Reset()
	if _, err := s.Export(ctx, "visits", &out); err != nil || !strings.Contains(out.String(), `"note":"kept"`) {
		t.Errorf("exported %s, %v", &out, err)
	}
	wrong := `{"number":20}` + "\n" + `{"number":21,"member":"m"}` + "\n" + `{"number":` + "\n"
	if _, err := s.Import(ctx, "visits", strings.NewReader(wrong)); err == nil ||
		!strings.Contains(err.Error(), "line 1") || !strings.Contains(err.Error(), "line 3") || s.Visits.Len() != 5 {
		t.Errorf("Import of wrong lines: %v, %d visits", err, s.Visits.Len())
	}
	if _, err := s.Export(ctx, "scratch", &out); err == nil {
		t.Error("Export of a bucket that is not persistent succeeded")
	}
}

func TestBackupOpensAsAStore(t *testing.T) {
	s := mustOpen(t, memory.New())
	for i := range 10 {
		if _, err := s.Members.Insert(MemberInput{ID: fmt.Sprint(i), Name: "N"}); err != nil {
			t.Fatal(err)
		}
	}
	backup := memory.New()
	if err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Members.Clear(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	restored := mustOpen(t, backup)
	if restored.Members.Len() != 10 || restored.Revision() != 10 {
		t.Errorf("%d members at revision %d", restored.Members.Len(), restored.Revision())
	}
	if err := restored.Close(); err != nil {
		t.Fatal(err)
	}
}
