package conformance

import (
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestUpdate(t *testing.T) {
	t.Run("changes of meta are ignored", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		var p UserPatch
		noErr(t, json.Unmarshal([]byte(`{"name":"B","_version":99,"_createdAt":5,"_updatedAt":5}`), &p))
		got := update(t, s.Users, u.ID, p)
		equal(t, got.Meta, noex.Meta{Version: 2, CreatedAt: u.CreatedAt, UpdatedAt: got.UpdatedAt})
		got, err := s.Users.Modify(u.ID, func(u *User) error {
			u.Meta = noex.Meta{Version: 99, CreatedAt: 5, UpdatedAt: 5, ExpiresAt: 5}
			return nil
		})
		noErr(t, err)
		equal(t, got.Meta, noex.Meta{Version: 3, CreatedAt: u.CreatedAt, UpdatedAt: got.UpdatedAt})
	})
	t.Run("a generated field in a patch is ignored", func(t *testing.T) {
		s := open(t, noex.Config{})
		m := insert(t, s.Made, MadeInput{})
		var p MadePatch
		noErr(t, json.Unmarshal([]byte(`{"text":"new","token":"mine","stamp":5,"id":"mine"}`), &p))
		got := update(t, s.Made, m.ID, p)
		equal(t, [3]any{got.Token, got.Stamp, got.ID}, [3]any{m.Token, m.Stamp, m.ID})
		equal(t, got.Text, "new")
	})
	t.Run("a key that nothing generates or an immutable field in a patch is an issue", func(t *testing.T) {
		var n NotePatch
		hasIssues(t, json.Unmarshal([]byte(`{"id":"other"}`), &n), "id immutable")
		var f FormPatch
		hasIssues(t, json.Unmarshal([]byte(`{"fixed":"other"}`), &f), "fixed immutable")
	})
	t.Run("Modify of the key, a generated or an immutable field is an issue", func(t *testing.T) {
		s := open(t, noex.Config{})
		f := insert(t, s.Forms, FormInput{
			ID: "1", When: time.Unix(0, 0), List: []any{}, Names: []string{}, Map: map[string]any{}, Fixed: noex.Some("x"),
		})
		_, err := s.Forms.Modify("1", func(f *Form) error {
			f.ID, f.Fixed, f.Stamp = "2", noex.Opt[string]{}, 1
			return nil
		})
		hasIssues(t, err, "id immutable", "fixed immutable", "stamp immutable")
		equal(t, get(t, s.Forms, "1"), f)
	})
	t.Run("partial changes are merged, other fields kept", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A", City: noex.Some("Rome"), Age: noex.Some(int64(5))})
		got := update(t, s.Users, u.ID, UserPatch{Age: noex.Some(int64(6))})
		want := u
		want.Age, want.Version, want.UpdatedAt = noex.Some(int64(6)), 2, got.UpdatedAt
		equal(t, got, want)
	})
	t.Run("null clears, absent keeps, as in RFC 7396", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A", City: noex.Some("Rome"), Age: noex.Some(int64(5))})
		var p UserPatch
		noErr(t, json.Unmarshal([]byte(`{"city":null}`), &p))
		got := update(t, s.Users, u.ID, p)
		equal(t, got.City, noex.Opt[string]{})
		equal(t, got.Age, noex.Some(int64(5)))
	})
	t.Run("a merged record that is invalid changes nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A", Tier: noex.Some(UserTierVip)})
		_, err := s.Users.Update(u.ID, UserPatch{Name: noex.Some(""), Tier: noex.Some(UserTierBasic)})
		hasIssues(t, err, "name required")
		equal(t, get(t, s.Users, u.ID), u)
		equal(t, s.Users.ByTier(UserTierVip), []User{u})
		equal(t, s.Revision(), 1)
	})
	t.Run("the version grows by one with each update", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		for v := uint64(2); v < 8; v++ {
			equal(t, update(t, s.Users, u.ID, UserPatch{}).Version, v)
		}
	})
	t.Run("updatedAt never goes back", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newSpy()
			later := noex.MillisOf(time.Now().Add(time.Hour))
			rec, err := json.Marshal(User{ID: "1", Name: "A", Tier: UserTierBasic, Meta: noex.Meta{Version: 1, CreatedAt: later, UpdatedAt: later}})
			noErr(t, err)
			a.put("conformance:bucket:users", stored{records: [][2]string{{`"1"`, string(rec)}}})
			s := open(t, on(a))
			equal(t, update(t, s.Users, "1", UserPatch{}).UpdatedAt, later)
			noErr(t, s.Close())
		})
	})
	t.Run("a unique violation together with other changes changes nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Users, UserInput{Name: "A", Email: noex.Some("a@b.c")})
		u := insert(t, s.Users, UserInput{Name: "B", Email: noex.Some("b@b.c")})
		_, err := s.Users.Update(u.ID, UserPatch{Email: noex.Some("a@b.c"), Tier: noex.Some(UserTierVip), Name: noex.Some("C")})
		failsAs[*noex.UniqueError](t, err)
		equal(t, get(t, s.Users, u.ID), u)
		equal(t, len(s.Users.ByTier(UserTierVip)), 0)
		got, _ := s.Users.ByEmail("b@b.c")
		equal(t, got, u)
	})
	t.Run("Modify returns the error of its function and stores nothing", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		stop := errors.New("stop")
		_, err := s.Users.Modify(u.ID, func(u *User) error { u.Name = "B"; return stop })
		failsWith(t, err, stop)
		equal(t, get(t, s.Users, u.ID), u)
	})
	t.Run("Modify may write the store from inside, and starts again if its record changed", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A", Age: noex.Some(int64(0))})
		calls := 0
		got, err := s.Users.Modify(u.ID, func(m *User) error {
			if calls++; calls == 1 {
				update(t, s.Users, u.ID, UserPatch{Age: noex.Some(int64(10))})
			}
			m.Age = noex.Some(m.Age.Or(0) + 1)
			return nil
		})
		noErr(t, err)
		equal(t, calls, 2)
		equal(t, got.Age, noex.Some(int64(11)))
	})
	t.Run("a record deleted during Modify is not found", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		_, err := s.Users.Modify(u.ID, func(*User) error { _, err := s.Users.Delete(u.ID); return err })
		failsWith(t, err, noex.ErrNotFound)
		equal(t, s.Users.Len(), 0)
	})
	t.Run("a panic in Modify reaches its caller and leaves the store usable", func(t *testing.T) {
		s := open(t, noex.Config{})
		u := insert(t, s.Users, UserInput{Name: "A"})
		func() {
			defer func() { equal(t, recover(), any("boom")) }()
			_, _ = s.Users.Modify(u.ID, func(u *User) error { u.Name = "B"; panic("boom") })
		}()
		equal(t, get(t, s.Users, u.ID), u)
		update(t, s.Users, u.ID, UserPatch{Name: noex.Some("C")})
	})
}
