package proof

import (
	"math"
	"slices"
	"testing"
	"time"

	noex "github.com/noexgen/noexgen/runtime"
)

// hole is a way in which the original loses or corrupts data, or hangs or ends
// the program, and what happens here instead.
type hole struct {
	original string // what the original does
	here     func(*testing.T, *Store)
}

// TestHoles is the list of the original's holes that are seen in memory, each
// as the few calls that show it. TestHolesOfPersistence has the others.
func TestHoles(t *testing.T) {
	for _, list := range [][]hole{holesOfWrites, holesOfReads, holesOfTransactions, holesOfFollowers} {
		for _, h := range list {
			t.Run(h.original, func(t *testing.T) { h.here(t, open(t, noex.Config{TTLCheckInterval: -1})) })
		}
	}
}

func recents4(s *Store) {
	for _, id := range []string{"a", "b", "c", "d"} {
		must(s.Recents.Insert(RecentInput{ID: id, Slug: noex.Some("slug " + id)}))
	}
}

var holesOfWrites = []hole{
	{"an insert with an existing key overwrites the record and leaves its index entries behind", func(t *testing.T, s *Store) {
		old := must(s.Accounts.Insert(AccountInput{ID: "a", Holder: noex.Some("h")}))
		_, err := s.Accounts.Insert(AccountInput{ID: "a", Balance: 7})
		failsAs[*noex.DuplicateKeyError](t, err)
		equal(t, all(s.Accounts.Reader), []Account{old})
		got, _ := s.Accounts.ByHolder("h")
		equal(t, got, old)
	}},
	{"a record without a key is stored under undefined, and replaced by the next one", func(t *testing.T, s *Store) {
		_, err := s.Accounts.Insert(AccountInput{Balance: 1})
		equal(t, failsAs[*noex.ValidationError](t, err).Issues[0].Code, noex.CodeRequired)
		equal(t, s.Accounts.Len(), 0)
	}},
	{"an autoincrement key overwrites the record that was given that key before", func(t *testing.T, s *Store) {
		must(s.Jobs.Insert(JobInput{N: noex.Some[int64](2), Title: "explicit"}))
		for range 3 {
			must(s.Jobs.Insert(JobInput{Title: "counted"}))
		}
		equal(t, s.Jobs.Len(), 4)
		got, _ := s.Jobs.Get(2)
		equal(t, got.Title, "explicit")
	}},
	{"an insert that breaks a unique value evicts the oldest record of a full bucket all the same", func(t *testing.T, s *Store) {
		recents4(s)
		_, err := s.Recents.Insert(RecentInput{ID: "e", Slug: noex.Some("slug d")})
		failsAs[*noex.UniqueError](t, err)
		equal(t, s.Recents.Len(), 4)
	}},
	{"an insert of an existing key into a full bucket evicts another record first", func(t *testing.T, s *Store) {
		recents4(s)
		_, err := s.Recents.Insert(RecentInput{ID: "d"})
		failsAs[*noex.DuplicateKeyError](t, err)
		must(s.Recents.Upsert(RecentInput{ID: "d"}))
		equal(t, s.Recents.Len(), 4)
	}},
	{"who changes a record that was read changes the store, but not its indexes", func(t *testing.T, s *Store) {
		tags := []string{"x"}
		p := must(s.People.Insert(PersonInput{Name: "P", Tags: noex.Some(tags)}))
		tags[0] = "given"
		p.Tags.Or(nil)[0] = "returned"
		got, _ := s.People.Get(p.ID)
		equal(t, got.Tags, noex.Some([]string{"x"}))
	}},
	{"a number that is not finite is accepted, and null after a restart", func(t *testing.T, s *Store) {
		for _, v := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
			_, err := s.People.Insert(PersonInput{Name: "P", Score: noex.Some(v)})
			equal(t, failsAs[*noex.ValidationError](t, err).Issues[0].Field, "score")
		}
	}},
	{"one value that cannot be encoded keeps its whole bucket from being saved for ever", func(t *testing.T, s *Store) {
		_, err := s.People.Insert(PersonInput{Name: "P", Seen: noex.Some(time.Date(300_000, 1, 1, 0, 0, 0, 0, time.UTC))})
		equal(t, failsAs[*noex.ValidationError](t, err).Issues[0].Field, "seen")
		_, err = s.Scratch.Insert(ScrapInput{ID: "x", Data: noex.Some(map[string]any{"f": func() {}})})
		failsAs[*noex.ValidationError](t, err)
	}},
	{"expired records are seen until the next sweep, and their keys and unique values are taken", func(t *testing.T, s *Store) {
		in := SessionInput{Token: "t", User: noex.Some("u"), Role: noex.Some("r"), ExpiresAt: noex.Some(time.Now())}
		must(s.Sessions.Insert(in))
		_, ok := s.Sessions.Get("t")
		equal(t, ok, false)
		equal(t, s.Sessions.Len()+len(s.Sessions.ByRole("r"))+s.Sessions.Where().Count(), 0)
		must(s.Sessions.Insert(in))
	}},
}

