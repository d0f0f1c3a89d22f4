package sqlite_test

import (
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	sqlite3 "modernc.org/sqlite/lib"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

var seeds = flag.Int("seeds", 1, "how many histories to crash and to fail at every operation")

const orders = "shop:bucket:orders"

// history is a random sequence of saves of two buckets, and what they leave.
type history struct {
	rnd  *rand.Rand
	disk *disk
	open func(*testing.T) *sql.DB
	db   *sql.DB
	a    *sqlite.Adapter
	// done is what the buckets hold, and next what they do if the step that is
	// under way, or has failed, is done.
	done, next map[string]adaptertest.State
	did        []string
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	d, open := newDisk(t, t.TempDir())
	return &history{rnd: rand.New(rand.NewPCG(seed, 1)), disk: d, open: open, done: map[string]adaptertest.State{}}
}

// step does one thing more. After an error it is to be done again.
func (h *history) step(t *testing.T) error {
	t.Helper()
	if h.a == nil {
		if h.db == nil {
			h.db = h.open(t)
		}
		var err error
		if h.a, err = sqlite.NewOn(h.disk, h.db); err != nil {
			h.a = nil
			return err
		}
	}
	h.next = map[string]adaptertest.State{users: h.done[users], orders: h.done[orders]}
	both := len(h.done[users].Records) > 0 && len(h.done[orders].Records) > 0
	switch n := h.rnd.IntN(10); {
	case n == 0:
		h.next = h.done
		return h.close(h.rnd.IntN(2) == 0)
	case n < 3 || !both:
		key := []string{users, orders}[h.rnd.IntN(2)]
		state := adaptertest.Sample(h.rnd.IntN(100), 1+h.rnd.IntN(40))
		h.note("save " + key)
		h.next[key] = state
		if err := h.a.Save(t.Context(), key, state.Persisted()); err != nil {
			return err
		}
	default:
		h.note("changes")
		var batch []noex.BucketChanges
		for _, key := range []string{users, orders} {
			state := h.done[key]
			list := []adaptertest.Change{{Type: noex.Inserted, Key: fmt.Sprintf(`"n%d"`, h.rnd.IntN(5)), Value: fmt.Sprintf(`{"n":%d}`, h.rnd.IntN(1000))}}
			if len(state.Records) > 2 {
				list = append(list, adaptertest.Change{Type: noex.Deleted, Key: state.Records[0].Key})
			}
			meta := adaptertest.Sample(h.rnd.IntN(100), 0)
			after := state.Apply(list)
			after.Counter, after.Metadata = meta.Counter, meta.Metadata
			h.next[key] = after
			batch = append(batch, noex.BucketChanges{
				Key: key, Changes: adaptertest.Changes(list, nil), AutoincrementCounter: meta.Counter, Metadata: meta.Metadata,
			})
		}
		if err := h.a.SaveChanges(t.Context(), batch); err != nil {
			return err
		}
	}
	h.done = h.next
	return nil
}

func (h *history) note(s string) { h.did = append(h.did, s) }

// close closes the adapter, and the database if that is asked for.
func (h *history) close(db bool) (err error) {
	if h.a != nil {
		h.note("close")
		err = h.a.Close()
		h.a = nil
	}
	if db && h.db != nil {
		h.note("close the database")
		err = errors.Join(err, h.db.Close())
		h.db = nil
	}
	return err
}

// restart closes everything while the disk is failing, and finds out what is
// there afterwards: what was done, or also what was being done.
func (h *history) restart(t *testing.T) error {
	t.Helper()
	h.close(true) // its errors are those of the disk
	h.disk.mend()
	h.note("RESTART")
	h.db = h.open(t)
	var err error
	if h.a, err = sqlite.NewOn(h.disk, h.db); err != nil {
		return err
	}
	if holds(t, h.a, h.next) == nil {
		h.done = h.next
	}
	return holds(t, h.a, h.done)
}

// holds reports whether an adapter has one of the states, for both buckets.
func holds(t *testing.T, a *sqlite.Adapter, states ...map[string]adaptertest.State) error {
	t.Helper()
	got := map[string]adaptertest.State{}
	for _, key := range []string{users, orders} {
		p, ok, err := a.Load(t.Context(), key)
		if err != nil {
			return err
		}
		if ok {
			if got[key], err = adaptertest.ReadState(p); err != nil {
				return err
			}
		}
	}
	diffs := ""
	for _, want := range states {
		diff := cmp.Diff(map[string]adaptertest.State{users: want[users], orders: want[orders]},
			map[string]adaptertest.State{users: got[users], orders: got[orders]}, cmpopts.EquateEmpty())
		if diff == "" {
			return nil
		}
		diffs += "(-want +got):\n" + diff
	}
	return errors.New(diffs)
}

// sound checks a database that no layer of ours is under.
func sound(t *testing.T, dir string, states ...map[string]adaptertest.State) error {
	t.Helper()
	path := filepath.Join(dir, "store.db")
	a, err := sqlite.Open(path)
	if err != nil {
		return err
	}
	defer a.Close()
	if err := holds(t, a, states...); err != nil {
		return err
	}
	if err := a.Save(t.Context(), "shop:bucket:after", adaptertest.Sample(1, 1).Persisted()); err != nil {
		return err
	}
	db, err := sql.Open("sqlite3", path)
	if err != nil {
		return err
	}
	defer db.Close()
	if got := pragma(t, db, "integrity_check"); got != "ok" {
		return errors.New(got)
	}
	return nil
}

const faultSteps = 8 // of a history

// Any operation of SQLite on its files fails, once or from then on: who meets
// it is told, sees what was there before, and succeeds when the fault is over,
// or after a restart; nothing that was saved is lost, also if the power is cut
// later.
func TestFaultAtEveryOperation(t *testing.T) {
	faults := 0
	for seed := range uint64(*seeds) {
		for n, failed := 1, true; failed; n++ {
			h := newHistory(t, seed)
			h.disk.fail(n, n%4 == 0, []int32{sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}[n%2])
			chance := rand.New(rand.NewPCG(seed, uint64(n)))
			fatal := func(err error) {
				t.Helper()
				t.Fatalf("seed %d, operation %d (%s): %v\n%s", seed, n, h.disk.ops[n-1].kind, err, strings.Join(h.did, "\n"))
			}
			for range faultSteps {
				err := h.step(t)
				if err == nil {
					continue
				}
				h.note("FAULT " + err.Error())
				if h.disk.count() < n {
					fatal(err)
				}
				if chance.IntN(3) == 0 {
					if err := h.restart(t); err != nil {
						fatal(err)
					}
				}
				h.disk.mend()
				if h.a != nil {
					if err := holds(t, h.a, h.done); err != nil {
						fatal(err)
					}
				}
				if err := h.step(t); err != nil {
					fatal(fmt.Errorf("after the fault is over: %w", err))
				}
			}
			failed = h.disk.count() >= n
			h.disk.mend()
			if failed {
				faults++
			}
			cut := t.TempDir()
			h.disk.after(t, h.disk.count(), chance, cut)
			if err := sound(t, cut, h.done); err != nil {
				fatal(fmt.Errorf("after a power cut: %w", err))
			}
			if err := h.close(true); err != nil {
				fatal(err)
			}
			if err := sound(t, h.disk.dir, h.done); err != nil {
				fatal(err)
			}
		}
	}
	t.Logf("%d faults", faults)
}

// A database that must not grow is full: the save fails, the state before is
// there, and the save succeeds once there is room.
func TestFullDatabaseKeepsTheStateBefore(t *testing.T) {
	a, db := openOne(t)
	small, big := adaptertest.Sample(1, 10), adaptertest.Sample(2, 5000)
	if err := a.Save(t.Context(), users, small.Persisted()); err != nil {
		t.Fatal(err)
	}
	const pages = 30
	if got := pragma(t, db, fmt.Sprint("max_page_count = ", pages)); got != fmt.Sprint(pages) {
		t.Fatalf("max_page_count is %s", got)
	}
	for range 3 {
		if err := a.Save(t.Context(), users, big.Persisted()); err == nil || !strings.Contains(err.Error(), "full") {
			t.Fatalf("Save: %v", err)
		}
		if err := holds(t, a, map[string]adaptertest.State{users: small}); err != nil {
			t.Fatal(err)
		}
	}
	pragma(t, db, "max_page_count = 1000000")
	if err := a.Save(t.Context(), users, big.Persisted()); err != nil {
		t.Fatal(err)
	}
	if err := holds(t, a, map[string]adaptertest.State{users: big}); err != nil {
		t.Fatal(err)
	}
}

// The power is cut at every operation of SQLite on its files: what was saved is
// there, and what was being saved is there whole or not at all, in all buckets.
func TestPowerCutAtEveryOperation(t *testing.T) {
	cuts := 0
	for seed := range uint64(*seeds) {
		h := newHistory(t, seed)
		var states []map[string]adaptertest.State // after each step
		var ends []int                            // and how many operations it took
		for range faultSteps {
			if err := h.step(t); err != nil {
				t.Fatal(err)
			}
			states, ends = append(states, h.done), append(ends, h.disk.count())
		}
		if err := h.close(true); err != nil {
			t.Fatal(err)
		}
		before, at := map[string]adaptertest.State{}, 0
		for n := 1; n <= h.disk.count(); n++ {
			for at < len(ends)-1 && n > ends[at] {
				before = states[at]
				at++
			}
			dir := t.TempDir()
			h.disk.after(t, n, rand.New(rand.NewPCG(seed, uint64(n))), dir)
			cuts++
			if err := sound(t, dir, before, states[at]); err != nil {
				op := h.disk.ops[n-1]
				t.Fatalf("seed %d, cut after operation %d (%s %s): %v\n%s", seed, n, op.kind, op.name, err, strings.Join(h.did, "\n"))
			}
			os.RemoveAll(dir)
		}
	}
	t.Logf("%d cuts", cuts)
}
