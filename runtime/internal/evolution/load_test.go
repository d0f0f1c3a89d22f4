package evolution

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

// splitting is an adapter that delivers what it loads in parts, one of which
// may fail.
type splitting struct {
	*memory.Adapter
	fail bool
}

func (a splitting) Load(ctx context.Context, key string) (noex.PersistedState, bool, error) {
	state, found, err := a.Adapter.Load(ctx, key)
	if !found || err != nil {
		return state, found, err
	}
	var records []noex.PersistedRecord
	for rec := range state.Records {
		records = append(records, rec)
	}
	state.Records = nil
	state.Split = func(n int) []iter.Seq2[noex.PersistedRecord, error] {
		var parts []iter.Seq2[noex.PersistedRecord, error]
		for part := range slices.Chunk(records, len(records)/(n+1)+1) {
			last := len(parts) == n
			parts = append(parts, func(yield func(noex.PersistedRecord, error) bool) {
				for _, rec := range part {
					if !yield(rec, nil) {
						return
					}
				}
				if a.fail && last {
					yield(noex.PersistedRecord{}, errors.New("unreadable"))
				}
			})
		}
		return parts
	}
	return state, true, nil
}

func TestLoadKeepsOrderOverBatchesAndParts(t *testing.T) {
	a := memory.New()
	var records, ids []string
	for i := range 5000 {
		id := fmt.Sprintf("m%d", i*7919%5000)
		ids = append(ids, id)
		records = append(records, `{"id":"`+id+`","name":"N",`+meta)
	}
	stored(t, a, 3, "", records...)
	for _, adapter := range []noex.StorageAdapter{a, splitting{Adapter: a}} {
		s := mustOpen(t, adapter)
		var got []string
		for m := range s.Members.All() {
			got = append(got, m.ID)
		}
		if !slices.Equal(ids, got) {
			t.Errorf("%T: the order changed", adapter)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := Open(t.Context(), noex.Config{Persistence: noex.PersistenceConfig{Adapter: splitting{a, true}, Strict: true}})
	if err == nil || !strings.Contains(err.Error(), "unreadable") {
		t.Errorf("a part that fails: %v", err)
	}
}

// holding is an adapter that has members, whatever they are.
type holding struct {
	*memory.Adapter
	members noex.PersistedState
}

func (a holding) Load(_ context.Context, key string) (noex.PersistedState, bool, error) {
	return a.members, key == membersKey, nil
}

// Whatever index finds it, the first record that cannot be there is named.
func TestLoadNamesTheFirstRecordThatIsWrong(t *testing.T) {
	record := func(id, email int) string {
		return fmt.Sprintf(`{"id":"m%d","name":"N","email":"m%d@x.de",%s`, id, email, meta)
	}
	for name, tc := range map[string]struct {
		wrong map[int]string // records in place of others
		want  string
	}{
		"key":          {map[int]string{3000: record(7, 3000)}, `record 3000: bucket members: a record with key "m7" exists`},
		"unique value": {map[int]string{2000: record(2000, 8)}, `record 2000: bucket members: email "m8@x.de" is taken`},
		"value, key":   {map[int]string{2000: record(2000, 8), 3000: record(7, 3000)}, "record 2000: "},
		"key, value":   {map[int]string{1000: record(7, 1000), 2000: record(2000, 8)}, "record 1000: "},
		"key, type":    {map[int]string{1000: record(7, 1000), 1003: `{"id":"m1003","name":5,` + meta}, "record 1000: "},
		"type, key":    {map[int]string{997: `{"id":"m997","name":5,` + meta, 1000: record(7, 1000)}, "record 997: "},
	} {
		t.Run(name, func(t *testing.T) {
			records := make([]string, 5000)
			for i := range records {
				records[i] = record(i, i)
			}
			for i, r := range tc.wrong {
				records[i] = r
			}
			a := holding{memory.New(), older(3, "", records...)}
			s, err := open(a)
			if err != nil {
				t.Fatal(err)
			}
			failed := s.Stats().Persistence.LastError
			if failed == nil || !strings.Contains(failed.Error(), tc.want) {
				t.Errorf("load: %v; want %q", failed, tc.want)
			}
			// It starts empty, and works.
			if _, err := s.Members.Insert(MemberInput{ID: "m7", Name: "N", Email: noex.Some("m8@x.de")}); err != nil || s.Members.Len() != 1 {
				t.Errorf("%d members, %v", s.Members.Len(), err)
			}
			if err := s.Close(); err == nil || !strings.Contains(err.Error(), "quarantine of bucket members") {
				t.Errorf("Close: %v; want that what could not be read is not overwritten", err)
			}
		})
	}
}
