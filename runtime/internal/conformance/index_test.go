package conformance

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func names(recs []User) string { return each(recs, func(u User) string { return u.Name }) }

// tierReads are the ways to ask for the records of a tier.
func tierReads(s *Store, tier UserTier) map[string]string {
	where := s.Users.Where(UserFields.Tier.Eq(tier))
	reads := map[string]string{
		"ByTier": names(s.Users.ByTier(tier)),
		"Where":  names(where.All()),
		"scan":   names(s.Users.Where(noex.Not(noex.Not(UserFields.Tier.Eq(tier)))).All()),
	}
	if n := where.Count(); n != len(where.All()) || n != s.Users.CountByTier(tier) {
		reads["Count"] = "differs"
	}
	if u, ok := where.One(); ok != (len(where.All()) > 0) || ok && u.ID != where.All()[0].ID {
		reads["One"] = "differs"
	}
	return reads
}

// hasTier checks what every way to ask for a tier answers.
func hasTier(t *testing.T, s *Store, tier UserTier, want string) {
	t.Helper()
	for how, got := range tierReads(s, tier) {
		if got != want {
			t.Errorf("%s %s: got %q, want %q", how, tier, got, want)
		}
	}
}

func TestIndex(t *testing.T) {
	three := func(t *testing.T) *Store {
		s := open(t, noex.Config{})
		for _, in := range []UserInput{
			{ID: noex.Some("a"), Name: "A", Tier: noex.Some(UserTierVip), Email: noex.Some("a@b.c"), City: noex.Some("Rome")},
			{ID: noex.Some("b"), Name: "B"},
			{ID: noex.Some("c"), Name: "C", Tier: noex.Some(UserTierVip), City: noex.Some("Oslo")},
		} {
			insert(t, s.Users, in)
		}
		return s
	}
	t.Run("indexed value, 2 of 3", func(t *testing.T) {
		hasTier(t, three(t), UserTierVip, "A C")
	})
	t.Run("indexed and other fields in one filter", func(t *testing.T) {
		s := three(t)
		equal(t, names(s.Users.Where(UserFields.Tier.Eq(UserTierVip), UserFields.City.Eq("Oslo")).All()), "C")
		equal(t, names(s.Users.Where(UserFields.City.Eq("Oslo"), UserFields.Tier.Eq(UserTierVip)).All()), "C")
		equal(t, names(s.Users.Where(UserFields.Tier.Eq(UserTierBasic), UserFields.City.Eq("Oslo")).All()), "")
		equal(t, names(s.Users.Where(UserFields.Tier.Eq(UserTierVip), UserFields.Tier.Eq(UserTierBasic)).All()), "")
	})
	t.Run("the index is used", func(t *testing.T) {
		s := three(t)
		plan := s.Users.Where(UserFields.City.Eq("Oslo"), UserFields.Tier.Eq(UserTierVip)).Explain()
		if !strings.Contains(plan, "index tier") {
			t.Errorf("the plan is %q", plan)
		}
	})
	t.Run("indexed value without records", func(t *testing.T) {
		s := three(t)
		equal(t, len(s.Users.ByAge(7)), 0)
		equal(t, len(s.Users.Where(UserFields.Age.Eq(7)).All()), 0)
	})
	t.Run("a field that is listed and unique finds one record", func(t *testing.T) {
		s := three(t)
		got, ok := s.Users.ByEmail("a@b.c")
		equal(t, ok, true)
		equal(t, got, get(t, s.Users, "a"))
		equal(t, s.Users.Where(UserFields.Email.Eq("a@b.c")).All(), []User{got})
		_, ok = s.Users.ByEmail("x@b.c")
		equal(t, ok, false)
	})
	t.Run("insert, update, delete and clear show at once", func(t *testing.T) {
		s := three(t)
		insert(t, s.Users, UserInput{ID: noex.Some("d"), Name: "D", Tier: noex.Some(UserTierVip)})
		hasTier(t, s, UserTierVip, "A C D")
		update(t, s.Users, "b", UserPatch{Tier: noex.Some(UserTierVip)})
		hasTier(t, s, UserTierVip, "A B C D") // in bucket order
		hasTier(t, s, UserTierBasic, "")
		update(t, s.Users, "a", UserPatch{Tier: noex.Some(UserTierBasic)})
		hasTier(t, s, UserTierVip, "B C D")
		hasTier(t, s, UserTierBasic, "A")
		if _, err := s.Users.Delete("c"); err != nil {
			t.Fatal(err)
		}
		hasTier(t, s, UserTierVip, "B D")
		if _, err := s.Users.Clear(); err != nil {
			t.Fatal(err)
		}
		hasTier(t, s, UserTierVip, "")
	})
	t.Run("purge shows at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, noex.Config{TTLCheckInterval: -1})
			insert(t, s.Sessions, SessionInput{Token: "a", Role: noex.Some("r")})
			equal(t, len(s.Sessions.ByRole("r")), 1)
			time.Sleep(100 * time.Millisecond)
			for range 2 { // expired, then purged
				equal(t, len(s.Sessions.ByRole("r")), 0)
				equal(t, s.Sessions.CountByRole("r"), 0)
				equal(t, s.Sessions.Where(SessionFields.Role.Eq("r")).Count(), 0)
				_, err := s.PurgeExpired()
				noErr(t, err)
			}
		})
	})
	t.Run("eviction shows at once", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b", "c", "d"} {
			insert(t, s.Recents, RecentInput{ID: id, Kind: noex.Some("k"), Name: noex.Some("name " + id)})
		}
		equal(t, each(s.Recents.ByKind("k"), func(r Recent) string { return r.ID }), "b c d")
		_, ok := s.Recents.ByName("name a")
		equal(t, ok, false)
	})
	t.Run("unique field updated: the old value finds nothing, the new one the record", func(t *testing.T) {
		s := three(t)
		u := update(t, s.Users, "a", UserPatch{Email: noex.Some("new@b.c")})
		_, ok := s.Users.ByEmail("a@b.c")
		equal(t, ok, false)
		got, _ := s.Users.ByEmail("new@b.c")
		equal(t, got, u)
	})
	t.Run("field without index: the same answers by a scan", func(t *testing.T) {
		s := three(t)
		q := s.Users.Where(UserFields.City.Eq("Rome"))
		equal(t, names(q.All()), "A")
		equal(t, q.Count(), 1)
		u, ok := q.One()
		equal(t, ok, true)
		equal(t, u.Name, "A")
	})
	t.Run("absent value: the same answers with and without an index [mended]", func(t *testing.T) {
		s := three(t)
		update(t, s.Users, "b", UserPatch{Age: noex.Some(int64(0))})
		equal(t, names(s.Users.Where(noex.Not(UserFields.Age.IsSet())).All()), "A C")
		equal(t, names(s.Users.Where(noex.Not(UserFields.City.IsSet())).All()), "B")
		equal(t, names(s.Users.ByAge(0)), "B") // the zero value is not absence
		equal(t, names(s.Users.Where(UserFields.Age.Eq(0)).All()), "B")
	})
	t.Run("many records of one value come and go", func(t *testing.T) {
		s := open(t, noex.Config{})
		var ins []NumberedInput
		for range 1000 {
			ins = append(ins, NumberedInput{Label: "x"})
		}
		recs, err := s.Numbered.InsertMany(ins)
		noErr(t, err)
		for _, r := range recs {
			if r.N%3 == 0 {
				_, err = s.Numbered.Delete(r.N)
			} else if r.N%3 == 1 {
				_, err = s.Numbered.Update(r.N, NumberedPatch{Label: noex.Some("y")})
			}
			noErr(t, err)
		}
		for label, rest := range map[string]int64{"x": 2, "y": 1} {
			last := int64(0)
			found := s.Numbered.ByLabel(label)
			for _, r := range found {
				if r.N%3 != rest || r.N <= last {
					t.Fatalf("%s: %d after %d", label, r.N, last)
				}
				last = r.N
			}
			equal(t, len(found), 333+int(2-rest))
		}
	})
}

