package conformance

import (
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestUnique(t *testing.T) {
	two := func(t *testing.T) *Store {
		s := open(t, noex.Config{})
		insert(t, s.Users, UserInput{ID: noex.Some("a"), Name: "A", Email: noex.Some("a@b.c"), Handle: noex.Some("ha")})
		insert(t, s.Users, UserInput{ID: noex.Some("b"), Name: "B", Email: noex.Some("b@b.c"), Handle: noex.Some("hb")})
		return s
	}
	finds := func(t *testing.T, s *Store, email, want string) {
		t.Helper()
		u, _ := s.Users.ByEmail(email)
		equal(t, u.Name, want)
	}
	t.Run("insert of a taken value names bucket, field and value and touches nothing", func(t *testing.T) {
		s := two(t)
		_, err := s.Users.Insert(UserInput{
			ID: noex.Some("c"), Name: "C", Email: noex.Some("a@b.c"), Handle: noex.Some("hc"), Tier: noex.Some(UserTierVip),
		})
		equal(t, *failsAs[*noex.UniqueError](t, err), noex.UniqueError{Bucket: "users", Field: "email", Value: "a@b.c"})
		equal(t, s.Users.Len(), 2)
		gone(t, s.Users, "c")
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		_, ok := s.Users.ByHandle("hc")
		equal(t, ok, false)
		finds(t, s, "a@b.c", "A")
		insert(t, s.Users, UserInput{ID: noex.Some("c"), Name: "C", Handle: noex.Some("hc")})
	})
	t.Run("update to the value of another record half-updates nothing", func(t *testing.T) {
		s := two(t)
		_, err := s.Users.Update("b", UserPatch{Tier: noex.Some(UserTierVip), Handle: noex.Some("new"), Email: noex.Some("a@b.c")})
		equal(t, *failsAs[*noex.UniqueError](t, err), noex.UniqueError{Bucket: "users", Field: "email", Value: "a@b.c"})
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		_, ok := s.Users.ByHandle("new")
		equal(t, ok, false)
		finds(t, s, "b@b.c", "B")
	})
	t.Run("upsert to the value of another record", func(t *testing.T) {
		s := two(t)
		_, err := s.Users.Upsert(UserInput{ID: noex.Some("b"), Name: "B", Email: noex.Some("a@b.c")})
		failsAs[*noex.UniqueError](t, err)
		finds(t, s, "b@b.c", "B")
	})
	t.Run("own current value", func(t *testing.T) {
		s := two(t)
		update(t, s.Users, "a", UserPatch{Email: noex.Some("a@b.c")})
		update(t, s.Users, "a", UserPatch{City: noex.Some("Rome")})
		finds(t, s, "a@b.c", "A")
	})
	t.Run("any number of records without a value", func(t *testing.T) {
		s := two(t)
		for range 3 {
			insert(t, s.Users, UserInput{Name: "C"})
			insert(t, s.Users, UserInput{Name: "D", Email: noex.Null[string]()})
		}
		equal(t, s.Users.Len(), 8)
	})
	t.Run("the empty string is a value", func(t *testing.T) {
		s := two(t)
		insert(t, s.Users, UserInput{Name: "C", Handle: noex.Some("")})
		_, err := s.Users.Insert(UserInput{Name: "D", Handle: noex.Some("")})
		equal(t, failsAs[*noex.UniqueError](t, err).Value, any(""))
	})
	t.Run("null to value, value to null: the lookup follows", func(t *testing.T) {
		s := two(t)
		update(t, s.Users, "a", UserPatch{Email: noex.Null[string]()})
		finds(t, s, "a@b.c", "")
		update(t, s.Users, "b", UserPatch{Email: noex.Some("a@b.c")})
		finds(t, s, "a@b.c", "B")
		finds(t, s, "b@b.c", "")
		update(t, s.Users, "a", UserPatch{Email: noex.Some("b@b.c")})
		finds(t, s, "b@b.c", "A")
	})
	t.Run("two unique fields: a violation of either writes to no index", func(t *testing.T) {
		s := two(t)
		for _, in := range []UserInput{
			{Name: "C", Email: noex.Some("a@b.c"), Handle: noex.Some("hc")},
			{Name: "C", Email: noex.Some("c@b.c"), Handle: noex.Some("ha")},
		} {
			_, err := s.Users.Insert(in)
			failsAs[*noex.UniqueError](t, err)
		}
		insert(t, s.Users, UserInput{Name: "C", Email: noex.Some("c@b.c"), Handle: noex.Some("hc")})
	})
	t.Run("a deleted record frees its values", func(t *testing.T) {
		s := two(t)
		if _, err := s.Users.Delete("a"); err != nil {
			t.Fatal(err)
		}
		insert(t, s.Users, UserInput{Name: "C", Email: noex.Some("a@b.c"), Handle: noex.Some("ha")})
	})
	t.Run("two dates of the same instant are one value [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
		insert(t, s.Days, DayInput{ID: "1", Day: noex.Some(at)})
		for name, same := range map[string]time.Time{
			"copy":      time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC),
			"zone":      at.In(time.FixedZone("", 7200)),
			"monotonic": time.Now().Add(time.Until(at)).Round(time.Hour),
		} {
			if !same.Equal(at) {
				t.Fatalf("%s is not the same instant: %v", name, same)
			}
			_, err := s.Days.Insert(DayInput{ID: "2", Day: noex.Some(same)})
			if _, ok := err.(*noex.UniqueError); !ok {
				t.Errorf("%s: got the error %v", name, err)
			}
			if d, _ := s.Days.ByDay(same); d.ID != "1" {
				t.Errorf("%s: ByDay found %q", name, d.ID)
			}
			if n := s.Days.Where(DayFields.Day.Eq(same)).Count(); n != 1 {
				t.Errorf("%s: Where found %d", name, n)
			}
		}
		insert(t, s.Days, DayInput{ID: "2", Day: noex.Some(at.Add(time.Nanosecond))})
	})
	t.Run("an indexed date is found in any zone", func(t *testing.T) {
		s := open(t, noex.Config{})
		at := time.Date(2024, 5, 1, 0, 0, 0, 0, time.FixedZone("", 3600))
		insert(t, s.Days, DayInput{ID: "1", Month: noex.Some(at)})
		insert(t, s.Days, DayInput{ID: "2", Month: noex.Some(at.UTC())})
		equal(t, len(s.Days.ByMonth(at)), 2)
		equal(t, s.Days.Where(DayFields.Month.Eq(at.Local())).Count(), 2)
	})
}
