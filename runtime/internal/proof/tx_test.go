package proof

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// account inserts an account with a balance.
func account(t testing.TB, s *Store, id string, balance int64) Account {
	t.Helper()
	r, err := s.Accounts.Insert(AccountInput{ID: id, Balance: balance})
	noErr(t, err)
	return r
}

// events follows the changes that match a pattern and returns them as text when
// the store has settled.
func events(t testing.TB, s *Store, pattern string) func() string {
	t.Helper()
	var got []string
	_, err := s.On(pattern, func(e noex.AnyEvent) {
		text := e.Bucket + " " + e.Type.String() + " " + toString(e.Key)
		if e.Reason != noex.ReasonExplicit {
			text += " " + e.Reason.String()
		}
		got = append(got, text)
	})
	noErr(t, err)
	return func() string {
		t.Helper()
		settle(t, s)
		text := strings.Join(got, ", ")
		got = nil
		return text
	}
}

func TestTxCommit(t *testing.T) {
	t.Run("insert in tx: visible outside after the commit, not before", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 1}))
			equal(t, s.Accounts.Len(), 0)
			equal(t, tx.Accounts.Len(), 1)
			return nil
		}))
		equal(t, s.Accounts.Len(), 1)
	})
	t.Run("writes in two buckets: both applied, at one revision", func(t *testing.T) {
		s := open(t, noex.Config{})
		got := events(t, s, "bucket.*.*")
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 1}))
			return nil
		}))
		equal(t, s.Revision(), 1)
		equal(t, got(), "jobs inserted 1, accounts inserted a")
	})
	t.Run("buckets in another order than that of the store: its order", func(t *testing.T) {
		s := open(t, noex.Config{})
		got := events(t, s, "bucket.*.*")
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 1}))
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			return nil
		}))
		equal(t, got(), "jobs inserted 1, accounts inserted a")
	})
	t.Run("nothing written or reads only: no commit and no events", func(t *testing.T) {
		s := open(t, noex.Config{})
		a := account(t, s, "a", 1)
		got := events(t, s, "bucket.*.*")
		noErr(t, s.Tx(func(*Tx) error { return nil }))
		noErr(t, s.Tx(func(tx *Tx) error {
			tx.Accounts.Get(a.ID)
			must(s.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](2)}))
			r, _ := tx.Accounts.Get(a.ID)
			equal(t, r, a)
			return nil
		}))
		equal(t, s.Revision(), 2)
		equal(t, got(), "accounts updated a")
	})
	t.Run("the function's error rolls back: no trace, no event", func(t *testing.T) {
		s := open(t, noex.Config{})
		got := events(t, s, "bucket.*.*")
		fails(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "a", Holder: noex.Some("h")}))
			return errOwn
		}), errOwn)
		equal(t, s.Accounts.Len(), 0)
		equal(t, s.Revision(), 0)
		equal(t, got(), "")
		must(s.Accounts.Insert(AccountInput{ID: "b", Holder: noex.Some("h")}))
	})
	t.Run("a panic of the function rolls back and passes on", func(t *testing.T) {
		s := open(t, noex.Config{})
		func() {
			defer func() { equal(t, recover(), any("oops")) }()
			_ = s.Tx(func(tx *Tx) error {
				must(tx.Accounts.Insert(AccountInput{ID: "a"}))
				panic("oops")
			})
		}()
		equal(t, s.Accounts.Len(), 0)
		account(t, s, "a", 1)
	})
	t.Run("a handle used after the transaction ended is an error [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		account(t, s, "a", 1)
		var kept *Tx
		noErr(t, s.Tx(func(tx *Tx) error { kept = tx; return nil }))
		_, err := kept.Accounts.Insert(AccountInput{ID: "b"})
		fails(t, err, noex.ErrTxDone)
		_, err = kept.Accounts.Update("a", AccountPatch{})
		fails(t, err, noex.ErrTxDone)
		_, err = kept.Accounts.Upsert(AccountInput{ID: "a"})
		fails(t, err, noex.ErrTxDone)
		_, err = kept.Accounts.InsertMany([]AccountInput{{ID: "b"}})
		fails(t, err, noex.ErrTxDone)
		_, err = kept.Accounts.Delete("a")
		fails(t, err, noex.ErrTxDone)
		_, err = kept.Accounts.Clear()
		fails(t, err, noex.ErrTxDone)
		_, ok := kept.Accounts.Get("a")
		equal(t, ok, false)
		equal(t, len(kept.Accounts.Where().All())+kept.Accounts.Len()+len(kept.Accounts.First(1)), 0)
		page := kept.Accounts.Paginate(noex.PageRequest[string]{After: noex.Some("a"), Limit: 1})
		equal(t, page.HasMore, false)
	})
	t.Run("a closed store refuses the commit", func(t *testing.T) {
		s, err := Open(context.Background(), noex.Config{})
		noErr(t, err)
		fails(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "a"}))
			noErr(t, s.Close())
			return nil
		}), noex.ErrClosed)
	})
}

