package conformance

import (
	"context"
	"fmt"
	"slices"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestEventsLagged(t *testing.T) {
	const logHolds = 4096
	t.Run("a handler that falls off the log gets one Lagged event and goes on", func(t *testing.T) {
		s := open(t, noex.Config{})
		entered, release := make(chan struct{}), make(chan struct{})
		var got []noex.Event[Note]
		s.Notes.On(func(e noex.Event[Note]) {
			if len(got) == 0 {
				close(entered)
				<-release
			}
			got = append(got, e)
		}, noex.Inserted)
		insert(t, s.Notes, NoteInput{ID: "first"})
		<-entered
		for range logHolds + 10 {
			_, err := s.Notes.Upsert(NoteInput{ID: "x"})
			noErr(t, err)
		}
		arrived := make(chan struct{}) // at handlers that keep up: till then all may still be there
		s.Notes.On(func(noex.Event[Note]) { close(arrived) }, noex.Inserted)
		insert(t, s.Notes, NoteInput{ID: "last"})
		<-arrived
		close(release)
		settle(t, s)
		equal(t, each(got, topic), "inserted first lagged 2-12 inserted last")
	})
	t.Run("4096 commits are not too many", func(t *testing.T) {
		s := open(t, noex.Config{})
		for range logHolds {
			_, err := s.Notes.Upsert(NoteInput{ID: "x"})
			noErr(t, err)
		}
		want := uint64(1)
		for e := range s.Notes.Watch(context.Background(), noex.FromRevision(0)) {
			equal(t, e.Revision, want)
			if want++; want > logHolds {
				break
			}
		}
	})
	t.Run("Watch from a revision the log no longer has begins with Lagged", func(t *testing.T) {
		s := open(t, noex.Config{})
		for range logHolds + 3 {
			_, err := s.Notes.Upsert(NoteInput{ID: "x"})
			noErr(t, err)
		}
		var got []noex.Event[Note]
		for e := range s.Notes.Watch(context.Background(), noex.FromRevision(1), noex.OnlyTypes(noex.Deleted, noex.Updated)) {
			if got = append(got, e); len(got) == 2 {
				break
			}
		}
		equal(t, topic(got[0]), "lagged 2-3")
		equal(t, got[0].Revision, 3)
		equal(t, got[1].Revision, 4)
	})
	t.Run("one commit with more changes than the log holds is delivered", func(t *testing.T) {
		s := open(t, noex.Config{})
		count := 0
		s.Notes.On(func(e noex.Event[Note]) {
			if e.Type == noex.Inserted {
				count++
			}
		})
		ins := make([]NoteInput, 70_000)
		for i := range ins {
			ins[i].ID = fmt.Sprint(i)
		}
		_, err := s.Notes.InsertMany(ins)
		noErr(t, err)
		settle(t, s)
		equal(t, count, len(ins))
	})
}

func TestEventsWatch(t *testing.T) {
	t.Run("what happens after the call of Watch is seen, whenever the loop begins", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Notes, NoteInput{ID: "before"})
		seq := s.Notes.Watch(context.Background())
		insert(t, s.Notes, NoteInput{ID: "a"})
		for e := range seq {
			equal(t, topic(e), "inserted a")
			break
		}
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("from a revision", func(t *testing.T) {
		s := open(t, noex.Config{})
		for i := range 100 {
			insert(t, s.Notes, NoteInput{ID: fmt.Sprint(i)})
		}
		var got []noex.Event[Note]
		for e := range s.Notes.Watch(context.Background(), noex.FromRevision(90)) {
			if got = append(got, e); e.Revision == 100 {
				break
			}
		}
		equal(t, each(got, func(e noex.Event[Note]) string { return fmt.Sprint(e.Revision) }), "91 92 93 94 95 96 97 98 99 100")
	})
	t.Run("from a revision that is still to come begins now", func(t *testing.T) {
		s := open(t, noex.Config{})
		seq := s.Notes.Watch(context.Background(), noex.FromRevision(1000))
		insert(t, s.Notes, NoteInput{ID: "a"})
		for e := range seq {
			equal(t, e.Revision, 1)
			break
		}
	})
	t.Run("a context that is done ends the loop", func(t *testing.T) {
		s := open(t, noex.Config{})
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		seq := s.Notes.Watch(ctx)
		insert(t, s.Notes, NoteInput{ID: "a"})
		n := 0
		for range seq {
			n++
			cancel()
		}
		equal(t, n, 1)
		for range s.Notes.Watch(ctx, noex.WithSnapshot()) {
			t.Error("an event although the context is done")
		}
	})
	t.Run("Close ends the loop, after what was committed before", func(t *testing.T) {
		s := open(t, noex.Config{})
		seq := s.Notes.Watch(context.Background())
		insert(t, s.Notes, NoteInput{ID: "a"})
		noErr(t, s.Close())
		equal(t, each(slices.Collect(seq), topic), "inserted a")
	})
	t.Run("the loop body may write", func(t *testing.T) {
		s := open(t, noex.Config{})
		seq := s.Notes.Watch(context.Background())
		insert(t, s.Notes, NoteInput{ID: "x"})
		for e := range seq {
			id := e.Key.(string)
			if len(id) == 5 {
				break
			}
			insert(t, s.Notes, NoteInput{ID: id + "x"})
		}
	})
	t.Run("with a snapshot: every record first, in bucket order, and then what follows it", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, w := range []string{"b", "a"} {
			insert(t, s.Words, WordInput{Word: w})
		}
		seq := s.Words.Watch(context.Background(), noex.WithSnapshot())
		insert(t, s.Words, WordInput{Word: "0"})
		var got []string
		for e := range seq {
			got = append(got, fmt.Sprint(e.Revision, " ", topic(e)))
			if e.Key == "0" {
				break
			}
		}
		equal(t, got, []string{"2 inserted a", "2 inserted b", "3 inserted 0"})
	})
	t.Run("with a snapshot misses nothing and repeats nothing while others write", func(t *testing.T) {
		s := open(t, noex.Config{})
		const writers, each = 4, 200
		done := make(chan struct{})
		for w := range writers {
			go func() {
				for i := range each {
					if _, err := s.Notes.Insert(NoteInput{ID: fmt.Sprint(w, "-", i)}); err != nil {
						t.Error(err)
					}
				}
				done <- struct{}{}
			}()
		}
		for range 8 {
			seen := make(map[any]bool)
			last := uint64(0)
			for e := range s.Notes.Watch(context.Background(), noex.WithSnapshot()) {
				if e.Revision < last {
					t.Fatalf("revision %d after %d", e.Revision, last)
				}
				last = e.Revision
				if seen[e.Key] {
					t.Fatalf("%v came twice", e.Key)
				}
				if seen[e.Key] = true; len(seen) == writers*each {
					break
				}
			}
		}
		for range writers {
			<-done
		}
	})
}
