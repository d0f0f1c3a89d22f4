package proof

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

func toString(v any) string { return fmt.Sprint(v) }

// mustFail panics where what had to fail has not.
func mustFail(err error) {
	if err == nil {
		panic("no error")
	}
}

// TestTxConflicts has for each case what a transaction does, what happens
// outside before it commits, and what the commit then says.
func TestTxConflicts(t *testing.T) {
	credit := func(id string, n int64) func(*Store) {
		return func(s *Store) { must(s.Accounts.Update(id, AccountPatch{Balance: noex.Some(n)})) }
	}
	remove := func(id string) func(*Store) { return func(s *Store) { must(s.Accounts.Delete(id)) } }
	put := func(id, branch string, balance int64) func(*Store) {
		return func(s *Store) {
			must(s.Accounts.Insert(AccountInput{ID: id, Branch: noex.Some(branch), Balance: balance, Holder: noex.Some(id)}))
		}
	}
	for _, c := range []struct {
		name    string
		inside  func(*Tx)
		outside func(*Store)
		want    string
	}{
		{"record changed outside after it was read for an update", func(tx *Tx) {
			must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](1)}))
		}, credit("a", 50), "conflict"},
		{"record deleted outside, updated inside", func(tx *Tx) {
			must(tx.Accounts.Update("a", AccountPatch{}))
		}, remove("a"), "conflict"},
		{"record deleted outside, deleted inside", func(tx *Tx) { must(tx.Accounts.Delete("a")) }, remove("a"), ""},
		{"record read and deleted inside, deleted outside", func(tx *Tx) {
			tx.Accounts.Get("a")
			must(tx.Accounts.Delete("a"))
		}, remove("a"), "conflict"},
		{"record changed outside, deleted inside", func(tx *Tx) { must(tx.Accounts.Delete("a")) }, credit("a", 50), "conflict"},
		{"record replaced outside, deleted inside", func(tx *Tx) { must(tx.Accounts.Delete("a")) }, func(s *Store) {
			remove("a")(s)
			put("a", "main", 1)(s)
		}, "conflict"},
		{"record only read, changed outside [mended]", func(tx *Tx) {
			tx.Accounts.Get("a")
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 50), "conflict"},
		{"absence read, inserted outside", func(tx *Tx) {
			tx.Accounts.Get("x")
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "main", 1), "conflict"},
		{"deletion of nothing, inserted outside", func(tx *Tx) {
			must(tx.Accounts.Delete("x"))
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "main", 1), "conflict"},
		{"update that failed by what it saw, changed outside", func(tx *Tx) {
			_, err := tx.Accounts.Modify("a", func(a *Account) error { return errors.New("too poor") })
			mustFail(err)
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 50), "conflict"},
		{"update of nothing, inserted outside", func(tx *Tx) {
			_, err := tx.Accounts.Update("x", AccountPatch{})
			mustFail(err)
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "main", 1), "conflict"},
		{"insert of a key that is taken, deleted outside", func(tx *Tx) {
			_, err := tx.Accounts.Insert(AccountInput{ID: "a"})
			mustFail(err)
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, remove("a"), "conflict"},
		{"update of many that was taken back, one of them changed outside", func(tx *Tx) {
			mustFail(tx.Accounts.UpdateMany([]noex.Update[string, AccountPatch]{{Key: "a"}, {Key: "x"}}))
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 50), "conflict"},
		{"insert of many that was taken back, one of them inserted outside", func(tx *Tx) {
			_, err := tx.Accounts.InsertMany([]AccountInput{{ID: "x"}, {ID: "a"}})
			mustFail(err)
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "main", 1), "conflict"},
		{"another record changed outside", func(tx *Tx) {
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 50), ""},
		{"key inserted inside and outside", func(tx *Tx) {
			must(tx.Accounts.Insert(AccountInput{ID: "x"}))
		}, put("x", "main", 1), "conflict"},
		{"unique value taken inside and outside, under other keys", func(tx *Tx) {
			must(tx.Accounts.Insert(AccountInput{ID: "y", Holder: noex.Some("x")}))
		}, put("x", "main", 1), "unique"},
		{"absence of a unique value read, taken outside", func(tx *Tx) {
			tx.Accounts.ByHolder("x")
			must(tx.Accounts.Insert(AccountInput{ID: "y", Holder: noex.Some("y")}))
		}, put("x", "main", 1), "conflict"},
		{"index value read, a record of it inserted outside (phantom) [mended]", func(tx *Tx) {
			tx.Accounts.ByBranch("west")
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "west", 1), "conflict"},
		{"index value read, a record of another inserted outside", func(tx *Tx) {
			tx.Accounts.ByBranch("west")
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, put("x", "east", 1), ""},
		{"range read, a record moved into it outside (phantom) [mended]", func(tx *Tx) {
			tx.Accounts.Where(AccountFields.Balance.Between(10, 20)).Sum(AccountFields.Balance)
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 15), "conflict"},
		{"range read, a record moved elsewhere outside", func(tx *Tx) {
			tx.Accounts.Where(AccountFields.Balance.Between(10, 20)).Count()
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 25), ""},
		{"all read, anything changed outside", func(tx *Tx) {
			for range tx.Accounts.All() {
				break
			}
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, credit("a", 50), "conflict"},
		{"another bucket read, changed outside", func(tx *Tx) {
			tx.Jobs.Where().Count()
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, func(s *Store) { must(s.Jobs.Insert(JobInput{Title: "x"})) }, "conflict"},
		{"another bucket changed outside, not read", func(tx *Tx) {
			must(tx.Accounts.Update("b", AccountPatch{}))
		}, func(s *Store) { must(s.Jobs.Insert(JobInput{Title: "x"})) }, ""},
		{"only reads, everything changed outside", func(tx *Tx) { tx.Accounts.Len() }, credit("a", 50), ""},
		{"two inserts of one unique value: nothing written", func(tx *Tx) {
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			must(tx.Accounts.Insert(AccountInput{ID: "y", Holder: noex.Some("y")}))
			must(tx.Accounts.Insert(AccountInput{ID: "z", Holder: noex.Some("y")}))
		}, func(*Store) {}, "unique"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t, noex.Config{})
			account(t, s, "a", 0)
			account(t, s, "b", 0)
			var outside []Account
			var jobs []Job
			err := s.Tx(func(tx *Tx) error {
				c.inside(tx)
				c.outside(s)
				outside, jobs = all(s.Accounts.Reader), all(s.Jobs.Reader)
				return nil
			})
			equal(t, kind(err), c.want)
			if err != nil {
				equal(t, all(s.Accounts.Reader), outside)
				equal(t, all(s.Jobs.Reader), jobs)
			}
		})
	}
}

