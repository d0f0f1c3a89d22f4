package proof

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/memory"
)

// commits is the truth that watch streams are held to: for each revision the
// changes of accounts, as the writers know them.
type commits struct {
	mu   sync.Mutex
	list map[uint64][]string
}

func describe(e noex.Event[Account]) string {
	return fmt.Sprint(e.Type, " ", e.Key, " ", e.Old.Version, " ", e.New.Version, " ", e.New.Balance)
}

// stream is what one watcher got.
type stream struct {
	name   string
	from   uint64
	events []noex.Event[Account]
	lagged bool
	until  uint64
}

// check holds a stream to etcd's properties: ordered, unique, atomic and
// complete from one revision to another, but for what it was told it missed.
func (st *stream) check(t *testing.T, truth *commits) {
	t.Helper()
	got := make(map[uint64][]string)
	missed := func(uint64) bool { return false }
	last := st.from
	for _, e := range st.events {
		if e.Type == noex.Lagged {
			if !st.lagged || e.From > e.To || e.From <= last && last != 0 {
				t.Fatalf("%s: lagged %d-%d after %d", st.name, e.From, e.To, last)
			}
			before := missed
			missed = func(rev uint64) bool { return before(rev) || e.From <= rev && rev <= e.To }
			last = e.To
			continue
		}
		if e.Revision < last || len(got[e.Revision]) > 0 && last != e.Revision {
			t.Fatalf("%s: revision %d after %d", st.name, e.Revision, last)
		}
		last = e.Revision
		got[e.Revision] = append(got[e.Revision], describe(e))
	}
	truth.mu.Lock()
	defer truth.mu.Unlock()
	for rev, want := range truth.list {
		if rev <= st.from || rev > st.until || missed(rev) {
			if len(got[rev]) > 0 {
				t.Fatalf("%s: got revision %d, which it should not", st.name, rev)
			}
			continue
		}
		slices.Sort(want)
		slices.Sort(got[rev])
		if d := diff(want, got[rev]); d != "" {
			t.Fatalf("%s: revision %d (-want +got):\n%s", st.name, rev, d)
		}
	}
	for rev := range got {
		if _, ok := truth.list[rev]; !ok {
			t.Fatalf("%s: revision %d never was", st.name, rev)
		}
	}
}