func TestIndexCompound(t *testing.T) {
	s := open(t, noex.Config{})
	add := func(id int64, tier PairTier, name string, slot int64) {
		insert(t, s.Pairs, PairInput{ID: id, Tier: tier, Name: noex.Some(name), Slot: noex.Some(slot)})
	}
	add(1, PairTierVip, "a", 5)
	add(2, PairTierVip, "b", 3)
	add(3, PairTierBasic, "a", 5)
	ids := func(recs []Pair) string { return each(recs, func(p Pair) string { return string(rune('0' + p.ID)) }) }

	t.Run("several fields find their record", func(t *testing.T) {
		p, ok := s.Pairs.ByTierAndName(PairTierVip, "b")
		equal(t, ok, true)
		equal(t, p.ID, 2)
		_, ok = s.Pairs.ByTierAndName(PairTierBasic, "b")
		equal(t, ok, false)
	})
	t.Run("an ordered index finds by equality, in bucket order", func(t *testing.T) {
		equal(t, ids(s.Pairs.BySlot(5)), "1 3")
		equal(t, ids(s.Pairs.ByTierAndSlot(PairTierVip, 5)), "1")
		equal(t, ids(s.Pairs.Where(PairFields.Slot.Eq(5)).All()), "1 3")
	})
	t.Run("several unique fields are unique together", func(t *testing.T) {
		_, err := s.Pairs.Insert(PairInput{ID: 4, Tier: PairTierVip, Name: noex.Some("b")})
		equal(t, failsAs[*noex.UniqueError](t, err).Field, "tier_name")
		gone(t, s.Pairs, 4)
		_, err = s.Pairs.Update(2, PairPatch{Name: noex.Some("a")})
		failsAs[*noex.UniqueError](t, err)
		update(t, s.Pairs, 2, PairPatch{Name: noex.Some("c")})
		_, ok := s.Pairs.ByTierAndName(PairTierVip, "b")
		equal(t, ok, false)
	})
	t.Run("records that lack one of the fields are not in the index", func(t *testing.T) {
		for id := range int64(3) {
			insert(t, s.Pairs, PairInput{ID: 10 + id, Tier: PairTierVip})
		}
		equal(t, s.Pairs.Where(PairFields.Tier.Eq(PairTierVip)).Count(), 5)
	})
	t.Run("they all survive a restart", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		insert(t, s.Pairs, PairInput{ID: 1, Tier: PairTierVip, Name: noex.Some("a"), Slot: noex.Some(int64(5))})
		noErr(t, s.Flush(context.Background()))
		s = reopen(t, s, on(a))
		equal(t, ids(s.Pairs.ByTierAndSlot(PairTierVip, 5)), "1")
		_, err := s.Pairs.Insert(PairInput{ID: 2, Tier: PairTierVip, Name: noex.Some("a")})
		failsAs[*noex.UniqueError](t, err)
	})
}
