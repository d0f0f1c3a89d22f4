package proof

import (
	"context"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// counted is a live query that counts its evaluations and keeps what a
// subscriber gets.
type counted[T any] struct {
	*noex.Live[T]
	mu   sync.Mutex
	runs int
	got  []T
	stop func()
}

func watchLive[T any](t testing.TB, s *Store, fn func(*View) (T, error), opts ...noex.LiveOption[T]) *counted[T] {
	t.Helper()
	c := new(counted[T])
	live, err := Live(s, func(v *View) (T, error) {
		c.mu.Lock()
		c.runs++
		c.mu.Unlock()
		return fn(v)
	}, opts...)
	noErr(t, err)
	c.Live = live
	c.stop = live.Subscribe(func(v T) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.got = append(c.got, v)
	})
	return c
}

// expect settles and checks evaluations and results since the last call.
func (c *counted[T]) expect(t testing.TB, s *Store, runs int, got ...T) {
	t.Helper()
	settle(t, s)
	c.mu.Lock()
	defer c.mu.Unlock()
	equal(t, c.runs, runs)
	if d := same(got, c.got); d != "" {
		t.Fatalf("results (-want +got):\n%s", d)
	}
	c.runs, c.got = 0, nil
}

func credit(s *Store, id string, n int64) {
	must(s.Accounts.Upsert(AccountInput{ID: id, Balance: n, Branch: noex.Some("b" + id)}))
}

func balance(id string) func(*View) (int64, error) {
	return func(v *View) (int64, error) {
		r, _ := v.Accounts.Get(id)
		return r.Balance, nil
	}
}

func TestReactSubscribe(t *testing.T) {
	t.Run("evaluates once, the callback is not called with the initial result", func(t *testing.T) {
		s := open(t, noex.Config{})
		credit(s, "a", 1)
		c := watchLive(t, s, balance("a"))
		c.expect(t, s, 1)
		equal(t, c.Value(), 1)
		equal(t, c.Revision(), 1)
	})
	t.Run("initial evaluation fails: the error, and no live query", func(t *testing.T) {
		s := open(t, noex.Config{})
		_, err := Live(s, func(*View) (int, error) { return 0, errOwn })
		fails(t, err, errOwn)
		equal(t, s.Stats().Live.Queries, 0)
	})
	t.Run("insert, update, delete: once per change with the new result", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, balance("a"))
		c.expect(t, s, 1)
		credit(s, "a", 1)
		c.expect(t, s, 1, 1)
		credit(s, "a", 2)
		c.expect(t, s, 1, 2)
		must(s.Accounts.Delete("a"))
		c.expect(t, s, 1, 0)
	})
	t.Run("clear [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		credit(s, "a", 1)
		c := watchLive(t, s, func(v *View) (int, error) { return v.Accounts.Len(), nil })
		must(s.Accounts.Clear())
		c.expect(t, s, 2, 0)
	})
	t.Run("two subscribers of one query both fire; one unsubscribes, twice", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, balance("a"))
		second := 0
		stop := c.Subscribe(func(int64) { second++ })
		credit(s, "a", 1)
		c.expect(t, s, 2, 1)
		equal(t, second, 1)
		stop()
		stop()
		credit(s, "a", 2)
		c.expect(t, s, 1, 2)
		equal(t, second, 1)
		equal(t, s.Stats().Live, noex.LiveStats{Queries: 1, Subscribers: 1})
	})
	t.Run("params: two queries, only the affected one fires", func(t *testing.T) {
		s := open(t, noex.Config{})
		a, b := watchLive(t, s, balance("a")), watchLive(t, s, balance("b"))
		credit(s, "a", 1)
		a.expect(t, s, 2, 1)
		b.expect(t, s, 1)
	})
	t.Run("a transaction is one change", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, func(v *View) (float64, error) { return v.Accounts.Where().Sum(AccountFields.Balance), nil })
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 1}))
			must(tx.Accounts.Insert(AccountInput{ID: "b", Balance: 2}))
			return nil
		}))
		c.expect(t, s, 2, 3)
	})
	t.Run("nothing pending: settle returns at once", func(t *testing.T) {
		s := open(t, noex.Config{})
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		noErr(t, s.Settle(ctx))
	})
}

