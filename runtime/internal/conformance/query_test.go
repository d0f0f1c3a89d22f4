package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestQueryBasics(t *testing.T) {
	s := open(t, noex.Config{})
	for i, name := range []string{"A", "B", "C", "A"} {
		insert(t, s.Users, UserInput{Name: name, Age: noex.Some(int64(i)), City: noex.Some("Rome")})
	}
	t.Run("filter is equality per field, AND", func(t *testing.T) {
		equal(t, s.Users.Where(UserFields.Name.Eq("A"), UserFields.Age.Eq(3)).Count(), 1)
		equal(t, s.Users.Where(UserFields.Name.Eq("A"), UserFields.City.Eq("Rome")).Count(), 2)
		equal(t, len(s.Users.Where(UserFields.Name.Eq("A"), UserFields.Age.Eq(1)).All()), 0)
	})
	t.Run("no filter: all records, the total, the first record", func(t *testing.T) {
		q := s.Users.Where()
		equal(t, q.All(), slices.Collect(s.Users.All()))
		equal(t, q.Count(), 4)
		u, _ := q.One()
		equal(t, u, s.Users.First(1)[0])
	})
	t.Run("several matches: One is the first of them; none: false", func(t *testing.T) {
		u, ok := s.Users.Where(UserFields.Name.Eq("A")).One()
		equal(t, ok, true)
		equal(t, u.Age, noex.Some(int64(0)))
		_, ok = s.Users.Where(UserFields.Name.Eq("Z")).One()
		equal(t, ok, false)
	})
	t.Run("another time.Time of the same instant matches [mended]", func(t *testing.T) {
		at := time.Unix(1e9, 0)
		insert(t, s.Checks, CheckInput{Need: "x", Date: noex.Some(at)})
		equal(t, s.Checks.Where(CheckFields.Date.Eq(at.UTC())).Count(), 1)
	})
	t.Run("a query sees the state of its evaluation, not of its making", func(t *testing.T) {
		q := s.Notes.Where(NoteFields.Text.Eq("x"))
		equal(t, q.Count(), 0)
		insert(t, s.Notes, NoteInput{ID: "1", Text: noex.Some("x")})
		equal(t, q.Count(), 1)
	})
	t.Run("the body of a loop over a query may write", func(t *testing.T) {
		s := open(t, noex.Config{})
		for i := range 10 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i), Text: noex.Some("x")})
		}
		n := 0
		for r := range s.Notes.Where(NoteFields.Text.Eq("x")).Iter() {
			n++
			if _, err := s.Notes.Delete(r.ID); err != nil {
				t.Fatal(err)
			}
			insert(t, s.Notes, NoteInput{ID: "new" + r.ID, Text: noex.Some("x")})
		}
		equal(t, n, 10)
		equal(t, s.Notes.Len(), 10)
	})
}

func TestFirstLast(t *testing.T) {
	ids := func(recs []Note) string { return each(recs, func(n Note) string { return n.ID }) }
	t.Run("empty bucket", func(t *testing.T) {
		s := open(t, noex.Config{})
		equal(t, len(s.Notes.First(3))+len(s.Notes.Last(3))+len(s.Levels.First(3))+len(s.Levels.Last(3)), 0)
	})
	t.Run("fewer than n: all", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "x"})
		insert(t, s.Notes, NoteInput{ID: "y"})
		equal(t, ids(s.Notes.First(3)), "x y")
		equal(t, ids(s.Notes.Last(3)), "x y")
	})
	t.Run("ordered_set: the lowest and the highest keys, ascending", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, l := range []float64{4, 2, 5, 1, 3} {
			insert(t, s.Levels, LevelInput{Level: l})
		}
		equal(t, levels(s.Levels.First(3)), "1 2 3")
		equal(t, levels(s.Levels.Last(3)), "3 4 5")
	})
	t.Run("set: insertion order", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"x", "y", "z"} {
			insert(t, s.Notes, NoteInput{ID: id})
		}
		equal(t, ids(s.Notes.First(2)), "x y")
		equal(t, ids(s.Notes.Last(2)), "y z")
	})
	t.Run("n of 0 or less: none [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "x"})
		for _, n := range []int{0, -1, -2} {
			equal(t, len(s.Notes.First(n))+len(s.Notes.Last(n)), 0)
		}
	})
}

func levels(recs []Level) string {
	return each(recs, func(l Level) string { return fmt.Sprint(l.Level) })
}

func words(recs []Word) string { return each(recs, func(w Word) string { return w.Word }) }

func TestOrder(t *testing.T) {
	t.Run("ordered_set with number keys: ascending in every read", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, l := range []float64{10, -1, 0.5, 9, -1.5, 1e9} {
			insert(t, s.Levels, LevelInput{Level: l, Group: noex.Some("g")})
		}
		const want = "-1.5 -1 0.5 9 10 1e+09"
		equal(t, levels(slices.Collect(s.Levels.All())), want)
		equal(t, levels(s.Levels.First(10)), want)
		equal(t, levels(s.Levels.Last(10)), want)
		equal(t, levels(s.Levels.Where().All()), want)
		equal(t, levels(s.Levels.ByGroup("g")), want)
		equal(t, levels(s.Levels.Where(LevelFields.Group.Eq("g")).All()), want)
		equal(t, levels(s.Levels.Paginate(noex.PageRequest[float64]{Limit: 10}).Records), want)
	})
	t.Run("ordered_set with string keys: bytewise in every read, not by locale [changed]", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, w := range []string{"b", "B", "a", "10", "9", "á", "z", "é", "😀"} {
			insert(t, s.Words, WordInput{Word: w, Kind: noex.Some("k")})
		}
		const want = "10 9 B a b z á é 😀"
		equal(t, words(slices.Collect(s.Words.All())), want)
		equal(t, words(s.Words.First(10)), want)
		equal(t, words(s.Words.ByKind("k")), want)
		equal(t, words(s.Words.Paginate(noex.PageRequest[string]{Limit: 10}).Records), want)
	})
	t.Run("set: an update keeps the place, a record inserted again goes last", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b", "c"} {
			insert(t, s.Notes, NoteInput{ID: id, Text: noex.Some("x")})
		}
		update(t, s.Notes, "a", NotePatch{Text: noex.Some("y")})
		ids := func() string { return each(s.Notes.First(9), func(n Note) string { return n.ID }) }
		equal(t, ids(), "a b c")
		_, err := s.Notes.Delete("a")
		noErr(t, err)
		insert(t, s.Notes, NoteInput{ID: "a"})
		equal(t, ids(), "b c a")
	})
	t.Run("the order survives a restart", func(t *testing.T) {
		a := newSpy()
		s := open(t, on(a))
		for i := range 600 { // more than two chunks
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		for i := 0; i < 600; i += 2 {
			_, err := s.Notes.Delete(fmt.Sprint(i))
			noErr(t, err)
		}
		insert(t, s.Notes, NoteInput{ID: "0"})
		for _, w := range []string{"b", "a", "c"} {
			insert(t, s.Words, WordInput{Word: w})
		}
		notes := slices.Collect(s.Notes.All())
		noErr(t, s.Flush(context.Background()))
		s = reopen(t, s, on(a))
		equal(t, slices.Collect(s.Notes.All()), notes)
		equal(t, words(slices.Collect(s.Words.All())), "a b c")
	})
}
