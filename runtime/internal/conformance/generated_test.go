package conformance

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

var uuidV4 = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)

func TestGeneratedValues(t *testing.T) {
	s := open(t, noex.Config{})
	start := time.Now().UnixMilli()
	m := insert(t, s.Made, MadeInput{})
	end := time.Now().UnixMilli()

	t.Run("generated uuid is a UUID of version 4, another one each time", func(t *testing.T) {
		other := insert(t, s.Made, MadeInput{})
		if !uuidV4.MatchString(m.Token) || m.Token == other.Token {
			t.Errorf("got %q and %q", m.Token, other.Token)
		}
	})
	t.Run("generated cuid is c and 32 hex digits, another one each time", func(t *testing.T) {
		other := insert(t, s.Made, MadeInput{})
		if !regexp.MustCompile(`^c[0-9a-f]{32}$`).MatchString(m.ID) || m.ID == other.ID {
			t.Errorf("got %q and %q", m.ID, other.ID)
		}
	})
	t.Run("generated timestamp is in ms between the call's start and end", func(t *testing.T) {
		if m.Stamp < start || m.Stamp > end {
			t.Errorf("got %d, want %d to %d", m.Stamp, start, end)
		}
		equal(t, noex.Millis(m.Stamp), m.CreatedAt)
	})
	t.Run("generated autoincrement is the counter", func(t *testing.T) {
		equal(t, insert(t, s.Counted, CountedInput{ID: "a"}).Seq, 1)
		equal(t, insert(t, s.Counted, CountedInput{ID: "b"}).Seq, 2)
	})
	t.Run("with generated and default the generated value wins", func(t *testing.T) {
		if !uuidV4.MatchString(m.Both) {
			t.Errorf("got %q", m.Both)
		}
	})
	t.Run("a value that is given wins over the generated one", func(t *testing.T) {
		got := insert(t, s.Made, MadeInput{
			ID: noex.Some("mine"), Token: noex.Some("t"), Stamp: noex.Some(int64(0)), Both: noex.Some("b"),
		})
		equal(t, [3]string{got.ID, got.Token, got.Both}, [3]string{"mine", "t", "b"})
		equal(t, got.Stamp, 0)
	})
	t.Run("explicit null for a generated or default field is an issue, since it cannot be absent [changed]", func(t *testing.T) {
		_, err := s.Made.Insert(MadeInput{
			Token: noex.Null[string](), Stamp: noex.Null[int64](), Text: noex.Null[string](), On: noex.Null[bool](),
		})
		hasIssues(t, err, "token required", "stamp required", "text required", "on required")
	})
}

// TestGeneratedKeysStayAsTheyAre makes keys in each way and passes them in again, as a key
// and for another record, while others are made. Keys share memory, and some is used again.
func TestGeneratedKeysStayAsTheyAre(t *testing.T) {
	s := open(t, noex.Config{})
	kept := map[string]string{} // ids by copies of them
	keep := func(u User) string {
		kept[strings.Clone(u.ID)] = u.ID
		return u.ID
	}
	const rounds, each = 300, 5
	in := UserInput{Name: "Ann"}
	for range rounds {
		keep(insert(t, s.Users, in))
		many, err := s.Users.InsertMany([]UserInput{in, in})
		noErr(t, err)
		for _, u := range many {
			keep(u)
		}
		var made string
		noErr(t, s.Tx(func(tx *Tx) error {
			u, err := tx.Users.Insert(in)
			made = keep(u)
			return err
		}))
		again := UserInput{ID: noex.Some(made), Name: "Bob"}
		_, err = s.Users.Upsert(again)
		noErr(t, err)
		keep(insert(t, s.Users, in))
		_, err = s.Users.Delete(made)
		noErr(t, err)
		insert(t, s.Users, again)
	}
	equal(t, len(kept), rounds*each)
	for want, id := range kept {
		equal(t, id, want)
		equal(t, get(t, s.Users, want).ID, want)
	}
}