// TestReactDependencies says for each way of reading which changes evaluate the
// query again.
func TestReactDependencies(t *testing.T) {
	type read = func(*View) (any, error)
	value := func(v any) (any, error) { return v, nil }
	f := AccountFields
	for _, c := range []struct {
		name    string
		read    read
		touch   []string // accounts whose change to a balance of 50 evaluates it
		nothing []string
	}{
		{"get", func(v *View) (any, error) { r, _ := v.Accounts.Get("a"); return value(r) }, []string{"a"}, []string{"b", "x"}},
		{"get of nothing", func(v *View) (any, error) { _, ok := v.Accounts.Get("x"); return value(ok) }, []string{"x"}, []string{"a"}},
		{"index value", func(v *View) (any, error) { return value(v.Accounts.ByBranch("ba")) }, []string{"a"}, []string{"b", "x"}},
		{"value without index", func(v *View) (any, error) { return value(v.Accounts.Where(f.ID.Eq("a")).All()) }, []string{"a"}, []string{"b"}},
		{"several values", func(v *View) (any, error) { return value(v.Accounts.Where(f.Branch.In("ba", "bx")).Count()) }, []string{"a", "x"}, []string{"b"}},
		{"unique value", func(v *View) (any, error) { _, ok := v.Accounts.ByHolder("h"); return value(ok) }, nil, []string{"a", "x"}},
		{"range", func(v *View) (any, error) { return value(v.Accounts.Where(f.Balance.Between(40, 60)).Count()) }, []string{"a"}, nil},
		{"range elsewhere", func(v *View) (any, error) { return value(v.Accounts.Where(f.Balance.Ge(60), f.Balance.Lt(90)).Count()) }, nil, []string{"a", "b", "x"}},
		{"prefix", func(v *View) (any, error) { return value(v.Accounts.Where(f.ID.HasPrefix("a")).Count()) }, []string{"a"}, []string{"b"}},
		{"either of two", func(v *View) (any, error) {
			return value(v.Accounts.Where(noex.Or(f.ID.Eq("a"), f.Branch.Eq("bb"))).Count())
		}, []string{"a", "b"}, []string{"x"}},
		{"not", func(v *View) (any, error) { return value(v.Accounts.Where(f.ID.Ne("a")).Count()) }, []string{"b", "x"}, []string{"a"}},
		{"all", func(v *View) (any, error) { return value(all(v.Accounts.Reader)) }, []string{"a", "x"}, nil},
		{"len", func(v *View) (any, error) { return value(v.Accounts.Len()) }, []string{"a", "x"}, nil},
		{"first", func(v *View) (any, error) { return value(v.Accounts.First(1)) }, []string{"a", "b"}, nil},
		{"last", func(v *View) (any, error) { return value(v.Accounts.Last(1)) }, []string{"a"}, nil},
		{"page", func(v *View) (any, error) { return value(v.Accounts.Paginate(noex.PageRequest[string]{Limit: 1})) }, []string{"b"}, nil},
		{"sum", func(v *View) (any, error) { return value(v.Accounts.Where().Sum(f.Balance)) }, []string{"a"}, nil},
		{"min and max", func(v *View) (any, error) {
			low, _ := v.Accounts.Where().Min(f.Balance)
			high, _ := v.Accounts.Where().Max(f.Balance)
			return value(low + high)
		}, []string{"a", "b"}, nil},
		{"get and where", func(v *View) (any, error) {
			r, _ := v.Accounts.Get("a")
			return value(r.Balance + int64(v.Accounts.Where().Count()))
		}, []string{"a", "b"}, nil},
		{"another bucket", func(v *View) (any, error) { return value(v.Jobs.Len()) }, nil, []string{"a"}},
		{"nothing", func(*View) (any, error) { return value(1) }, nil, []string{"a"}},
		{"not a number", func(v *View) (any, error) {
			v.Levels.Get(math.NaN())
			return value(v.Levels.Where(LevelFields.Level.Eq(math.NaN())).Count())
		}, nil, []string{"a"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for i, id := range slices.Concat(c.touch, c.nothing) {
				s := open(t, noex.Config{})
				credit(s, "a", 1)
				credit(s, "b", 2)
				q := watchLive(t, s, c.read)
				q.runs = 0
				credit(s, id, 50)
				settle(t, s)
				want := 0
				if i < len(c.touch) {
					want = 1
				}
				if q.runs != want {
					t.Errorf("%d evaluations after a change of %s, want %d", q.runs, id, want)
				}
			}
		})
	}
	t.Run("two buckets: a change in either", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, func(v *View) (int, error) { return v.Accounts.Len()*10 + v.Jobs.Len(), nil })
		credit(s, "a", 1)
		c.expect(t, s, 2, 10)
		must(s.Jobs.Insert(JobInput{Title: "x"}))
		c.expect(t, s, 1, 11)
	})
	t.Run("a conditional read: dependencies are those of the last run", func(t *testing.T) {
		s := open(t, noex.Config{})
		credit(s, "switch", 0)
		c := watchLive(t, s, func(v *View) (int, error) {
			if r, _ := v.Accounts.Get("switch"); r.Balance == 0 {
				return -1, nil
			}
			return v.Jobs.Len(), nil
		})
		must(s.Jobs.Insert(JobInput{Title: "x"}))
		c.expect(t, s, 1)
		credit(s, "switch", 1)
		c.expect(t, s, 1, 1)
		must(s.Jobs.Insert(JobInput{Title: "y"}))
		c.expect(t, s, 1, 2)
		credit(s, "switch", 0)
		c.expect(t, s, 1, -1)
		must(s.Jobs.Insert(JobInput{Title: "z"}))
		c.expect(t, s, 0)
	})
	t.Run("first(1) of more: a further insert gives an equal result, no callback", func(t *testing.T) {
		s := open(t, noex.Config{})
		credit(s, "a", 1)
		c := watchLive(t, s, func(v *View) ([]Account, error) { return v.Accounts.First(1), nil })
		credit(s, "b", 1)
		c.expect(t, s, 2)
	})
	t.Run("expiry: when the record is swept", func(t *testing.T) {
		s := open(t, noex.Config{TTLCheckInterval: -1})
		must(s.Sessions.Insert(SessionInput{Token: "t", ExpiresAt: noex.Some(time.Now().Add(time.Millisecond))}))
		c := watchLive(t, s, func(v *View) (int, error) { return v.Sessions.Len(), nil })
		for n := 0; n == 0; n = must(s.PurgeExpired()) {
		}
		settle(t, s)
		equal(t, c.Value(), 0)
	})
}

