package conformance

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestCRUD(t *testing.T) {
	t.Run("insert returns input, generated values, defaults and version 1", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, noex.Config{})
			now := noex.MillisOf(time.Now())
			got := insert(t, s.Users, UserInput{Name: "Alice"})
			if !regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`).MatchString(got.ID) {
				t.Errorf("%q is no UUID of version 4", got.ID)
			}
			equal(t, got, User{
				ID: got.ID, Name: "Alice", Tier: UserTierBasic,
				Meta: noex.Meta{Version: 1, CreatedAt: now, UpdatedAt: now},
			})
		})
	})
	t.Run("get returns what insert returned", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "Alice", Age: noex.Some(int64(3))})
		equal(t, get(t, s.Users, u.ID), u)
		gone(t, s.Users, u.ID+" ")
	})
	t.Run("keys are compared without coercion", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Words, WordInput{Word: "1"})
		gone(t, s.Words, "01")
		gone(t, s.Words, "1.0")
		var in NumberedInput
		hasIssues(t, json.Unmarshal([]byte(`{"n":"1","label":"x"}`), &in), "n type")
	})
	t.Run("update returns the new values, the same key, the next version and keeps createdAt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, noex.Config{})
			old := insert(t, s.Users, UserInput{Name: "Alice"})
			time.Sleep(5 * time.Millisecond)
			want := old
			want.Name, want.Tier = "Bob", UserTierVip
			want.Version, want.UpdatedAt = 2, old.UpdatedAt+5
			got := update(t, s.Users, old.ID, UserPatch{Name: noex.Some("Bob"), Tier: noex.Some(UserTierVip)})
			equal(t, got, want)
			equal(t, get(t, s.Users, old.ID), want)
		})
	})
	t.Run("update of an unknown key is ErrNotFound with bucket and key", func(t *testing.T) {
		s := open(t, noex.Config{})
		_, err := s.Users.Update("nobody", UserPatch{Name: noex.Some("x")})
		failsWith(t, err, noex.ErrNotFound)
		equal(t, *failsAs[*noex.NotFoundError](t, err), noex.NotFoundError{Bucket: "users", Key: "nobody"})
		if !strings.Contains(err.Error(), "not found") {
			t.Errorf("the message is %q", err)
		}
		_, err = s.Users.Modify("nobody", func(*User) error { t.Error("called"); return nil })
		failsWith(t, err, noex.ErrNotFound)
	})
	t.Run("a deleted record is gone", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "Alice"})
		ok, err := s.Users.Delete(u.ID)
		noErr(t, err)
		equal(t, ok, true)
		gone(t, s.Users, u.ID)
	})
	t.Run("delete of an unknown key does nothing and emits nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Users)
		ok, err := s.Users.Delete("nobody")
		noErr(t, err)
		equal(t, ok, false)
		settle(t, s)
		equal(t, rec.topics(), "")
		equal(t, s.Revision(), 0)
	})
	t.Run("clear empties the bucket, its indexes and frees unique values", func(t *testing.T) {
		s := open(t, noex.Config{})
		in := UserInput{ID: noex.Some("1"), Name: "A", Email: noex.Some("a@b.c"), Tier: noex.Some(UserTierVip)}
		insert(t, s.Users, in)
		insert(t, s.Users, UserInput{Name: "B"})
		n, err := s.Users.Clear()
		noErr(t, err)
		equal(t, n, 2)
		equal(t, s.Users.Len(), 0)
		equal(t, slices.Collect(s.Users.All()), nil)
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		equal(t, s.Users.Where(UserFields.Tier.Eq(UserTierBasic)).Count(), 0)
		insert(t, s.Users, in)
	})
}

func TestCRUDKeys(t *testing.T) {
	t.Run("existing key is not overwritten by insert [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		first := insert(t, s.Users, UserInput{ID: noex.Some("1"), Name: "A", Email: noex.Some("a@b.c")})
		rec, _ := record(s.Users)
		_, err := s.Users.Insert(UserInput{ID: noex.Some("1"), Name: "B", Email: noex.Some("b@b.c"), Tier: noex.Some(UserTierVip)})
		equal(t, *failsAs[*noex.DuplicateKeyError](t, err), noex.DuplicateKeyError{Bucket: "users", Key: "1"})
		equal(t, get(t, s.Users, "1"), first)
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		if _, ok := s.Users.ByEmail("b@b.c"); ok {
			t.Error("the rejected record is in an index")
		}
		settle(t, s)
		equal(t, rec.topics(), "")
		equal(t, s.Revision(), 1)
	})
	t.Run("a key that nothing fills is required [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		_, err := s.Notes.Insert(NoteInput{})
		hasIssues(t, err, "id required")
		var in NoteInput
		hasIssues(t, json.Unmarshal([]byte(`{"text":"x"}`), &in), "id required")
		hasIssues(t, json.Unmarshal([]byte(`{"id":null}`), &in), "id required")
		_, err = s.Users.Insert(UserInput{ID: noex.Some(""), Name: "A"})
		hasIssues(t, err, "id required")
	})
	t.Run("autoincrement keys count from 1", func(t *testing.T) {
		s := open(t, noex.Config{})
		one, two := insert(t, s.Numbered, NumberedInput{Label: "a"}), insert(t, s.Numbered, NumberedInput{Label: "b"})
		equal(t, [2]int64{one.N, two.N}, [2]int64{1, 2})
		equal(t, get(t, s.Numbered, 1), one)
	})
	t.Run("autoincrement: a rejected insert consumes a number", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Numbered, NumberedInput{Label: "a"})
		_, err := s.Numbered.Insert(NumberedInput{})
		hasIssues(t, err, "label required")
		equal(t, insert(t, s.Numbered, NumberedInput{Label: "c"}).N, 3)
	})
	t.Run("autoincrement jumps over explicit keys and never gives a number again [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		explicit := insert(t, s.Numbered, NumberedInput{N: noex.Some(int64(2)), Label: "explicit"})
		seen := map[int64]bool{2: true}
		for range 5 {
			n := insert(t, s.Numbered, NumberedInput{Label: "auto"}).N
			if seen[n] {
				t.Fatalf("%d was given twice", n)
			}
			seen[n] = true
			if _, err := s.Numbered.Delete(n); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, get(t, s.Numbered, 2), explicit)
		if _, err := s.Numbered.Clear(); err != nil {
			t.Fatal(err)
		}
		if n := insert(t, s.Numbered, NumberedInput{Label: "auto"}).N; seen[n] {
			t.Fatalf("%d was given again after Clear", n)
		}
	})
	t.Run("autoincrement on a field that is no key counts every insert", func(t *testing.T) {
		s := open(t, noex.Config{})
		equal(t, insert(t, s.Counted, CountedInput{ID: "a"}).Seq, 1)
		equal(t, insert(t, s.Counted, CountedInput{ID: "b", Seq: noex.Some(int64(10))}).Seq, 10)
		equal(t, insert(t, s.Counted, CountedInput{ID: "c"}).Seq, 11)
	})
	t.Run("autoincrement jumps over a number that an upsert or a transaction has chosen", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Counted, CountedInput{ID: "a"})
		_, err := s.Counted.Upsert(CountedInput{ID: "a", Seq: noex.Some(int64(50))})
		noErr(t, err)
		equal(t, insert(t, s.Counted, CountedInput{ID: "b"}).Seq, 51)
		noErr(t, s.Tx(func(tx *Tx) error {
			_, err := tx.Counted.Upsert(CountedInput{ID: "a", Seq: noex.Some(int64(90))})
			return err
		}))
		equal(t, insert(t, s.Counted, CountedInput{ID: "c"}).Seq, 91)
	})
	t.Run("autoincrement: numbers above 2^53 keep all digits", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Numbered, NumberedInput{N: noex.Some(int64(1)<<53 + 1), Label: "a"})
		equal(t, insert(t, s.Numbered, NumberedInput{Label: "b"}).N, int64(1)<<53+2)
	})
}

func TestCRUDMany(t *testing.T) {
	t.Run("InsertMany is one commit", func(t *testing.T) {
		s := open(t, noex.Config{})
		rec, _ := record(s.Notes)
		recs, err := s.Notes.InsertMany([]NoteInput{{ID: "a"}, {ID: "b"}})
		noErr(t, err)
		equal(t, slices.Collect(s.Notes.All()), recs)
		equal(t, s.Revision(), 1)
		settle(t, s)
		equal(t, rec.topics(), "inserted a inserted b")
	})
	t.Run("InsertMany inserts all or none", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Users, UserInput{ID: noex.Some("old"), Name: "Old", Email: noex.Some("old@b.c")})
		for name, bad := range map[string]UserInput{
			"key":    {ID: noex.Some("old"), Name: "X"},
			"email":  {Name: "X", Email: noex.Some("old@b.c")},
			"within": {Name: "X", Email: noex.Some("new@b.c")},
		} {
			_, err := s.Users.InsertMany([]UserInput{{Name: "New", Email: noex.Some("new@b.c")}, bad})
			if err == nil {
				t.Fatalf("%s: accepted", name)
			}
			equal(t, s.Users.Len(), 1)
			equal(t, s.Revision(), 1)
			if _, ok := s.Users.ByEmail("new@b.c"); ok {
				t.Errorf("%s: the record before it is in an index", name)
			}
		}
	})
	t.Run("InsertMany that fails in a transaction leaves nothing of it", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "taken"})
		noErr(t, s.Tx(func(tx *Tx) error {
			_, err := tx.Notes.InsertMany([]NoteInput{{ID: "a"}, {ID: "b"}, {ID: "taken"}})
			failsAs[*noex.DuplicateKeyError](t, err)
			insert(t, s.Notes, NoteInput{ID: "a"}) // is no conflict: nothing was written
			return nil
		}))
		equal(t, each(s.Notes.First(9), func(n Note) string { return n.ID }), "taken a")
	})
	t.Run("InsertMany names every invalid record by its position", func(t *testing.T) {
		s := open(t, noex.Config{})
		_, err := s.Users.InsertMany([]UserInput{{}, {Name: "ok"}, {Name: "x", Age: noex.Some(int64(-1))}})
		hasIssues(t, err, "[0].name required", "[2].age min")
		equal(t, s.Users.Len(), 0)
	})
	t.Run("InsertMany of nothing does nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		recs, err := s.Users.InsertMany(nil)
		noErr(t, err)
		equal(t, len(recs), 0)
		equal(t, s.Revision(), 0)
	})
	t.Run("UpdateMany is one commit, with one event for each record", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "a"})
		b := insert(t, s.Notes, NoteInput{ID: "b"})
		rec, _ := record(s.Notes)
		noErr(t, s.Notes.UpdateMany([]noex.Update[string, NotePatch]{
			{Key: "b", Patch: NotePatch{Text: noex.Some("1")}},
			{Key: "a", Patch: NotePatch{Text: noex.Some("2")}},
			{Key: "b", Patch: NotePatch{Text: noex.Some("3")}},
		}))
		equal(t, s.Revision(), 3)
		got := get(t, s.Notes, "b")
		equal(t, got.Text, noex.Some("3"))
		equal(t, got.Version, 3)
		equal(t, got.CreatedAt, b.CreatedAt)
		equal(t, get(t, s.Notes, "a").Text, noex.Some("2"))
		settle(t, s)
		equal(t, rec.topics(), "updated b updated a")
	})
	t.Run("UpdateMany updates all or none", func(t *testing.T) {
		type update = noex.Update[string, UserPatch]
		s := open(t, noex.Config{})
		for _, id := range []string{"1", "2", "3"} {
			insert(t, s.Users, UserInput{ID: noex.Some(id), Name: id, Email: noex.Some(id + "@b.c")})
		}
		before := slices.Collect(s.Users.All())
		good := update{Key: "1", Patch: UserPatch{Name: noex.Some("New"), Tier: noex.Some(UserTierVip)}}
		failsAs[*noex.NotFoundError](t, s.Users.UpdateMany([]update{good, {Key: "none"}, {Key: "2", Patch: UserPatch{Age: noex.Some(int64(-1))}}}))
		failsAs[*noex.UniqueError](t, s.Users.UpdateMany([]update{good, {Key: "2", Patch: UserPatch{Email: noex.Some("3@b.c")}}}))
		hasIssues(t, s.Users.UpdateMany([]update{
			{Key: "3", Patch: UserPatch{Age: noex.Some(int64(-1))}}, good, {Key: "2", Patch: UserPatch{Name: noex.Null[string]()}},
		}), "[0].age min", "[2].name required")
		noErr(t, s.Tx(func(tx *Tx) error {
			noErr(t, tx.Users.UpdateMany([]update{good}))
			failsAs[*noex.NotFoundError](t, tx.Users.UpdateMany([]update{{Key: "1", Patch: UserPatch{Name: noex.Some("Lost")}}, {Key: "2", Patch: UserPatch{}}, {Key: "none"}}))
			equal(t, get(t, tx.Users, "1").Name, "New")
			equal(t, get(t, tx.Users, "2"), before[1])
			_, err := tx.Users.Update("1", UserPatch{Name: noex.Some("1"), Tier: noex.Some(UserTierBasic)})
			return err
		}))
		equal(t, s.Revision(), 4)
		equal(t, slices.Collect(s.Users.All())[1:], before[1:])
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
	})
	t.Run("UpdateMany swaps unique values", func(t *testing.T) {
		s := open(t, noex.Config{})
		a := insert(t, s.Users, UserInput{Name: "A", Email: noex.Some("a@b.c")})
		b := insert(t, s.Users, UserInput{Name: "B", Email: noex.Some("b@b.c")})
		noErr(t, s.Users.UpdateMany([]noex.Update[string, UserPatch]{
			{Key: a.ID, Patch: UserPatch{Email: noex.Some("b@b.c")}},
			{Key: b.ID, Patch: UserPatch{Email: noex.Some("a@b.c")}},
		}))
		got, _ := s.Users.ByEmail("a@b.c")
		equal(t, got.ID, b.ID)
		got, _ = s.Users.ByEmail("b@b.c")
		equal(t, got.ID, a.ID)
	})
	t.Run("UpdateMany and DeleteMany of nothing do nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Users.UpdateMany(nil))
		n, err := s.Users.DeleteMany(nil)
		noErr(t, err)
		equal(t, n, 0)
		equal(t, s.Revision(), 0)
	})
	t.Run("UpdateMany and DeleteMany of thousands", func(t *testing.T) {
		const n = 5000
		s := open(t, noex.Config{})
		ins, keys := make([]NoteInput, n), make([]string, n)
		for i := range ins {
			keys[i] = fmt.Sprintf("%08d", i) // of one length, by which they are known without the records
			ins[i].ID = keys[i]
		}
		_, err := s.Notes.InsertMany(ins)
		noErr(t, err)
		updates := make([]noex.Update[string, NotePatch], 2*n)
		for i := range updates {
			updates[i] = noex.Update[string, NotePatch]{Key: keys[i%n], Patch: NotePatch{Text: noex.Some(fmt.Sprint(i))}}
		}
		noErr(t, s.Notes.UpdateMany(updates))
		for i := range n {
			if u := get(t, s.Notes, keys[i]); u.Text != noex.Some(fmt.Sprint(n+i)) || u.Version != 3 {
				t.Fatalf("note %d: %+v", i, u)
			}
		}
		twice := slices.Repeat(keys[1:], 2)
		slices.Sort(twice) // one after the other
		got, err := s.Notes.DeleteMany(append(twice, "none", keys[1]))
		noErr(t, err)
		equal(t, got, n-1)
		equal(t, each(s.Notes.First(9), func(n Note) string { return n.ID }), keys[0])
		equal(t, s.Revision(), 3)
	})
	t.Run("DeleteMany is one commit", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b", "c"} {
			insert(t, s.Notes, NoteInput{ID: id})
		}
		rec, _ := record(s.Notes)
		n, err := s.Notes.DeleteMany([]string{"c", "none", "a", "c"})
		noErr(t, err)
		equal(t, n, 2)
		equal(t, s.Revision(), 4)
		settle(t, s)
		equal(t, rec.topics(), "deleted c deleted a")
	})
	t.Run("Upsert inserts, then replaces all fields, keeps the place and createdAt", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, noex.Config{})
			in := UserInput{ID: noex.Some("1"), Name: "A", Email: noex.Some("a@b.c"), Age: noex.Some(int64(5))}
			first, err := s.Users.Upsert(in)
			noErr(t, err)
			insert(t, s.Users, UserInput{ID: noex.Some("2"), Name: "B"})
			time.Sleep(time.Second)
			got, err := s.Users.Upsert(UserInput{ID: noex.Some("1"), Name: "C"})
			noErr(t, err)
			equal(t, got, User{ID: "1", Name: "C", Tier: UserTierBasic, Meta: noex.Meta{
				Version: 2, CreatedAt: first.CreatedAt, UpdatedAt: first.UpdatedAt + 1000,
			}})
			equal(t, s.Users.First(1), []User{got})
			if _, ok := s.Users.ByEmail("a@b.c"); ok {
				t.Error("the old email is still in the index")
			}
		})
	})
}

func TestCRUDAliasing(t *testing.T) {
	s := open(t, noex.Config{})
	in := DocInput{
		ID:    "1",
		Data:  noex.Some(map[string]any{"a": map[string]any{"b": []any{"c"}}}),
		Any:   noex.Some([]any{"x", []any{"y"}}),
		Tags:  noex.Some([]string{"t"}),
		Lines: noex.Some([]DocLine{{Sku: "s", Parts: noex.Some([]string{"p"})}}),
		Place: noex.Some(DocPlace{Town: noex.Some("Rome"), Notes: noex.Some([]string{"n"})}),
	}
	scribble := func(data map[string]any, list []any, tags []string, lines []DocLine, place DocPlace) {
		data["a"].(map[string]any)["b"].([]any)[0] = "!"
		data["new"] = "!"
		list[0], list[1].([]any)[0] = "!", "!"
		tags[0] = "!"
		parts, _ := lines[0].Parts.Get()
		parts[0], lines[0].Sku = "!", "!"
		notes, _ := place.Notes.Get()
		notes[0] = "!"
	}
	spoil := func(d Doc) {
		scribble(d.Data.Or(nil), d.Any.Or(nil), d.Tags.Or(nil), d.Lines.Or(nil), d.Place.Or(DocPlace{}))
	}
	spoilt := func(t *testing.T, want Doc) {
		t.Helper()
		equal(t, get(t, s.Docs, "1"), want)
	}
	got := insert(t, s.Docs, in)
	pristine := get(t, s.Docs, "1")
	equal(t, got, pristine)
	var seen, changed []Doc
	stop := s.Docs.On(func(e noex.Event[Doc]) {
		seen, changed = append(seen, e.New), append(changed, e.Old)
	})
	defer stop()

	t.Run("what was given to insert does not alias the store [mended]", func(t *testing.T) {
		scribble(in.Data.Or(nil), in.Any.Or(nil), in.Tags.Or(nil), in.Lines.Or(nil), in.Place.Or(DocPlace{}))
		spoilt(t, pristine)
	})
	for name, read := range map[string]func() Doc{
		"insert":  func() Doc { return got },
		"get":     func() Doc { return get(t, s.Docs, "1") },
		"all":     func() Doc { return slices.Collect(s.Docs.All())[0] },
		"first":   func() Doc { return s.Docs.First(1)[0] },
		"last":    func() Doc { return s.Docs.Last(1)[0] },
		"page":    func() Doc { return s.Docs.Paginate(noex.PageRequest[string]{Limit: 1}).Records[0] },
		"where":   func() Doc { return s.Docs.Where().All()[0] },
		"findOne": func() Doc { d, _ := s.Docs.Where(DocFields.ID.Eq("1")).One(); return d },
		"iter":    func() Doc { return slices.Collect(s.Docs.Where().Iter())[0] },
	} {
		t.Run("a record from "+name+" does not alias the store [mended]", func(t *testing.T) {
			spoil(read())
			spoilt(t, pristine)
		})
	}
	t.Run("what was given to update does not alias the store [mended]", func(t *testing.T) {
		tags := []string{"u"}
		spoil(update(t, s.Docs, "1", DocPatch{Tags: noex.Some(tags)}))
		tags[0] = "!"
		equal(t, get(t, s.Docs, "1").Tags, noex.Some([]string{"u"}))
	})
	t.Run("what a Modify that fails did to its copy does not show [mended]", func(t *testing.T) {
		before := get(t, s.Docs, "1")
		_, err := s.Docs.Modify("1", func(d *Doc) error { spoil(*d); return noex.ErrConflict })
		failsWith(t, err, noex.ErrConflict)
		spoilt(t, before)
	})
	t.Run("what Modify kept of its record does not alias the store [mended]", func(t *testing.T) {
		var kept Doc
		_, err := s.Docs.Modify("1", func(d *Doc) error { kept = *d; return nil })
		noErr(t, err)
		before := get(t, s.Docs, "1")
		spoil(kept)
		spoilt(t, before)
	})
	t.Run("records of events do not alias the store [mended]", func(t *testing.T) {
		settle(t, s)
		before := get(t, s.Docs, "1")
		for i := range seen {
			spoil(seen[i])
			spoil(changed[i])
		}
		spoilt(t, before)
	})
}