func TestTxReads(t *testing.T) {
	s := open(t, noex.Config{})
	account(t, s, "a", 1)
	account(t, s, "b", 2)
	t.Run("own writes show in every read, outside none", func(t *testing.T) {
		fails(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Insert(AccountInput{ID: "c", Balance: 3, Branch: noex.Some("west"), Holder: noex.Some("C")}))
			must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](10)}))
			must(tx.Accounts.Delete("b"))
			_, ok := tx.Accounts.Get("b")
			equal(t, ok, false)
			ids := func(recs []Account) (out string) {
				for _, r := range recs {
					out += r.ID
				}
				return out
			}
			equal(t, ids(all(tx.Accounts.Reader)), "ac")
			equal(t, ids(tx.Accounts.Where(AccountFields.Balance.Ge(3)).All()), "ac")
			equal(t, ids(tx.Accounts.ByBranch("west")), "c")
			equal(t, tx.Accounts.Where().Count(), 2)
			equal(t, tx.Accounts.Where().Sum(AccountFields.Balance), 13)
			one, _ := tx.Accounts.ByHolder("C")
			equal(t, one.ID, "c")
			equal(t, ids(tx.Accounts.Last(1))+ids(tx.Accounts.First(1)), "ca")
			equal(t, ids(tx.Accounts.Paginate(noex.PageRequest[string]{After: noex.Some("a"), Limit: 9}).Records), "c")
			equal(t, ids(all(s.Accounts.Reader)), "ab")
			return errOwn
		}), errOwn)
	})
	t.Run("unknown key: update not found, delete false", func(t *testing.T) {
		noErr(t, s.Tx(func(tx *Tx) error {
			_, err := tx.Accounts.Update("x", AccountPatch{})
			fails(t, err, noex.ErrNotFound)
			ok, err := tx.Accounts.Delete("x")
			noErr(t, err)
			equal(t, ok, false)
			return nil
		}))
	})
	t.Run("invalid data: ValidationError inside, before the commit", func(t *testing.T) {
		noErr(t, s.Tx(func(tx *Tx) error {
			_, err := tx.People.Insert(PersonInput{})
			failsAs[*noex.ValidationError](t, err)
			_, err = tx.Accounts.Modify("a", func(a *Account) error { a.ID = "z"; return nil })
			failsAs[*noex.ValidationError](t, err)
			return nil
		}))
	})
	t.Run("records of a transaction are the caller's own", func(t *testing.T) {
		noErr(t, s.Tx(func(tx *Tx) error {
			r := must(tx.People.Insert(PersonInput{ID: noex.Some("p"), Name: "P", Tags: noex.Some([]string{"x"})}))
			r.Tags.Or(nil)[0] = "!"
			r, _ = tx.People.Get("p")
			equal(t, r.Tags.Or(nil)[0], "x")
			return nil
		}))
	})
}

