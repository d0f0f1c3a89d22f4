package conformance

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func canceled(t testing.TB) context.Context {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestMaxSize(t *testing.T) {
	fill := func(t *testing.T, ids ...string) *Store {
		s := open(t, noex.Config{})
		for _, id := range ids {
			insert(t, s.Recents, RecentInput{ID: id, Name: noex.Some("name of " + id)})
		}
		return s
	}
	has := func(t *testing.T, s *Store, want string) {
		t.Helper()
		equal(t, each(s.Recents.First(99), func(r Recent) string { return r.ID }), want)
	}
	t.Run("under the limit nothing goes", func(t *testing.T) { has(t, fill(t, "a", "b", "c"), "a b c") })
	t.Run("maxSize 3, fourth insert: the oldest goes, with a deleted event that says why", func(t *testing.T) {
		s := fill(t, "a", "b", "c")
		rec, _ := record(s.Recents)
		insert(t, s.Recents, RecentInput{ID: "d"})
		has(t, s, "b c d")
		equal(t, s.Recents.Len(), 3)
		settle(t, s)
		events := rec.take()
		equal(t, each(events, topic), "inserted d deleted(evicted) a")
		equal(t, [2]uint64{events[0].Revision, events[1].Revision}, [2]uint64{4, 4})
	})
	t.Run("the oldest is that by creation, an update does not make a record younger", func(t *testing.T) {
		s := fill(t, "a", "b", "c")
		update(t, s.Recents, "a", RecentPatch{Kind: noex.Some("k")})
		_, err := s.Recents.Upsert(RecentInput{ID: "b"})
		noErr(t, err)
		insert(t, s.Recents, RecentInput{ID: "d"})
		has(t, s, "b c d")
		insert(t, s.Recents, RecentInput{ID: "e"})
		has(t, s, "c d e")
	})
	t.Run("maxSize 1, three inserts: the last remains", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b", "c"} {
			insert(t, s.Single, OnlyInput{ID: id})
		}
		equal(t, each(s.Single.First(9), func(o Only) string { return o.ID }), "c")
	})
	t.Run("an insert that is rejected evicts nothing [mended]", func(t *testing.T) {
		s := fill(t, "a", "b", "c")
		_, err := s.Recents.Insert(RecentInput{ID: "d", Name: noex.Some("name of b")})
		failsAs[*noex.UniqueError](t, err)
		_, err = s.Recents.Insert(RecentInput{ID: "c"})
		failsAs[*noex.DuplicateKeyError](t, err)
		_, err = s.Recents.InsertMany([]RecentInput{{ID: "d"}, {ID: "e"}, {ID: "c"}})
		failsAs[*noex.DuplicateKeyError](t, err)
		has(t, s, "a b c")
		equal(t, s.Revision(), 3)
	})
	t.Run("upsert of an existing key in a full bucket evicts nothing [mended]", func(t *testing.T) {
		s := fill(t, "a", "b", "c")
		_, err := s.Recents.Upsert(RecentInput{ID: "c"})
		noErr(t, err)
		has(t, s, "a b c")
	})
	t.Run("the unique value of the record that has to go is taken until it is gone", func(t *testing.T) {
		s := fill(t, "a", "b", "c")
		_, err := s.Recents.Insert(RecentInput{ID: "d", Name: noex.Some("name of a")})
		failsAs[*noex.UniqueError](t, err)
		has(t, s, "a b c")
	})
	t.Run("the unique value of an evicted record is free", func(t *testing.T) {
		s := fill(t, "a", "b", "c", "d")
		insert(t, s.Recents, RecentInput{ID: "e", Name: noex.Some("name of a")})
		has(t, s, "c d e")
	})
	t.Run("more records in one insert than there is room for", func(t *testing.T) {
		s := fill(t, "a")
		rec, _ := record(s.Recents)
		var ins []RecentInput
		for i := range 10 {
			ins = append(ins, RecentInput{ID: fmt.Sprint(i)})
		}
		recs, err := s.Recents.InsertMany(ins)
		noErr(t, err)
		equal(t, len(recs), 10)
		has(t, s, "7 8 9")
		settle(t, s)
		equal(t, rec.topics(), "inserted 7 inserted 8 inserted 9 deleted(evicted) a") // those that came and went show nowhere
	})
	t.Run("many records in one insert cost no more than they are", func(t *testing.T) {
		s := open(t, noex.Config{})
		ins := make([]OnlyInput, 100_000)
		for i := range ins {
			ins[i].ID = fmt.Sprint(i)
		}
		_, err := s.Single.InsertMany(ins) // minutes, if folding the commit is quadratic
		noErr(t, err)
		get(t, s.Single, "99999")
	})
	t.Run("ttl and maxSize: what expired makes room first", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, unswept)
			soon := noex.Some(time.Now().Add(time.Millisecond))
			insert(t, s.Cache, CachedInput{Key: "a"})
			insert(t, s.Cache, CachedInput{Key: "b", ExpiresAt: soon})
			insert(t, s.Cache, CachedInput{Key: "c"})
			time.Sleep(time.Millisecond)
			insert(t, s.Cache, CachedInput{Key: "d"})
			keys := func() string { return each(s.Cache.First(9), func(c Cached) string { return c.Key }) }
			equal(t, keys(), "a c d")
			insert(t, s.Cache, CachedInput{Key: "e"})
			equal(t, keys(), "c d e")
			time.Sleep(time.Minute)
			n, err := s.PurgeExpired()
			noErr(t, err)
			equal(t, n, 3)
		})
	})
	t.Run("what is evicted stays so after a restart", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		for _, id := range []string{"a", "b", "c", "d"} {
			insert(t, s.Recents, RecentInput{ID: id})
		}
		s = reopen(t, s, on(a))
		has(t, s, "b c d")
		insert(t, s.Recents, RecentInput{ID: "e"})
		has(t, s, "c d e")
	})
	t.Run("a bucket that was stored with more records than its limit shrinks with the next insert that is accepted", func(t *testing.T) {
		a := newSpy()
		var st stored
		for _, id := range []string{"a", "b", "c", "d", "e"} {
			st.records = append(st.records, [2]string{`"` + id + `"`, `{"id":"` + id + `","_version":1,"_createdAt":1,"_updatedAt":1}`})
		}
		a.put("conformance:bucket:recents", st)
		s := open(t, on(a))
		has(t, s, "a b c d e")
		_, err := s.Recents.Insert(RecentInput{ID: "c"})
		failsAs[*noex.DuplicateKeyError](t, err)
		has(t, s, "a b c d e")
		insert(t, s.Recents, RecentInput{ID: "f"})
		has(t, s, "d e f")
	})
}