var holesOfReads = []hole{
	{"a lookup of null finds nothing where there is an index, and something where there is none", func(t *testing.T, s *Store) {
		must(s.People.Insert(PersonInput{Name: "P"}))
		f := PersonFields
		for _, absent := range []noex.Pred[Person]{noex.Not(f.Email.IsSet()), noex.Not(f.Age.IsSet()), noex.Not(f.Seen.IsSet())} {
			equal(t, s.People.Where(absent).Count(), 1)
		}
	}},
	{"two dates of one instant are two values", func(t *testing.T, s *Store) {
		at := time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
		must(s.People.Insert(PersonInput{Name: "P", Seen: noex.Some(at)}))
		equal(t, s.People.Where(PersonFields.Seen.Eq(at.In(time.FixedZone("", 7200)))).Count(), 1)
	}},
	{"the last 0 records are all records, the last -2 all but two", func(t *testing.T, s *Store) {
		recents4(s)
		for _, n := range []int{0, -1, -2} {
			equal(t, len(s.Recents.First(n))+len(s.Recents.Last(n)), 0)
		}
	}},
	{"a page after a record that was deleted meanwhile is empty, and said to be the last one", func(t *testing.T, s *Store) {
		recents4(s)
		page := s.Recents.Paginate(noex.PageRequest[string]{Limit: 2})
		must(s.Recents.Delete("b"))
		page = s.Recents.Paginate(noex.PageRequest[string]{After: page.NextCursor, Limit: 2})
		equal(t, page.Records, s.Recents.Last(2))
	}},
	{"a page of no records says that there are more, without a cursor to go on from", func(t *testing.T, s *Store) {
		recents4(s)
		equal(t, s.Recents.Paginate(noex.PageRequest[string]{}).HasMore, false)
	}},
	{"a reader of two buckets sees half a transaction", func(t *testing.T, s *Store) {
		noErr(t, s.View(func(v *View) error {
			equal(t, v.Accounts.Len(), 0)
			noErr(t, s.Tx(func(tx *Tx) error {
				must(tx.Accounts.Insert(AccountInput{ID: "a"}))
				must(tx.Jobs.Insert(JobInput{Title: "x"}))
				return nil
			}))
			equal(t, v.Jobs.Len(), 0)
			return nil
		}))
	}},
}

