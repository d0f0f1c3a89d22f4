package noex_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/noexgen/noexgen/example/userapp/store"
	noex "github.com/noexgen/noexgen/runtime"
)

// changeKeeper is an adapter that takes changes and fails when told to, before
// or after it has stored them: a caller cannot know which.
type changeKeeper struct {
	buckets    map[string]*kept
	failBefore bool
	failAfter  bool
	whole      int
	during     func() // runs while changes are saved, once
}

type kept struct {
	keys    []string
	values  map[string]string
	counter int64
	meta    noex.Metadata
}

var errKeeper = errors.New("disk on fire")

func (k *kept) put(key, value string, last bool) {
	if last {
		k.drop(key)
	}
	if _, ok := k.values[key]; !ok {
		k.keys = append(k.keys, key)
	}
	k.values[key] = value
}

func (k *kept) drop(key string) {
	delete(k.values, key)
	k.keys = slices.DeleteFunc(k.keys, func(x string) bool { return x == key })
}

func (c *changeKeeper) Save(_ context.Context, key string, state noex.PersistedState) error {
	if c.failBefore {
		return errKeeper
	}
	c.whole++
	k := &kept{values: make(map[string]string), counter: state.AutoincrementCounter, meta: state.Metadata}
	for rec, err := range state.Records {
		if err != nil {
			return err
		}
		k.put(string(rec.Key), string(rec.Value), false)
	}
	c.buckets[key] = k
	if c.failAfter {
		return errKeeper
	}
	return nil
}

func (c *changeKeeper) SaveChanges(_ context.Context, batch []noex.BucketChanges) error {
	if c.failBefore {
		return errKeeper
	}
	for _, b := range batch {
		k := c.buckets[b.Key]
		if k == nil {
			return fmt.Errorf("changes of %s, which was never saved", b.Key)
		}
		for ch, err := range b.Changes {
			if err != nil {
				return err
			}
			switch ch.Type {
			case noex.Inserted, noex.Updated:
				k.put(string(ch.Key), string(ch.Value), ch.Type == noex.Inserted)
			case noex.Deleted:
				k.drop(string(ch.Key))
			}
		}
		k.counter, k.meta = b.AutoincrementCounter, b.Metadata
	}
	if during := c.during; during != nil {
		c.during = nil
		during()
	}
	if c.failAfter {
		return errKeeper
	}
	return nil
}

func (c *changeKeeper) Load(_ context.Context, key string) (noex.PersistedState, bool, error) {
	k := c.buckets[key]
	if k == nil {
		return noex.PersistedState{}, false, nil
	}
	return noex.PersistedState{
		AutoincrementCounter: k.counter, Metadata: k.meta,
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for _, key := range k.keys {
				if !yield(noex.PersistedRecord{Key: []byte(key), Value: []byte(k.values[key])}, nil) {
					return
				}
			}
		},
	}, true, nil
}

