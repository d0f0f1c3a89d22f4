package conformance

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestConcurrency(t *testing.T) {
	t.Run("a walk sees one state of the bucket, whatever is written meanwhile", func(t *testing.T) {
		// Each commit replaces the label of all records by its own number, so
		// a consistent walk sees one label.
		s := open(t, noex.Config{})
		const n = 300
		seed := make([]NumberedInput, n)
		for i := range seed {
			seed[i].Label = "0"
		}
		_, err := s.Numbered.InsertMany(seed)
		noErr(t, err)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for commit := 1; commit <= 200; commit++ {
				ins := slices.Clone(seed)
				for i := range ins {
					ins[i].Label = fmt.Sprint(commit)
				}
				if _, err := s.Numbered.InsertMany(ins); err != nil {
					t.Error(err)
				}
			}
		}()
		whole := func(how string, recs []Numbered) {
			if len(recs)%n != 0 {
				t.Errorf("%s: %d records, part of a commit", how, len(recs))
			}
			for i, r := range recs {
				if i > 0 && r.N <= recs[i-1].N {
					t.Errorf("%s: %d after %d", how, r.N, recs[i-1].N)
				}
			}
		}
		for running := true; running; {
			select {
			case <-done:
				running = false
			default:
			}
			whole("All", slices.Collect(s.Numbered.All()))
			whole("Where", s.Numbered.Where().All())
			whole("First", s.Numbered.First(1<<30))
			whole("Last", s.Numbered.Last(1<<30))
			if got := len(s.Numbered.ByLabel("7")); got != 0 && got != n {
				t.Errorf("ByLabel: %d records, part of a commit", got)
			}
			if got := s.Numbered.Where(NumberedFields.Label.Eq("9")).Count(); got != 0 && got != n {
				t.Errorf("Count: %d records, part of a commit", got)
			}
		}
	})
	t.Run("UpdateMany changes what is there, whoever else does", func(t *testing.T) {
		s := open(t, noex.Config{})
		const n, workers, times = 40, 4, 100
		ins := make([]NumberedInput, n)
		for i := range ins {
			ins[i].Label = "0"
		}
		_, err := s.Numbered.InsertMany(ins)
		noErr(t, err)
		var wg sync.WaitGroup
		for w := range workers {
			wg.Go(func() {
				for i := range times {
					updates := make([]noex.Update[int64, NumberedPatch], n)
					for j := range updates {
						updates[j] = noex.Update[int64, NumberedPatch]{
							Key: int64((j+w)%n + 1), Patch: NumberedPatch{Label: noex.Some(fmt.Sprint(w, i))},
						}
					}
					if err := s.Numbered.UpdateMany(updates); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		for rec := range s.Numbered.All() {
			equal(t, rec.Version, 1+workers*times)
			equal(t, len(s.Numbered.ByLabel(rec.Label)), n)
		}
	})
	t.Run("increments by Modify are not lost", func(t *testing.T) {
		s := open(t, noex.Config{})
		insert(t, s.Users, UserInput{ID: noex.Some("1"), Name: "A", Score: noex.Some(0.0)})
		var wg sync.WaitGroup
		const workers, times = 8, 100
		for range workers {
			wg.Go(func() {
				for range times {
					_, err := s.Users.Modify("1", func(u *User) error { u.Score = noex.Some(u.Score.Or(0) + 1); return nil })
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		u := get(t, s.Users, "1")
		equal(t, u.Score, noex.Some(float64(workers*times)))
		equal(t, u.Version, workers*times+1)
	})
	t.Run("of concurrent inserts of one unique value one wins", func(t *testing.T) {
		s := open(t, noex.Config{})
		var wg sync.WaitGroup
		for w := range 8 {
			wg.Go(func() {
				for i := range 50 {
					_, err := s.Users.Insert(UserInput{Name: fmt.Sprint(w), Email: noex.Some(fmt.Sprintf("u%d@b.c", i))})
					if _, taken := errors.AsType[*noex.UniqueError](err); err != nil && !taken {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		equal(t, s.Users.Len(), 50)
	})
	t.Run("concurrent autoincrement inserts all get numbers of their own, beside others that choose theirs", func(t *testing.T) {
		s := open(t, noex.Config{})
		var wg sync.WaitGroup
		var stored atomic.Int64
		for w := range int64(8) {
			wg.Go(func() {
				for i := range int64(50) {
					in := NumberedInput{Label: "x"}
					if i%10 == 0 {
						in.N = noex.Some(10_000*(w+1) + i)
					}
					_, err := s.Numbered.Insert(in)
					if _, taken := errors.AsType[*noex.DuplicateKeyError](err); taken && in.N.IsSet() {
						continue // by one that the store has chosen
					}
					if err != nil {
						t.Error(err)
					}
					stored.Add(1)
				}
			})
		}
		wg.Wait()
		equal(t, int64(s.Numbered.Len()), stored.Load())
	})
	t.Run("readers, writers, iterators, subscribers, saves and a Close at once", func(t *testing.T) {
		for range 3 {
			everythingAtOnce(t)
		}
	})
}

func everythingAtOnce(t *testing.T) {
	a := newChangeSpy()
	s := open(t, on(a))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	last := uint64(0)
	seen := 0
	s.Users.On(func(e noex.Event[User]) {
		if e.Revision < last {
			t.Errorf("revision %d after %d", e.Revision, last)
		}
		last = e.Revision
		seen++
	})
	// On a busy machine one worker alone can do all that the test waits for, before
	// another has its first turn.
	var wg, begun sync.WaitGroup
	worker := func(seed uint64, step func(*rand.Rand) error) {
		begun.Add(1)
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, 1))
			err := step(r)
			begun.Done()
			for !errors.Is(err, noex.ErrClosed) {
				err = step(r)
			}
		})
	}
	id := func(r *rand.Rand) string { return fmt.Sprint(r.IntN(200)) }
	for i := range uint64(2) {
		worker(i, func(r *rand.Rand) error {
			_, err := s.Users.Upsert(UserInput{ID: noex.Some(id(r)), Name: "A", Email: noex.Some(id(r) + "@b.c"), Tier: noex.Some(UserTierVip)})
			return err
		})
		worker(10+i, func(r *rand.Rand) error {
			_, err := s.Users.Update(id(r), UserPatch{Age: noex.Some(int64(r.IntN(5))), Tier: noex.Some(UserTierBasic)})
			return err
		})
		worker(20+i, func(r *rand.Rand) error {
			_, err := s.Users.Delete(id(r))
			return err
		})
		worker(30+i, func(r *rand.Rand) error {
			_, err := s.Cache.Upsert(CachedInput{Key: id(r), Value: noex.Some(id(r))})
			return err
		})
	}
	worker(40, func(r *rand.Rand) error {
		for u := range s.Users.All() {
			if r.IntN(50) == 0 {
				break
			}
			s.Users.Get(u.ID)
		}
		s.Users.ByTier(UserTierVip)
		s.Users.Where(UserFields.Age.Eq(int64(r.IntN(5)))).All()
		s.Users.Paginate(noex.PageRequest[string]{After: noex.Some(id(r)), Limit: 10})
		s.Cache.Last(2)
		s.Stats()
		s.Health()
		return s.Flush(ctx)
	})
	worker(50, func(r *rand.Rand) error {
		stop, err := s.On("bucket.*.*", func(noex.AnyEvent) {})
		if err == nil {
			stop()
		}
		return err
	})
	wg.Go(func() {
		for e := range s.Users.Watch(ctx, noex.WithSnapshot()) {
			_ = e
		}
	})
	begun.Wait()
	for s.Revision() < 3000 {
		noErr(t, s.Settle(ctx))
	}
	noErr(t, s.Close())
	wg.Wait()
	settle(t, s)
	if seen == 0 {
		t.Error("no events")
	}
	users := slices.Collect(s.Users.All())
	again := open(t, on(a))
	equal(t, slices.Collect(again.Users.All()), users)
}
