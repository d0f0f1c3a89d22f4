package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	noex "github.com/noexgen/noexgen/runtime"
)

const orders = "shop:bucket:orders"

func quarantine(t *testing.T, s *session) {
	q := s.StorageAdapter.(noex.Quarantiner)
	if name, err := q.Quarantine(t.Context(), users); err == nil {
		t.Fatalf("Quarantine of nothing = %q, want an error", name)
	}
	save(t, s, orders, Sample(9, 9))
	seen := map[string]bool{}
	for i := range 3 {
		save(t, s, users, Sample(i, 10))
		save(t, s, users, Sample(i, 11))
		name, err := q.Quarantine(t.Context(), users)
		if err != nil || name == "" || seen[name] {
			t.Fatalf("Quarantine = %q, %v; want a new name", name, err)
		}
		seen[name] = true
		wantNone(t, s, users)
	}
	s.reopen(t)
	wantNone(t, s, users)
	want(t, s, orders, Sample(9, 9))
	if l, ok := s.StorageAdapter.(noex.Lister); ok {
		wantKeys(t, l, orders)
	}
}

func wantKeys(t *testing.T, l noex.Lister, keys ...string) {
	t.Helper()
	got, err := l.Keys(t.Context())
	if err != nil {
		t.Fatalf("Keys: %v", err)
	}
	slices.Sort(keys)
	if diff := cmp.Diff(keys, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("keys (-want +got):\n%s", diff)
	}
}

func lists(t *testing.T, s *session) {
	wantKeys(t, s.StorageAdapter.(noex.Lister))
	keys := []string{users, orders, "a:bucket:b", "Ünï:bucket:ü", "odd", "A:bucket:b"}
	for i, key := range keys {
		save(t, s, key, Sample(i, 1))
	}
	wantNone(t, s, "unknown")
	wantKeys(t, s.StorageAdapter.(noex.Lister), keys...)
	s.reopen(t)
	wantKeys(t, s.StorageAdapter.(noex.Lister), keys...)
}

func deletes(t *testing.T, s *session) {
	d := s.StorageAdapter.(noex.Deleter)
	if err := d.Delete(t.Context(), users); err != nil {
		t.Fatalf("Delete of an unknown key: %v", err)
	}
	save(t, s, users, Sample(1, 10))
	save(t, s, users, Sample(2, 10))
	save(t, s, orders, Sample(3, 10))
	if err := d.Delete(t.Context(), users); err != nil {
		t.Fatalf("Delete: %v", err)
	}
	wantNone(t, s, users)
	s.reopen(t)
	wantNone(t, s, users)
	want(t, s, orders, Sample(3, 10))
	save(t, s, users, Sample(4, 4))
	want(t, s, users, Sample(4, 4))
}

// batch is the changes of a bucket, with the metadata of another sample.
func batch(key string, seed int, list []Change, err error) noex.BucketChanges {
	meta := Sample(seed, 0)
	return noex.BucketChanges{
		Key:                  key,
		Changes:              Changes(list, err),
		AutoincrementCounter: meta.Counter,
		Metadata:             meta.Metadata,
	}
}

// after is the state that the changes of batch make of s.
func (s State) after(seed int, list []Change) State {
	s = s.Apply(list)
	meta := Sample(seed, 0)
	s.Counter, s.Metadata = meta.Counter, meta.Metadata
	return s
}

func changesInNetEffect(t *testing.T, s *session) {
	c := s.StorageAdapter.(noex.ChangeAdapter)
	before := State{Records: []Record{{`"a"`, `{"v":1}`}, {`"b"`, `{"v":2}`}, {`"c"`, `{"v":3}`}, {`4`, `{"v":4}`}}}
	for name, list := range map[string][]Change{
		"nothing":                    nil,
		"update keeps the place":     {{noex.Updated, `"b"`, `{"v":20}`}},
		"update with the same":       {{noex.Updated, `"b"`, `{"v":2}`}},
		"delete":                     {{noex.Deleted, `"b"`, ""}},
		"delete of what is not":      {{noex.Deleted, `"x"`, ""}},
		"insert goes last":           {{noex.Inserted, `"0"`, `{"v":0}`}},
		"insert of a key goes last":  {{noex.Inserted, `"a"`, `{"v":10}`}},
		"insert of the last key":     {{noex.Inserted, `4`, `{"v":40}`}},
		"update of what is not":      {{noex.Updated, `"x"`, `{"v":5}`}},
		"a number is not its digits": {{noex.Updated, `4`, `{"v":44}`}, {noex.Inserted, `"4"`, `{"v":45}`}},
		"all": {
			{noex.Deleted, `"a"`, ""},
			{noex.Inserted, `"z"`, `{"v":6}`},
			{noex.Updated, `"c"`, `{"v":30,"t":"'\u0000😀"}`},
			{noex.Inserted, `"b"`, `{"v":7}`},
		},
		"everything deleted": {{noex.Deleted, `"a"`, ""}, {noex.Deleted, `"b"`, ""}, {noex.Deleted, `"c"`, ""}, {noex.Deleted, `4`, ""}},
	} {
		save(t, s, users, before)
		if err := c.SaveChanges(t.Context(), []noex.BucketChanges{batch(users, 7, list, nil)}); err != nil {
			t.Fatalf("%s: SaveChanges: %v", name, err)
		}
		t.Log(name) // shown if what follows fails
		want(t, s, users, before.after(7, list))
	}
}