func TestGeneratedDefaults(t *testing.T) {
	s := open(t, noex.Config{})
	want := Made{
		Text: "hello", Ratio: 0.5, Count: 7, On: true, Since: time.Date(2024, 1, 31, 12, 0, 0, 0, time.UTC),
		Color: MadeColorBlue, Level: MadeLevel2,
		Options: map[string]any{"theme": "dark", "sizes": []any{1.0, 2.0}},
		List:    []any{"a", map[string]any{"b": 1.0}},
		Tags:    []string{"x", "y"},
	}
	defaults := func(m Made) Made {
		m.ID, m.Token, m.Stamp, m.Both, m.Meta = "", "", 0, "", noex.Meta{}
		return m
	}
	t.Run("static default of every type", func(t *testing.T) {
		equal(t, defaults(insert(t, s.Made, MadeInput{})), want)
	})
	t.Run("a value that is given wins, also when it is a zero value", func(t *testing.T) {
		got := insert(t, s.Made, MadeInput{
			Text: noex.Some(""), Ratio: noex.Some(0.0), Count: noex.Some(int64(0)), On: noex.Some(false),
			Tags: noex.Some([]string{}), Options: noex.Some(map[string]any{}), List: noex.Some([]any{}),
		})
		equal(t, defaults(got), Made{
			Since: want.Since, Color: want.Color, Level: want.Level,
			Options: map[string]any{}, List: []any{}, Tags: []string{},
		})
	})
	t.Run("a default is made for each record: none shares another's object [mended]", func(t *testing.T) {
		first, second := insert(t, s.Made, MadeInput{}), insert(t, s.Made, MadeInput{})
		first.Options["theme"], first.List[1].(map[string]any)["b"], first.Tags[0] = "!", "!", "!"
		_, err := s.Made.Modify(first.ID, func(m *Made) error {
			m.Options["theme"], m.List[0], m.Tags[1] = "?", "?", "?"
			return nil
		})
		noErr(t, err)
		equal(t, defaults(get(t, s.Made, second.ID)), want)
		equal(t, defaults(insert(t, s.Made, MadeInput{})), want)
	})
	t.Run("defaults of nothing more than an empty JSON object", func(t *testing.T) {
		var in MadeInput
		noErr(t, json.Unmarshal([]byte(`{}`), &in))
		equal(t, defaults(insert(t, s.Made, in)), want)
	})
	t.Run("a default is not an update's business", func(t *testing.T) {
		m := insert(t, s.Made, MadeInput{Text: noex.Some("mine")})
		got := update(t, s.Made, m.ID, MadePatch{Count: noex.Some(int64(1))})
		equal(t, got.Text, "mine")
	})
	t.Run("clearing a field that has a default is an issue", func(t *testing.T) {
		m := insert(t, s.Made, MadeInput{})
		_, err := s.Made.Update(m.ID, MadePatch{Text: noex.Null[string](), Tags: noex.Null[[]string]()})
		hasIssues(t, err, "text required", "tags required")
	})
}

func TestGeneratedExtra(t *testing.T) {
	t.Run("a member that is not in the schema is an issue of an input or a patch [changed]", func(t *testing.T) {
		var in UserInput
		hasIssues(t, json.Unmarshal([]byte(`{"name":"A","nickname":"B"}`), &in), "nickname unknown")
		var p UserPatch
		hasIssues(t, json.Unmarshal([]byte(`{"nickname":"B"}`), &p), "nickname unknown")
		var c CheckInput
		hasIssues(t, json.Unmarshal([]byte(`{"need":"x","mayEmpty":"","place":{"town":"A","street":"B"}}`), &c), "place.street unknown")
	})
	t.Run("members of stored records that the schema does not know are kept and written back", func(t *testing.T) {
		a := newSpy()
		a.put("conformance:bucket:notes", stored{records: [][2]string{
			{`"a"`, `{"id":"a","text":"t","old":{"deep":[1,2.50,"x"]},"_version":3,"_createdAt":1,"_updatedAt":2}`},
			{`"b"`, `{"id":"b","_version":1,"_createdAt":1,"_updatedAt":2,"née":null}`},
		}})
		s := open(t, on(a))
		update(t, s.Notes, "a", NotePatch{Text: noex.Some("new")})
		if _, err := s.Notes.Modify("a", func(n *Note) error { n.Text = noex.Some("newer"); return nil }); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Notes.Upsert(NoteInput{ID: "b", Text: noex.Some("set")}); err != nil {
			t.Fatal(err)
		}
		noErr(t, s.Close())
		var got []map[string]any
		for _, r := range a.get("conformance:bucket:notes").records {
			var m map[string]any
			noErr(t, json.Unmarshal([]byte(r[1]), &m))
			delete(m, "_updatedAt")
			got = append(got, m)
		}
		equal(t, got, []map[string]any{
			{"id": "a", "text": "newer", "old": map[string]any{"deep": []any{1.0, 2.5, "x"}}, "_version": 5.0, "_createdAt": 1.0},
			{"id": "b", "text": "set", "née": nil, "_version": 2.0, "_createdAt": 1.0},
		})
	})
	t.Run("a record deleted and inserted again has lost them", func(t *testing.T) {
		a := newSpy()
		a.put("conformance:bucket:notes", stored{records: [][2]string{
			{`"a"`, `{"id":"a","old":1,"_version":3,"_createdAt":1,"_updatedAt":2}`},
		}})
		s := open(t, on(a))
		if _, err := s.Notes.Delete("a"); err != nil {
			t.Fatal(err)
		}
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Close())
		var m map[string]any
		noErr(t, json.Unmarshal([]byte(a.get("conformance:bucket:notes").records[0][1]), &m))
		if _, ok := m["old"]; ok {
			t.Errorf("got %v", m)
		}
	})
}
