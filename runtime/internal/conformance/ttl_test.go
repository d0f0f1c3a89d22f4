package conformance

import (
	"encoding/json"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// unswept keeps expired records until they are purged.
var unswept = noex.Config{TTLCheckInterval: -1}

func TestTTL(t *testing.T) {
	const ttl = 100 * time.Millisecond
	bubble := func(line string, cfg noex.Config, test func(*testing.T, *Store)) {
		t.Run(line, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { test(t, open(t, cfg)) })
		})
	}
	purge := func(t *testing.T, s *Store, want int) {
		t.Helper()
		n, err := s.PurgeExpired()
		noErr(t, err)
		equal(t, n, want)
	}

	bubble("insert sets expiresAt to createdAt and the ttl; without ttl there is none", unswept, func(t *testing.T, s *Store) {
		r := insert(t, s.Sessions, SessionInput{Token: "a"})
		equal(t, r.ExpiresAt, r.CreatedAt+100)
		equal(t, insert(t, s.Notes, NoteInput{ID: "a"}).ExpiresAt, 0)
	})
	bubble("an expiry that is given wins, and comes as JSON as well", unswept, func(t *testing.T, s *Store) {
		at := time.Now().Add(time.Hour)
		r := insert(t, s.Sessions, SessionInput{Token: "a", ExpiresAt: noex.Some(at)})
		equal(t, r.ExpiresAt, noex.MillisOf(at))
		var in SessionInput
		noErr(t, json.Unmarshal([]byte(`{"token":"b","_expiresAt":946684900000}`), &in))
		equal(t, insert(t, s.Sessions, in).ExpiresAt, 946684900000)
	})
	bubble("expired records are invisible before the sweep, in every read [mended]", unswept, func(t *testing.T, s *Store) {
		r := insert(t, s.Sessions, SessionInput{Token: "a", User: noex.Some("u"), Role: noex.Some("r")})
		time.Sleep(ttl - time.Nanosecond)
		equal(t, get(t, s.Sessions, "a"), r)
		equal(t, s.Sessions.Len(), 1)
		time.Sleep(time.Nanosecond)
		gone(t, s.Sessions, "a")
		equal(t, s.Sessions.Len(), 0)
		equal(t, slices.Collect(s.Sessions.All()), nil)
		equal(t, len(s.Sessions.First(1))+len(s.Sessions.Last(1)), 0)
		equal(t, s.Sessions.Paginate(noex.PageRequest[string]{Limit: 1}), noex.Page[Session, string]{})
		equal(t, s.Sessions.Where().Count(), 0)
		equal(t, s.Sessions.Where(SessionFields.Role.Eq("r")).Count(), 0)
		equal(t, s.Sessions.Where(SessionFields.User.Eq("u")).Count(), 0)
		equal(t, len(s.Sessions.ByRole("r")), 0)
		_, ok := s.Sessions.ByUser("u")
		equal(t, ok, false)
		equal(t, s.Stats().Records, 0)
		for range s.Sessions.Watch(canceled(t), noex.WithSnapshot()) {
			t.Error("an expired record in a snapshot")
		}
	})
	bubble("expired records cannot be updated, modified or deleted [mended]", unswept, func(t *testing.T, s *Store) {
		insert(t, s.Sessions, SessionInput{Token: "a"})
		time.Sleep(ttl)
		_, err := s.Sessions.Update("a", SessionPatch{})
		failsWith(t, err, noex.ErrNotFound)
		_, err = s.Sessions.Modify("a", func(*Session) error { t.Error("called"); return nil })
		failsWith(t, err, noex.ErrNotFound)
		ok, err := s.Sessions.Delete("a")
		noErr(t, err)
		equal(t, ok, false)
	})
	bubble("key and unique values of an expired record are free [mended]", unswept, func(t *testing.T, s *Store) {
		rec, _ := record(s.Sessions)
		insert(t, s.Sessions, SessionInput{Token: "a", User: noex.Some("u")})
		insert(t, s.Sessions, SessionInput{Token: "b", User: noex.Some("v")})
		time.Sleep(ttl)
		got := insert(t, s.Sessions, SessionInput{Token: "a", User: noex.Some("u")})
		equal(t, got.Version, 1)
		insert(t, s.Sessions, SessionInput{Token: "c", User: noex.Some("v")})
		found, _ := s.Sessions.ByUser("u")
		equal(t, found, got)
		settle(t, s)
		equal(t, rec.topics(), "inserted a inserted b deleted(expired) a inserted a deleted(expired) b inserted c")
		equal(t, s.Revision(), 4)
		time.Sleep(ttl)
		insert(t, s.Sessions, SessionInput{Token: "d", User: noex.Some("u")}) // the value alone
		up, err := s.Sessions.Upsert(SessionInput{Token: "a"})                // an insert, not an update
		noErr(t, err)
		equal(t, up.Version, 1)
		equal(t, up.CreatedAt, noex.MillisOf(time.Now()))
	})
	bubble("an update to a unique value of an expired record", unswept, func(t *testing.T, s *Store) {
		insert(t, s.Sessions, SessionInput{Token: "a", User: noex.Some("u")})
		time.Sleep(ttl / 2)
		insert(t, s.Sessions, SessionInput{Token: "b"})
		time.Sleep(ttl / 2)
		got := update(t, s.Sessions, "b", SessionPatch{User: noex.Some("u")})
		found, _ := s.Sessions.ByUser("u")
		equal(t, found, got)
	})
	bubble("purge returns the number removed over all buckets, and fresh ones stay", unswept, func(t *testing.T, s *Store) {
		insert(t, s.Sessions, SessionInput{Token: "a"})
		insert(t, s.Sessions, SessionInput{Token: "b"})
		insert(t, s.Cache, CachedInput{Key: "short", ExpiresAt: noex.Some(time.Now().Add(ttl))})
		insert(t, s.Cache, CachedInput{Key: "fresh"})
		insert(t, s.Notes, NoteInput{ID: "n"})
		time.Sleep(ttl)
		insert(t, s.Sessions, SessionInput{Token: "fresh"})
		purge(t, s, 3)
		equal(t, [3]int{s.Sessions.Len(), s.Cache.Len(), s.Notes.Len()}, [3]int{1, 1, 1})
		purge(t, s, 0)
	})
	bubble("purge emits one deleted event a record, with its reason, in one commit", unswept, func(t *testing.T, s *Store) {
		a := insert(t, s.Sessions, SessionInput{Token: "a"})
		b := insert(t, s.Sessions, SessionInput{Token: "b"})
		time.Sleep(ttl)
		rec, _ := record(s.Sessions)
		purge(t, s, 2)
		settle(t, s)
		equal(t, rec.take(), []noex.Event[Session]{
			{Revision: 3, Bucket: "sessions", Type: noex.Deleted, Key: "a", Old: a, Reason: noex.ReasonExpired},
			{Revision: 3, Bucket: "sessions", Type: noex.Deleted, Key: "b", Old: b, Reason: noex.ReasonExpired},
		})
	})
	bubble("the sweep frees what expired, once a second unless told otherwise", noex.Config{}, func(t *testing.T, s *Store) {
		rec, _ := record(s.Sessions, noex.Deleted)
		insert(t, s.Sessions, SessionInput{Token: "a"})
		time.Sleep(900 * time.Millisecond)
		settle(t, s)
		equal(t, rec.topics(), "")
		time.Sleep(200 * time.Millisecond)
		settle(t, s)
		equal(t, rec.topics(), "deleted(expired) a")
		equal(t, s.Stats().TTLCheckInterval, 1000)
	})
	bubble("another interval of the sweep, and none", noex.Config{TTLCheckInterval: 10 * time.Millisecond}, func(t *testing.T, s *Store) {
		other := open(t, unswept)
		rec, _ := record(s.Sessions, noex.Deleted)
		none, _ := record(other.Sessions, noex.Deleted)
		insert(t, s.Sessions, SessionInput{Token: "a"})
		insert(t, other.Sessions, SessionInput{Token: "a"})
		time.Sleep(ttl + 11*time.Millisecond)
		settle(t, s)
		equal(t, rec.topics(), "deleted(expired) a")
		time.Sleep(time.Hour)
		settle(t, other)
		equal(t, none.topics(), "")
	})
	bubble("an update does not extend the expiry, Modify may set it", unswept, func(t *testing.T, s *Store) {
		r := insert(t, s.Sessions, SessionInput{Token: "a"})
		time.Sleep(ttl / 2)
		equal(t, update(t, s.Sessions, "a", SessionPatch{Role: noex.Some("r")}).ExpiresAt, r.ExpiresAt)
		later := r.ExpiresAt + 1000
		got, err := s.Sessions.Modify("a", func(r *Session) error { r.ExpiresAt = later; return nil })
		noErr(t, err)
		equal(t, got.ExpiresAt, later)
		time.Sleep(ttl)
		purge(t, s, 0)
		get(t, s.Sessions, "a")
		_, err = s.Sessions.Modify("a", func(r *Session) error { r.ExpiresAt = 0; return nil })
		noErr(t, err)
		time.Sleep(time.Hour)
		get(t, s.Sessions, "a") // zero is never
	})
	bubble("an upsert starts the ttl anew", unswept, func(t *testing.T, s *Store) {
		insert(t, s.Sessions, SessionInput{Token: "a"})
		time.Sleep(ttl / 2)
		r, err := s.Sessions.Upsert(SessionInput{Token: "a"})
		noErr(t, err)
		equal(t, r.ExpiresAt, noex.MillisOf(time.Now().Add(ttl)))
		time.Sleep(ttl - time.Nanosecond)
		get(t, s.Sessions, "a")
	})
	bubble("clear counts what could be seen", unswept, func(t *testing.T, s *Store) {
		insert(t, s.Sessions, SessionInput{Token: "a"})
		time.Sleep(ttl)
		insert(t, s.Sessions, SessionInput{Token: "b"})
		rec, _ := record(s.Sessions)
		n, err := s.Sessions.Clear()
		noErr(t, err)
		equal(t, n, 1)
		settle(t, s)
		equal(t, rec.topics(), "deleted(expired) a deleted(cleared) b")
	})
	bubble("a record without ttl in its bucket does not expire, whatever it carries", unswept, func(t *testing.T, s *Store) {
		a := newSpy()
		a.put(notesKey, stored{records: [][2]string{
			{`"a"`, `{"id":"a","_version":1,"_createdAt":1,"_updatedAt":1,"_expiresAt":2}`},
		}})
		other := open(t, noex.Config{TTLCheckInterval: -1, Persistence: noex.PersistenceConfig{Adapter: a}})
		equal(t, get(t, other.Notes, "a").ExpiresAt, 2)
		purge(t, other, 0)
		equal(t, other.Notes.Len(), 1)
	})
	bubble("what expired while the store was closed is invisible, and swept", unswept, func(t *testing.T, _ *Store) {
		a := newSpy()
		cfg := noex.Config{TTLCheckInterval: -1, Persistence: noex.PersistenceConfig{Adapter: a}}
		s := open(t, cfg)
		insert(t, s.Sessions, SessionInput{Token: "a", User: noex.Some("u")})
		time.Sleep(ttl / 2)
		b := insert(t, s.Sessions, SessionInput{Token: "b"})
		noErr(t, s.Close())
		time.Sleep(ttl / 2)
		s = open(t, cfg)
		equal(t, slices.Collect(s.Sessions.All()), []Session{b})
		insert(t, s.Sessions, SessionInput{Token: "c", User: noex.Some("u")})
		time.Sleep(ttl / 2)
		purge(t, s, 1)
	})
}
