package conformance

import (
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestStats(t *testing.T) {
	bucket := func(s *Store, name string) noex.BucketStats {
		for _, b := range s.Stats().Buckets {
			if b.Name == name {
				return b
			}
		}
		return noex.BucketStats{}
	}
	t.Run("empty store", func(t *testing.T) {
		st := open(t, unswept).Stats()
		equal(t, [2]string{st.Name, st.Buckets[0].Name}, [2]string{"conformance", "users"})
		equal(t, [3]int{st.Records, st.Subscribers, int(st.Revision)}, [3]int{})
		equal(t, st.Persistence.Enabled, false)
		equal(t, st.TTLCheckInterval, 0)
	})
	t.Run("indexes of a bucket, unique ones included, and of all", func(t *testing.T) {
		s := open(t, noex.Config{})
		equal(t, bucket(s, "users").Indexes, 4)
		equal(t, bucket(s, "notes").Indexes, 0)
		sum := 0
		for _, b := range s.Stats().Buckets {
			sum += b.Indexes
		}
		equal(t, s.Stats().Indexes, sum)
	})
	t.Run("records come and go", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "a"})
		insert(t, s.Notes, NoteInput{ID: "b"})
		insert(t, s.Words, WordInput{Word: "w"})
		equal(t, bucket(s, "notes").Records, 2)
		equal(t, s.Stats().Records, 3)
		_, err := s.Notes.Delete("a")
		noErr(t, err)
		equal(t, bucket(s, "notes").Records, 1)
		equal(t, s.Stats().Revision, 4)
	})
	t.Run("subscribers come and go", func(t *testing.T) {
		s := open(t, noex.Config{})
		_, stop := record(s.Notes)
		_, stopAny := recordAny(t, s, "bucket.*.*")
		equal(t, s.Stats().Subscribers, 2)
		stop()
		equal(t, s.Stats().Subscribers, 1)
		stopAny()
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("the interval of the ttl check", func(t *testing.T) {
		equal(t, open(t, noex.Config{TTLCheckInterval: 2 * time.Second}).Stats().TTLCheckInterval, 2000)
	})
	t.Run("persistence", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, on(newSpy()))
			insert(t, s.Notes, NoteInput{ID: "a"})
			st := s.Stats().Persistence
			equal(t, st, noex.PersistenceStats{Enabled: true, Unsaved: 1})
			equal(t, s.Health(), noex.Health{OK: true, Unsaved: 1})
			time.Sleep(time.Second)
			st = s.Stats().Persistence
			equal(t, st, noex.PersistenceStats{Enabled: true, Saves: 1, SavedRevision: 1, LastSave: st.LastSave})
			noErr(t, s.Close())
		})
	})
}