var holesOfTransactions = []hole{
	{"updating and then deleting a record is a conflict with oneself", func(t *testing.T, s *Store) {
		credit(s, "a", 1)
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](2)}))
			must(tx.Accounts.Delete("a"))
			return nil
		}))
		equal(t, s.Accounts.Len(), 0)
	}},
	{"deleting a record and inserting its key again is a conflict", func(t *testing.T, s *Store) {
		credit(s, "a", 1)
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Delete("a"))
			must(tx.Accounts.Insert(AccountInput{ID: "a", Balance: 2}))
			return nil
		}))
		got, _ := s.Accounts.Get("a")
		equal(t, got.Balance, 2)
	}},
	{"two records cannot swap unique values", func(t *testing.T, s *Store) {
		must(s.Accounts.Insert(AccountInput{ID: "a", Holder: noex.Some("h")}))
		must(s.Accounts.Insert(AccountInput{ID: "b", Holder: noex.Some("i")}))
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Update("a", AccountPatch{Holder: noex.Some("i")}))
			must(tx.Accounts.Update("b", AccountPatch{Holder: noex.Some("h")}))
			return nil
		}))
		got, _ := s.Accounts.ByHolder("h")
		equal(t, got.ID, "b")
	}},
	{"of two transactions that insert autoincrement keys one fails", func(t *testing.T, s *Store) {
		noErr(t, s.Tx(func(tx *Tx) error {
			must(tx.Jobs.Insert(JobInput{Title: "x"}))
			return s.Tx(func(tx *Tx) error {
				must(tx.Jobs.Insert(JobInput{Title: "y"}))
				return nil
			})
		}))
		equal(t, s.Jobs.Len(), 2)
	}},
	{"what a transaction inserts never expires and is not counted for maxSize", func(t *testing.T, s *Store) {
		recents4(s)
		noErr(t, s.Tx(func(tx *Tx) error {
			equal(t, must(tx.Sessions.Insert(SessionInput{Token: "t"})).ExpiresAt > 0, true)
			must(tx.Recents.Insert(RecentInput{ID: "e"}))
			return nil
		}))
		equal(t, s.Recents.Len(), 4)
	}},
	{"a handle kept after its transaction takes writes that are never stored", func(t *testing.T, s *Store) {
		var kept *Tx
		noErr(t, s.Tx(func(tx *Tx) error { kept = tx; return nil }))
		_, err := kept.Accounts.Insert(AccountInput{ID: "a"})
		fails(t, err, noex.ErrTxDone)
	}},
	{"what was only read is not checked: write skew", func(t *testing.T, s *Store) {
		credit(s, "a", 60)
		credit(s, "b", 60)
		withdraw := func(tx *Tx, from string) {
			if tx.Accounts.Where().Sum(AccountFields.Balance) >= 100 {
				must(tx.Accounts.Modify(from, func(r *Account) error { r.Balance -= 100; return nil }))
			}
		}
		fails(t, s.Tx(func(tx *Tx) error {
			withdraw(tx, "a")
			return s.Tx(func(tx *Tx) error { withdraw(tx, "b"); return nil })
		}), noex.ErrConflict)
		equal(t, s.Accounts.Where().Sum(AccountFields.Balance), 20)
	}},
	{"what was not there is not checked: phantoms", func(t *testing.T, s *Store) {
		fails(t, s.Tx(func(tx *Tx) error {
			if len(tx.Accounts.ByBranch("west")) == 0 {
				must(s.Accounts.Insert(AccountInput{ID: "a", Branch: noex.Some("west")}))
				must(tx.Accounts.Insert(AccountInput{ID: "b", Branch: noex.Some("west")}))
			}
			return nil
		}), noex.ErrConflict)
	}},
	{"rolling back puts an old record over what others have written meanwhile", func(t *testing.T, s *Store) {
		credit(s, "a", 1)
		must(s.Jobs.Insert(JobInput{Title: "x", Rank: noex.Some[int64](1)}))
		fails(t, s.Tx(func(tx *Tx) error {
			must(tx.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](2)}))
			must(tx.Jobs.Insert(JobInput{Title: "y", Rank: noex.Some[int64](1)})) // fails the commit
			credit(s, "a", 50)
			return nil
		}), noex.ErrConflict)
		got, _ := s.Accounts.Get("a")
		equal(t, [2]uint64{uint64(got.Balance), got.Version}, [2]uint64{50, 2})
	}},
}

var holesOfFollowers = []hole{
	{"clear emits no event, so followers stay stale", func(t *testing.T, s *Store) {
		credit(s, "a", 1)
		got := events(t, s, "bucket.*.*")
		live := must(Live(s, func(v *View) (int, error) { return v.Accounts.Len(), nil }))
		must(s.Accounts.Clear())
		equal(t, got(), "accounts deleted a cleared")
		equal(t, live.Value(), 0)
	}},
	{"a handler that fails ends the program", func(t *testing.T, s *Store) {
		s.Accounts.On(func(noex.Event[Account]) { panic("oops") })
		must(Live(s, balance("a"))).Subscribe(func(int64) { panic("oops") })
		credit(s, "a", 1)
		settle(t, s)
		equal(t, s.Stats().Panics, 2)
	}},
	{"a change during the first evaluation of a live query is missed", func(t *testing.T, s *Store) {
		once := true
		live := must(Live(s, func(v *View) (int64, error) {
			n, err := balance("a")(v)
			if once {
				once = false
				credit(s, "a", 1)
			}
			return n, err
		}))
		settle(t, s)
		equal(t, live.Value(), 1)
	}},
	{"a slow evaluation delivers its old result after the new one", func(t *testing.T, s *Store) {
		entered, release := make(chan struct{}, 1), make(chan struct{})
		live := must(Live(s, func(v *View) (int64, error) {
			n, err := balance("a")(v)
			if n == 1 {
				entered <- struct{}{}
				<-release
			}
			return n, err
		}))
		var got []int64
		live.Subscribe(func(n int64) { got = append(got, n) })
		credit(s, "a", 1)
		<-entered
		credit(s, "a", 2)
		close(release)
		settle(t, s)
		equal(t, slices.IsSorted(got) && got[len(got)-1] == 2, true)
	}},
	{"an unsubscribed live query keeps what it depends on", func(t *testing.T, s *Store) {
		runs := 0
		live := must(Live(s, func(v *View) (int64, error) { runs++; return balance("a")(v) }))
		credit(s, "a", 1)
		settle(t, s)
		live.Stop()
		credit(s, "a", 2)
		settle(t, s)
		equal(t, runs, 2)
	}},
}