func TestTxNetEffect(t *testing.T) {
	run := func(name, wantEvents string, fn func(*testing.T, *Tx), check func(*testing.T, *Store)) {
		t.Run(name, func(t *testing.T) {
			s := open(t, noex.Config{})
			for i, id := range []string{"a", "b", "c"} {
				must(s.Accounts.Insert(AccountInput{ID: id, Balance: int64(i), Holder: noex.Some("h" + id)}))
			}
			got := events(t, s, "bucket.*.*")
			noErr(t, s.Tx(func(tx *Tx) error { fn(t, tx); return nil }))
			equal(t, got(), wantEvents)
			check(t, s)
		})
	}
	order := func(want string) func(*testing.T, *Store) {
		return func(t *testing.T, s *Store) {
			t.Helper()
			got := ""
			for r := range s.Accounts.All() {
				got += r.ID
			}
			equal(t, got, want)
		}
	}
	run("insert then update: one insert with the final state, version 2", "accounts inserted x", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Insert(AccountInput{ID: "x", Balance: 1}))
		must(tx.Accounts.Update("x", AccountPatch{Balance: noex.Some[int64](7)}))
	}, func(t *testing.T, s *Store) {
		r, _ := s.Accounts.Get("x")
		equal(t, r.Balance, 7)
		equal(t, r.Version, 2)
	})
	run("insert then delete: nothing", "", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Insert(AccountInput{ID: "x", Balance: 1}))
		must(tx.Accounts.Delete("x"))
	}, order("abc"))
	run("update then delete of an existing record [mended]", "accounts deleted a", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](7)}))
		must(tx.Accounts.Delete("a"))
	}, order("bc"))
	run("delete key k then insert key k: one update, the record goes to the end [mended]", "accounts updated a", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Delete("a"))
		must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 9}))
	}, order("bca"))
	run("records come to the end as they were inserted last", "accounts inserted x, accounts inserted y, accounts updated a", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Insert(AccountInput{ID: "y"}))
		must(tx.Accounts.Delete("a"))
		must(tx.Accounts.Insert(AccountInput{ID: "a"}))
		must(tx.Accounts.Insert(AccountInput{ID: "x"}))
		must(tx.Accounts.Delete("y"))
		must(tx.Accounts.Insert(AccountInput{ID: "y"}))
		equal(t, slices.Collect(tx.Accounts.All())[2].ID, "a")
	}, order("bcaxy"))
	run("a record takes the unique value of a deleted one [mended]", "accounts inserted x, accounts deleted a", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Delete("a"))
		must(tx.Accounts.Insert(AccountInput{ID: "x", Holder: noex.Some("ha")}))
	}, func(t *testing.T, s *Store) {
		r, _ := s.Accounts.ByHolder("ha")
		equal(t, r.ID, "x")
	})
	run("two unique values swapped [mended]", "accounts updated a, accounts updated b", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Update("a", AccountPatch{Holder: noex.Some("hb")}))
		must(tx.Accounts.Update("b", AccountPatch{Holder: noex.Some("ha")}))
	}, func(t *testing.T, s *Store) {
		a, _ := s.Accounts.ByHolder("ha")
		b, _ := s.Accounts.ByHolder("hb")
		equal(t, a.ID+b.ID, "ba")
	})
	run("clear: deletes for the reason of clear", "accounts deleted a cleared, accounts deleted b cleared, accounts deleted c cleared",
		func(t *testing.T, tx *Tx) { equal(t, must(tx.Accounts.Clear()), 3) }, order(""))
	run("clear then insert: updates and deletes", "accounts updated b, accounts deleted a cleared, accounts deleted c cleared", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Clear())
		must(tx.Accounts.Insert(AccountInput{ID: "b", Holder: noex.Some("ha")}))
	}, order("b"))
	run("per bucket inserts, then updates, then deletes", "accounts inserted x, accounts updated b, accounts deleted a", func(t *testing.T, tx *Tx) {
		must(tx.Accounts.Delete("a"))
		must(tx.Accounts.Update("b", AccountPatch{}))
		must(tx.Accounts.Insert(AccountInput{ID: "x"}))
	}, order("bcx"))
}

func TestTxLifetime(t *testing.T) {
	t.Run("ttl holds inside [mended]", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := open(t, noex.Config{TTLCheckInterval: -1})
			noErr(t, s.Tx(func(tx *Tx) error {
				r := must(tx.Sessions.Insert(SessionInput{Token: "t"}))
				equal(t, r.ExpiresAt, r.CreatedAt+10_000)
				return nil
			}))
			time.Sleep(10 * time.Second)
			equal(t, s.Sessions.Len(), 0)
		})
	})
	t.Run("maxSize holds inside [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		for _, id := range []string{"a", "b", "c", "d"} {
			must(s.Recents.Insert(RecentInput{ID: id}))
		}
		got := events(t, s, "bucket.*.*")
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Recents.Update("a", RecentPatch{Kind: noex.Some("k")}))
			for _, id := range []string{"1", "2", "3", "4", "5"} {
				must(tx.Recents.Insert(RecentInput{ID: id}))
			}
			return nil
		}))
		equal(t, s.Recents.Len(), 4)
		equal(t, got(), "recents inserted 2, recents inserted 3, recents inserted 4, recents inserted 5, "+
			"recents deleted a evicted, recents deleted b evicted, recents deleted c evicted, recents deleted d evicted")
	})
	t.Run("autoincrement: 2 in a transaction, then outside", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Tx(func(tx *Tx) error {
			equal(t, must(tx.Jobs.Insert(JobInput{Title: "x"})).N, 1)
			equal(t, must(tx.Jobs.Insert(JobInput{Title: "y"})).N, 2)
			return nil
		}))
		equal(t, must(s.Jobs.Insert(JobInput{Title: "z"})).N, 3)
	})
	t.Run("two transactions inserting autoincrement keys both commit [mended]", func(t *testing.T) {
		s := open(t, noex.Config{})
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			return s.Tx(func(tx *Tx) error {
				must(tx.Jobs.Insert(JobInput{Title: "y"}))
				return nil
			})
		}))
		equal(t, s.Jobs.Len(), 2)
	})
}