func changesOfManyBuckets(t *testing.T, s *session) {
	c := s.StorageAdapter.(noex.ChangeAdapter)
	if err := c.SaveChanges(t.Context(), nil); err != nil {
		t.Fatalf("SaveChanges of nothing: %v", err)
	}
	save(t, s, users, Sample(1, 100))
	save(t, s, orders, Sample(2, 100))
	first := []Change{{noex.Updated, `"k0"`, `{"new":1}`}, {noex.Inserted, `"new"`, `{"new":2}`}}
	second := []Change{{noex.Deleted, `"k1"`, ""}}
	if err := c.SaveChanges(t.Context(), []noex.BucketChanges{batch(users, 3, first, nil), batch(orders, 4, second, nil)}); err != nil {
		t.Fatalf("SaveChanges: %v", err)
	}
	s.reopen(t)
	want(t, s, users, Sample(1, 100).after(3, first))
	want(t, s, orders, Sample(2, 100).after(4, second))
}

func failedChangesAreAtomic(t *testing.T, s *session) {
	c := s.StorageAdapter.(noex.ChangeAdapter)
	save(t, s, users, Sample(1, 100))
	save(t, s, orders, Sample(2, 100))
	list := []Change{{noex.Updated, `"k0"`, `{"new":1}`}, {noex.Inserted, `"new"`, `{"new":2}`}, {noex.Deleted, `"k1"`, ""}}
	for n := range 2 {
		errs := [2]error{}
		errs[n] = errStream
		err := c.SaveChanges(t.Context(), []noex.BucketChanges{batch(users, 3, list, errs[0]), batch(orders, 4, list, errs[1])})
		if !errors.Is(err, errStream) {
			t.Fatalf("SaveChanges: %v; want the error of the stream", err)
		}
		want(t, s, users, Sample(1, 100))
		want(t, s, orders, Sample(2, 100))
	}
	s.reopen(t)
	want(t, s, users, Sample(1, 100))
	want(t, s, orders, Sample(2, 100))
	if err := s.StorageAdapter.(noex.ChangeAdapter).SaveChanges(t.Context(), []noex.BucketChanges{batch(users, 3, list, nil)}); err != nil {
		t.Fatalf("SaveChanges after a failure: %v", err)
	}
	want(t, s, users, Sample(1, 100).after(3, list))
}

func canceledChangesLeaveOld(t *testing.T, s *session) {
	c := s.StorageAdapter.(noex.ChangeAdapter)
	save(t, s, users, Sample(1, 100))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	list := []Change{{noex.Deleted, `"k1"`, ""}}
	if err := c.SaveChanges(ctx, []noex.BucketChanges{batch(users, 3, list, nil)}); !errors.Is(err, context.Canceled) {
		t.Fatalf("SaveChanges: %v; want context.Canceled", err)
	}
	want(t, s, users, Sample(1, 100))
}

func changesNeedABucket(t *testing.T, s *session) {
	c := s.StorageAdapter.(noex.ChangeAdapter)
	save(t, s, users, Sample(1, 100))
	list := []Change{{noex.Inserted, `"new"`, `{}`}}
	if err := c.SaveChanges(t.Context(), []noex.BucketChanges{batch(users, 3, list, nil), batch(orders, 4, list, nil)}); err == nil {
		t.Fatal("changes of a bucket that was never saved are accepted")
	}
	want(t, s, users, Sample(1, 100))
	wantNone(t, s, orders)
}

func changesAreThoseOfModel(t *testing.T, s *session) {
	rnd := rand.New(rand.NewPCG(1, 2))
	model := Sample(1, 20)
	save(t, s, users, model)
	for round := range 60 {
		var list []Change
		for _, k := range rnd.Perm(40)[:rnd.IntN(12)] {
			key := fmt.Sprintf(`"k%d"`, k)
			value := fmt.Sprintf(`{"id":%s,"round":%d}`, key, round)
			switch exists := slices.ContainsFunc(model.Records, func(r Record) bool { return r.Key == key }); {
			case !exists || rnd.IntN(4) == 0:
				list = append(list, Change{noex.Inserted, key, value})
			case rnd.IntN(2) == 0:
				list = append(list, Change{noex.Updated, key, value})
			default:
				list = append(list, Change{noex.Deleted, key, ""})
			}
		}
		if err := s.StorageAdapter.(noex.ChangeAdapter).SaveChanges(t.Context(), []noex.BucketChanges{batch(users, round, list, nil)}); err != nil {
			t.Fatalf("SaveChanges: %v", err)
		}
		model = model.after(round, list)
		want(t, s, users, model)
		if rnd.IntN(10) == 0 {
			s.reopen(t)
			want(t, s, users, model)
		}
	}
}