func TestTxRetry(t *testing.T) {
	s := open(t, noex.Config{})
	account(t, s, "a", 0)
	runs := 0
	disturb := func(times int) func(*Tx) error {
		runs = 0
		return func(tx *Tx) error {
			runs++
			a, _ := tx.Accounts.Get("a")
			if runs <= times {
				must(s.Accounts.Update("a", AccountPatch{Balance: noex.Some(a.Balance + 1)}))
			}
			must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some(a.Balance + 10)}))
			return nil
		}
	}
	t.Run("without Retry a conflict is the result, with bucket and key", func(t *testing.T) {
		e := failsAs[*noex.ConflictError](t, s.Tx(disturb(1)))
		equal(t, *e, noex.ConflictError{Bucket: "accounts", Key: "a"})
		equal(t, runs, 1)
	})
	t.Run("Retry(n) runs the function n more times", func(t *testing.T) {
		fails(t, s.Tx(disturb(3), noex.Retry(2)), noex.ErrConflict)
		equal(t, runs, 3)
		noErr(t, s.Tx(disturb(2), noex.Retry(2)))
		equal(t, runs, 3)
	})
	t.Run("errors of the function are not retried", func(t *testing.T) {
		runs = 0
		fails(t, s.Tx(func(*Tx) error { runs++; return errOwn }, noex.Retry(5)), errOwn)
		equal(t, runs, 1)
	})
	t.Run("write skew: one of the two sees a conflict [mended]", func(t *testing.T) {
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Upsert(AccountInput{ID: "x", Balance: 60}))
			must(tx.Accounts.Upsert(AccountInput{ID: "y", Balance: 60}))
			return nil
		}))
		withdraw := func(tx *Tx, from string) {
			x, _ := tx.Accounts.Get("x")
			y, _ := tx.Accounts.Get("y")
			if x.Balance+y.Balance >= 100 {
				r, _ := tx.Accounts.Get(from)
				must(tx.Accounts.Update(from, AccountPatch{Balance: noex.Some(r.Balance - 100)}))
			}
		}
		fails(t, s.Tx(func(tx *Tx) error {
			withdraw(tx, "x")
			return s.Tx(func(tx *Tx) error { withdraw(tx, "y"); return nil })
		}), noex.ErrConflict)
		equal(t, s.Accounts.Where(AccountFields.ID.In("x", "y")).Sum(AccountFields.Balance), 20)
	})
}

// Time goes on while a transaction runs.
func TestTxExpiry(t *testing.T) {
	run := func(name, want string, inside func(*Tx), purge bool) {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := open(t, noex.Config{TTLCheckInterval: -1})
				must(s.Sessions.Insert(SessionInput{Token: "gone", ExpiresAt: noex.Some(time.Now())}))
				must(s.Sessions.Insert(SessionInput{Token: "t", User: noex.Some("u"), Role: noex.Some("r")}))
				err := s.Tx(func(tx *Tx) error {
					inside(tx)
					time.Sleep(10 * time.Second)
					if purge {
						must(s.PurgeExpired())
					}
					must(tx.Accounts.Upsert(AccountInput{ID: "a"}))
					return nil
				})
				equal(t, kind(err), want)
			})
		})
	}
	for _, purge := range []bool{false, true} {
		swept := map[bool]string{false: "", true: " and is swept"}[purge]
		run("a record that was read expires"+swept, "conflict", func(tx *Tx) { tx.Sessions.Get("t") }, purge)
		run("a record that was found by index expires"+swept, "conflict", func(tx *Tx) { tx.Sessions.ByRole("r") }, purge)
		run("a record that was updated expires"+swept, "conflict", func(tx *Tx) { must(tx.Sessions.Update("t", SessionPatch{})) }, purge)
		run("a record that was deleted expires"+swept, "", func(tx *Tx) { must(tx.Sessions.Delete("t")) }, purge)
		run("a record that nobody read expires"+swept, "", func(tx *Tx) { tx.Sessions.ByRole("q") }, purge)
		run("a record that had expired before is no conflict"+swept, "", func(tx *Tx) {
			tx.Sessions.Get("gone")
			must(tx.Sessions.Upsert(SessionInput{Token: "gone", ExpiresAt: noex.Some(time.Now().Add(time.Hour))}))
		}, purge)
	}
}