func TestReactFailures(t *testing.T) {
	failing := func(s *Store, how func() error) (*noex.Live[int64], *[]error) {
		var reported []error
		live := must(Live(s, func(v *View) (int64, error) {
			r, _ := v.Accounts.Get("a")
			if r.Balance < 0 {
				return 0, how()
			}
			return r.Balance, nil
		}, noex.LiveOnError[int64](func(err error) { reported = append(reported, err) })))
		return live, &reported
	}
	for name, how := range map[string]func() error{
		"an error": func() error { return errOwn },
		"a panic":  func() error { panic("oops") },
	} {
		t.Run(name+" of a re-run is reported, the last result kept, and the query recovers", func(t *testing.T) {
			s := open(t, noex.Config{})
			credit(s, "a", 1)
			live, reported := failing(s, how)
			other := watchLive(t, s, balance("a"))
			credit(s, "a", -1)
			other.expect(t, s, 2, -1)
			equal(t, len(*reported), 1)
			equal(t, live.Value(), 1)
			equal(t, live.Err() != nil, true)
			credit(s, "a", 2)
			settle(t, s)
			equal(t, live.Value(), 2)
			equal(t, live.Err() == nil, true)
		})
	}
	t.Run("a subscriber that panics is contained, it and others go on [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		c := watchLive(t, s, balance("a"))
		calls := 0
		c.Subscribe(func(int64) { calls++; panic("oops") })
		credit(s, "a", 1)
		c.expect(t, s, 2, 1)
		credit(s, "a", 2)
		c.expect(t, s, 1, 2)
		equal(t, calls, 2)
		equal(t, s.Stats().Panics, 2)
	})
	t.Run("a closed store has no live queries", func(t *testing.T) {
		s, err := Open(context.Background(), noex.Config{})
		noErr(t, err)
		noErr(t, s.Close())
		_, err = Live(s, balance("a"))
		fails(t, err, noex.ErrClosed)
	})
}