// TestChangesAddUpToTheBucket runs random histories with failing saves: what
// the adapter makes of the changes must always be the bucket itself, in its
// order, and a store that is opened on it must go on from there.
func TestChangesAddUpToTheBucket(t *testing.T) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		adapter := &changeKeeper{buckets: make(map[string]*kept)}
		open := func() *store.Store {
			// Nothing is saved but by Flush, since the adapter is this goroutine's.
			s, err := store.Open(ctx, noex.Config{Persistence: noex.PersistenceConfig{Adapter: adapter, Debounce: time.Hour}})
			if err != nil {
				t.Fatal(err)
			}
			return s
		}
		s := open()
		ids := rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h"})
		input := func(id string) store.UserInput {
			return store.UserInput{ID: noex.Some(id), Name: rapid.StringN(1, 3, -1).Draw(t, "name"), Email: id + "@x.de"}
		}
		flush := func() error { return s.Flush(ctx) }
		t.Repeat(map[string]func(*rapid.T){
			"insert": func(t *rapid.T) { _, _ = s.Users.Insert(input(ids.Draw(t, "id"))) },
			"upsert": func(t *rapid.T) { must(s.Users.Upsert(input(ids.Draw(t, "id")))) },
			"update": func(t *rapid.T) {
				_, _ = s.Users.Update(ids.Draw(t, "id"), store.UserPatch{Name: noex.Some("new")})
			},
			"delete": func(t *rapid.T) { must(s.Users.Delete(ids.Draw(t, "id"))) },
			"clear":  func(*rapid.T) { must(s.Users.Clear()) },
			"replace in a transaction": func(t *rapid.T) {
				id := ids.Draw(t, "id")
				err := runTx(s, func(tx *store.UserTx) error {
					must(tx.Delete(id))
					_, err := tx.Insert(input(id))
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			},
			"insert many": func(t *rapid.T) {
				from := rapid.IntRange(0, 1500).Draw(t, "from")
				for i := range rapid.IntRange(0, 900).Draw(t, "n") {
					id := fmt.Sprint("m", from+i)
					_, _ = s.Users.Insert(store.UserInput{ID: noex.Some(id), Name: "many", Email: id + "@x.de"})
				}
			},
			"delete most": func(t *rapid.T) {
				stay := rapid.IntRange(2, 200).Draw(t, "one in")
				for i := range 2400 {
					if i%stay > 0 {
						must(s.Users.Delete(fmt.Sprint("m", i)))
					}
				}
			},
			"update many": func(t *rapid.T) {
				name := noex.Some(rapid.StringN(1, 3, -1).Draw(t, "name"))
				for u := range s.Users.All() {
					must(s.Users.Update(u.ID, store.UserPatch{Name: name}))
				}
			},
			"write while a flush fails": func(t *rapid.T) {
				if _, err := s.Users.Upsert(input(ids.Draw(t, "id"))); err != nil {
					t.Fatal(err)
				}
				stay := rapid.IntRange(1, 40).Draw(t, "one in")
				adapter.during = func() {
					for i, u := range slices.Collect(s.Users.All()) {
						switch {
						case i%stay > 0:
							must(s.Users.Delete(u.ID))
						case i%3 == 0:
							must(s.Users.Update(u.ID, store.UserPatch{Name: noex.Some("meanwhile")}))
						}
					}
					for range 5 {
						must(s.Users.Upsert(input(ids.Draw(t, "id"))))
					}
				}
				adapter.failAfter = true
				err := flush()
				adapter.failAfter, adapter.during = false, nil
				if err != nil && !errors.Is(err, errKeeper) {
					t.Fatal(err)
				}
			},
			"flush fails": func(t *rapid.T) {
				before := rapid.Bool().Draw(t, "before")
				adapter.failBefore, adapter.failAfter = before, !before
				err := flush()
				adapter.failBefore, adapter.failAfter = false, false
				if err != nil && !errors.Is(err, errKeeper) {
					t.Fatal(err)
				}
			},
			"flush": func(t *rapid.T) {
				if err := flush(); err != nil {
					t.Fatal(err)
				}
				checkKept(t, s, adapter)
			},
			"reopen": func(t *rapid.T) {
				if err := s.Close(); err != nil {
					t.Fatal(err)
				}
				checkKept(t, s, adapter)
				before := slices.Collect(s.Users.All())
				s = open()
				if diff := cmp.Diff(before, slices.Collect(s.Users.All()), cmp.Comparer(func(a, b store.User) bool { return a == b })); diff != "" {
					t.Fatalf("after reopening (-before +after):\n%s", diff)
				}
			},
		})
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	})
}

func checkKept(t *rapid.T, s *store.Store, adapter *changeKeeper) {
	t.Helper()
	k := adapter.buckets["user-app:bucket:users"]
	if k == nil {
		if s.Users.Len() > 0 {
			t.Fatal("nothing was stored")
		}
		return
	}
	keys := []string{}
	for u := range s.Users.All() {
		key := must(json.Marshal(u.ID))
		keys = append(keys, string(key))
		if want := string(must(u.MarshalJSON())); k.values[string(key)] != want {
			t.Fatalf("stored %s, want %s", k.values[string(key)], want)
		}
	}
	if diff := cmp.Diff(keys, append([]string{}, k.keys...)); diff != "" {
		t.Fatalf("stored keys (-bucket +stored):\n%s", diff)
	}
}
