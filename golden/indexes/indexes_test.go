package indexes_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/noexgen/noexgen/golden/goldentest"
	"github.com/noexgen/noexgen/golden/indexes"
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

var day = time.Date(2024, time.May, 1, 0, 0, 0, 0, time.UTC)

func open(t *testing.T, cfg noex.Config) *indexes.Store {
	t.Helper()
	s, err := indexes.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// fill inserts three members whose values differ in every index.
func fill(t *testing.T, s *indexes.Store) {
	t.Helper()
	_, err := s.Members.InsertMany([]indexes.MemberInput{
		{Email: "a@x.cz", Phone: noex.Some("1"), Name: "Ann", Score: noex.Some(1.5), Level: 1, Joined: day,
			Room: noex.Some("r"), Seat: noex.Some(int64(1)), Left: noex.Some(day.AddDate(1, 0, 0))},
		{Email: "b@x.cz", Tier: noex.Some(indexes.MemberTierPro), Name: "Bob", Level: 2, Joined: day.AddDate(0, 1, 0),
			Room: noex.Some("r"), Active: noex.Some(false)},
		{Email: "c@x.cz", Phone: noex.Some("3"), Tier: noex.Some(indexes.MemberTierPro), Name: "Ann", Score: noex.Some(0.5), Level: 2,
			Joined: day, Room: noex.Some("r"), Seat: noex.Some(int64(2)), Active: noex.Some(true)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func emails(members []indexes.Member) string {
	var s string
	for _, m := range members {
		s += m.Email[:1]
	}
	return s
}

// lookups reads by every index, each for a value that some members have.
func lookups(t *testing.T, s *indexes.Store) {
	t.Helper()
	m := s.Members
	elsewhere := time.FixedZone("", 3600)
	for name, got := range map[string][2]string{
		"tier":                {emails(m.ByTier(indexes.MemberTierPro)), "bc"},
		"level":               {emails(m.ByLevel(indexes.MemberLevel2)), "bc"},
		"name":                {emails(m.ByName("Ann")), "ac"},
		"score":               {emails(m.ByScore(0.5)), "c"},
		"active":              {emails(m.ByActive(false)), "b"},
		"joined":              {emails(m.ByJoined(day.In(elsewhere))), "ac"},
		"left":                {emails(m.ByLeft(day.AddDate(1, 0, 0))), "a"},
		"tier and name":       {emails(m.ByTierAndName("pro", "Ann")), "c"},
		"three, with a date":  {emails(m.ByActiveAndJoinedAndScore(true, day.In(elsewhere), 1.5)), "a"},
		"three, one of which": {emails(m.ByActiveAndJoinedAndScore(false, day.AddDate(0, 1, 0), 0)), ""}, // Bob has no score
		"nothing":             {emails(m.ByName("Zed")), ""},
	} {
		if got[0] != got[1] {
			t.Errorf("by %s: %q, want %q", name, got[0], got[1])
		}
	}
	for name, find := range map[string]func() (indexes.Member, bool){
		"c email":     func() (indexes.Member, bool) { return m.ByEmail("c@x.cz") },
		"c phone":     func() (indexes.Member, bool) { return m.ByPhone("3") },
		"c room/seat": func() (indexes.Member, bool) { return m.ByRoomAndSeat("r", 2) },
		"a level":     func() (indexes.Member, bool) { return m.ByLevelUntil(1, day.AddDate(1, 0, 0).In(elsewhere)) },
		"- email":     func() (indexes.Member, bool) { return m.ByEmail("z@x.cz") },
		"- room/seat": func() (indexes.Member, bool) { return m.ByRoomAndSeat("r", 3) },
	} {
		if r, ok := find(); ok != (name[0] != '-') || ok && r.Email[:1] != name[:1] {
			t.Errorf("%s: found %v %q", name, ok, r.Email)
		}
	}
}

func TestEveryIndexFindsItsRecords(t *testing.T) {
	s := open(t, noex.Config{})
	fill(t, s)
	lookups(t, s)
}

func TestIndexesFollowUpdatesAndDeletes(t *testing.T) {
	s := open(t, noex.Config{})
	fill(t, s)
	must := goldentest.Must[indexes.Member](t)
	must(s.Members.Update(2, indexes.MemberPatch{Name: noex.Some("Cid"), Score: noex.Some(2.0), Seat: noex.Some(int64(3))}))
	if got := emails(s.Members.ByTierAndName("pro", "Cid")); got != "b" {
		t.Errorf("by the new name: %q", got)
	}
	if got := emails(s.Members.ByName("Bob")) + emails(s.Members.ByTierAndName("pro", "Bob")); got != "" {
		t.Errorf("by the old name: %q", got)
	}
	if _, ok := s.Members.ByRoomAndSeat("r", 3); !ok {
		t.Error("not found by a value that was absent")
	}
	must(s.Members.Update(2, indexes.MemberPatch{Seat: noex.Null[int64](), Score: noex.Null[float64](), Name: noex.Some("Bob")}))
	lookups(t, s)
	if _, err := s.Members.Delete(2); err != nil {
		t.Fatal(err)
	}
	if got := emails(s.Members.ByTier(indexes.MemberTierPro)); got != "c" {
		t.Errorf("after the delete: %q", got)
	}
}

func TestUniqueIndexes(t *testing.T) {
	s := open(t, noex.Config{})
	fill(t, s)
	in := indexes.MemberInput{Email: "d@x.cz", Name: "D", Level: 3, Joined: day}
	tests := map[string]func(*indexes.MemberInput){
		"email":        func(in *indexes.MemberInput) { in.Email = "a@x.cz" },
		"phone":        func(in *indexes.MemberInput) { in.Phone = noex.Some("1") },
		"room_seat":    func(in *indexes.MemberInput) { in.Room, in.Seat = noex.Some("r"), noex.Some(int64(1)) },
		"byLevelUntil": func(in *indexes.MemberInput) { in.Level, in.Left = 1, noex.Some(day.AddDate(1, 0, 0)) },
	}
	for field, change := range tests {
		clash := in
		change(&clash)
		_, err := s.Members.Insert(clash)
		var unique *noex.UniqueError
		if !errors.As(err, &unique) || unique.Field != field {
			t.Errorf("%s: %v", field, err)
		}
		if want := []any{"r", int64(1)}; field == "room_seat" && !reflect.DeepEqual(unique.Value, want) {
			t.Errorf("the value taken is %#v, want %#v", unique.Value, want)
		}
	}
	in.Room = noex.Some("r") // without a seat there is no value to be unique
	if _, err := s.Members.Insert(in); err != nil {
		t.Error(err)
	}
}

func TestIndexesServeQueries(t *testing.T) {
	s := open(t, noex.Config{})
	fill(t, s)
	f := indexes.MemberFields
	for _, preds := range [][]noex.Pred[indexes.Member]{
		{f.Tier.Eq("pro")},
		{f.Joined.Eq(day)},
		{f.Name.Eq("Ann")},
		{f.Room.Eq("r"), f.Seat.Eq(1)},
	} {
		q := s.Members.Where(preds...)
		if plan := q.Explain(); strings.Contains(plan, "scan") {
			t.Errorf("no index serves %s", plan)
		}
	}
	if got := emails(s.Members.Where(f.Active.Eq(true), f.Joined.Eq(day)).OrderBy(f.Score.Asc()).All()); got != "ca" {
		t.Errorf("by the beginning of a compound index: %q", got)
	}
}

func TestIndexesAreRebuiltAfterARestart(t *testing.T) {
	cfg := noex.Config{Persistence: noex.PersistenceConfig{Adapter: memory.New()}}
	s := open(t, cfg)
	fill(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, cfg)
	lookups(t, s)
	_, err := s.Members.Insert(indexes.MemberInput{Email: "a@x.cz", Name: "D", Level: 3, Joined: day})
	if unique := new(noex.UniqueError); !errors.As(err, &unique) {
		t.Errorf("a taken value after a restart: %v", err)
	}
}