// writers change accounts from several goroutines, in transactions and alone.
func writers(t *testing.T, s *Store, seed uint64, n int) {
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(w)))
			for range n {
				id := accountIDs[r.IntN(4)]
				var err error
				switch r.IntN(5) {
				case 0:
					_, err = s.Accounts.Delete(id)
				case 1:
					err = s.Tx(func(tx *Tx) error {
						for _, id := range accountIDs[:2+r.IntN(3)] {
							if _, err := tx.Accounts.Upsert(AccountInput{ID: id, Balance: r.Int64N(100)}); err != nil {
								return err
							}
						}
						return nil
					}, noex.Retry(100))
				case 2:
					_, err = s.Accounts.InsertMany([]AccountInput{{ID: fmt.Sprint("m", w, r.Uint64())}, {ID: fmt.Sprint("n", w, r.Uint64())}})
				default:
					_, err = s.Accounts.Upsert(AccountInput{ID: id, Balance: r.Int64N(100)})
				}
				if err != nil && !errors.Is(err, noex.ErrConflict) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// TestStreams has watchers of every kind follow random commits.
func TestStreams(t *testing.T) {
	for i := range *streams {
		within(t, fmt.Sprint("stream ", i), func() { checkStreams(t, uint64(i)) })
	}
}

func checkStreams(t *testing.T, seed uint64) {
	s, err := Open(context.Background(), noex.Config{})
	noErr(t, err)
	truth := &commits{list: make(map[uint64][]string)}
	s.Accounts.On(func(e noex.Event[Account]) {
		truth.mu.Lock()
		defer truth.mu.Unlock()
		truth.list[e.Revision] = append(truth.list[e.Revision], describe(e))
	})
	writers(t, s, seed, 5)
	middle := s.Revision()
	ctx, cancel := context.WithCancel(context.Background())
	var streams []*stream
	var wg sync.WaitGroup
	var mu sync.Mutex
	follow := func(st *stream, slow int, opts ...noex.WatchOption) {
		streams = append(streams, st)
		seq := s.Accounts.Watch(ctx, opts...)
		wg.Go(func() {
			for e := range seq {
				for range slow {
					s.Accounts.Len() // reads take time
				}
				mu.Lock()
				st.events = append(st.events, e)
				mu.Unlock()
			}
		})
	}
	follow(&stream{name: "from the start"}, 0, noex.FromRevision(0))
	follow(&stream{name: "from the middle", from: middle / 2}, 1, noex.FromRevision(middle/2))
	follow(&stream{name: "from now", from: middle}, 50)
	follow(&stream{name: "unbounded", from: middle}, 10, noex.Unbounded())
	panicking := &stream{name: "panicking", from: middle}
	streams = append(streams, panicking)
	s.Accounts.On(func(e noex.Event[Account]) {
		mu.Lock()
		panicking.events = append(panicking.events, e)
		mu.Unlock()
		panic("oops")
	})
	stops := 0
	var stop func()
	ready := make(chan struct{})
	stop = s.Accounts.On(func(noex.Event[Account]) { <-ready; stops++; stop() })
	close(ready)
	s.Accounts.On(func(e noex.Event[Account]) { // re-entrant
		if e.Type == noex.Inserted && e.New.Balance%10 == 3 {
			_, _ = s.Accounts.Modify(e.New.ID, func(r *Account) error { r.Balance++; return nil })
		}
	})
	snapshot := make(chan error, 1)
	begun := make(chan struct{})
	go func() { snapshot <- followSnapshot(ctx, s, begun) }()
	writers(t, s, seed+1<<32, 10)
	settle(t, s)
	settle(t, s) // what the re-entrant handler has written
	<-begun
	until := s.Revision()
	noErr(t, s.Close())
	wg.Wait()
	noErr(t, <-snapshot)
	cancel()
	for rev := uint64(1); rev <= until; rev++ {
		if len(truth.list[rev]) == 0 {
			t.Fatalf("revision %d has no event", rev)
		}
	}
	if stops > 1 {
		t.Fatalf("a handler that stopped itself was called %d times", stops)
	}
	for _, st := range streams {
		st.until = until
		st.check(t, truth)
	}
}

// followSnapshot builds a copy of a bucket of a snapshot and what follows it;
// when the store is closed the copy has to be what the store holds.
func followSnapshot(ctx context.Context, s *Store, begun chan<- struct{}) error {
	replica := make(map[string]Account)
	seq := s.Accounts.Watch(ctx, noex.WithSnapshot())
	close(begun)
	for e := range seq {
		switch e.Type {
		case noex.Deleted:
			delete(replica, e.Old.ID)
		case noex.Updated:
			if replica[e.New.ID] != e.Old {
				return fmt.Errorf("update of %v, but the copy has %v", e.Old, replica[e.New.ID])
			}
			replica[e.New.ID] = e.New
		case noex.Inserted:
			if _, ok := replica[e.New.ID]; ok {
				return fmt.Errorf("insert of %v, which the copy has", e.New)
			}
			replica[e.New.ID] = e.New
		}
	}
	want := make(map[string]Account)
	for r := range s.Accounts.All() {
		want[r.ID] = r
	}
	if d := diff(want, replica); d != "" {
		return fmt.Errorf("the copy (-want +got):\n%s", d)
	}
	return nil
}

func TestWatchResume(t *testing.T) {
	s := open(t, noex.Config{})
	for i := range 100 {
		must(s.Accounts.Upsert(AccountInput{ID: "a", Balance: int64(i)}))
	}
	t.Run("broken off anywhere and resumed, a stream is whole", func(t *testing.T) {
		at := uint64(0)
		for at < 100 {
			for e := range s.Accounts.Watch(context.Background(), noex.FromRevision(at)) {
				equal(t, e.Revision, at+1)
				at = e.Revision
				if at%7 == 0 || at == 100 {
					break
				}
			}
		}
	})
	t.Run("a revision that is still to come means now, however large", func(t *testing.T) {
		for _, from := range []uint64{100, 101, 1 << 63, ^uint64(0)} {
			seq := s.Accounts.Watch(context.Background(), noex.FromRevision(from))
			must(s.Accounts.Upsert(AccountInput{ID: "b"}))
			for e := range seq {
				equal(t, e.Revision, s.Revision())
				break
			}
		}
	})
	t.Run("after a restart: what is gone from the log is Lagged, nothing is if nothing was missed", func(t *testing.T) {
		cfg := saved(memory.New())
		s := start(t, cfg)
		for range 5 {
			must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		}
		noErr(t, s.Close())
		s = open(t, cfg)
		behind := s.Accounts.Watch(context.Background(), noex.FromRevision(3))
		abreast := s.Accounts.Watch(context.Background(), noex.FromRevision(5))
		must(s.Accounts.Upsert(AccountInput{ID: "a"}))
		var got []string
		for e := range behind {
			if got = append(got, fmt.Sprint(e.Type, " ", e.Revision, " ", e.From, "-", e.To)); e.Revision == 6 {
				break
			}
		}
		equal(t, got, []string{"lagged 5 4-5", "updated 6 0-0"})
		for e := range abreast {
			equal(t, e.Revision, 6)
			break
		}
	})
	t.Run("a sequence is walked once", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		seq := s.Accounts.Watch(ctx, noex.WithSnapshot())
		n := 0
		for range 2 {
			for range seq {
				if n++; n == s.Accounts.Len()+1 {
					t.Fatal("walked again")
				}
				if n == s.Accounts.Len() {
					break
				}
			}
		}
		equal(t, s.Stats().Subscribers, 0)
	})
	t.Run("a context that is done yields nothing", func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		for range 100 {
			for range s.Accounts.Watch(ctx, noex.WithSnapshot()) {
				t.Fatal("an event")
			}
		}
	})
}
