package proof

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/memory"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// machine runs a random history on a store and on the models of its buckets.
type machine struct {
	store   *Store
	buckets []bucket
	config  func() noex.Config
}

// TestMachine compares random histories with the model. -rapid.checks says how
// many, -rapid.steps how long they are.
func TestMachine(t *testing.T) {
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		rapid.Check(bubble{t}, func(t *rapid.T) { history(t, dir) })
	})
}

// bubble is a test without the deadline, which one inside a bubble cannot have.
type bubble struct{ rapid.TB }

func history(t *rapid.T, dir string) {
	own, err := os.MkdirTemp(dir, "")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(own)
	m := &machine{config: adapter(t, own), buckets: []bucket{
		newRig(&people), newRig(&jobs), newRig(&levels), newRig(&sessions), newRig(&recents), newRig(&cache), newRig(&scratch),
	}}
	m.open(t)
	defer func() { _ = m.store.Close() }()
	t.Repeat(map[string]func(*rapid.T){
		"write":       func(t *rapid.T) { m.any(t).write(t, m.store) },
		"write more":  func(t *rapid.T) { m.any(t).write(t, m.store) },
		"read":        func(t *rapid.T) { m.any(t).read(t, m.store) },
		"transaction": m.transaction,
		"view":        m.view,
		"sleep":       m.sleep,
		"purge":       m.purge,
		"verify":      m.verify,
		"reopen":      m.reopen,
	})
	m.purge(t)
	m.verify(t)
}

// adapter draws where the store is kept.
func adapter(t *rapid.T, dir string) func() noex.Config {
	config := func(a noex.StorageAdapter) noex.Config {
		return noex.Config{TTLCheckInterval: -1, Persistence: noex.PersistenceConfig{Adapter: a, OnError: func(err error) { panic(err) }}}
	}
	switch rapid.IntRange(0, 19).Draw(t, "adapter") {
	default:
		a := memory.New()
		return func() noex.Config { return config(a) }
	case 17, 18:
		return func() noex.Config { return config(file.New(dir)) }
	case 19:
		return func() noex.Config {
			a, err := sqlite.Open(filepath.Join(dir, "store.db"))
			if err != nil {
				t.Fatal(err)
			}
			return config(a)
		}
	}
}

func (m *machine) open(t *rapid.T) {
	s, err := Open(context.Background(), m.config())
	if err != nil {
		t.Fatal(err)
	}
	m.store = s
	for _, b := range m.buckets {
		b.attach(t, s)
	}
}

func (m *machine) any(t *rapid.T) bucket {
	return m.buckets[rapid.IntRange(0, len(m.buckets)-1).Draw(t, "bucket")]
}

func (m *machine) sleep(t *rapid.T) {
	time.Sleep(time.Duration(rapid.IntRange(1, 6).Draw(t, "seconds")) * time.Second)
}

func (m *machine) purge(t *rapid.T) {
	dead, lost := 0, 0
	m.settle(t)
	for _, b := range m.buckets {
		b.verify(t)
		d, l := b.bury(now())
		dead, lost = dead+d, lost+l
	}
	n, err := m.store.PurgeExpired()
	if err != nil || n < dead || n > dead+lost {
		t.Fatalf("PurgeExpired removed %d, %v; want %d to %d", n, err, dead, dead+lost)
	}
	m.verify(t)
	for _, b := range m.buckets {
		b.purged(t)
	}
}

func (m *machine) settle(t *rapid.T) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := m.store.Settle(ctx); err != nil {
		t.Fatalf("the store does not settle: %v", err)
	}
}

func (m *machine) verify(t *rapid.T) {
	m.settle(t)
	for _, b := range m.buckets {
		b.verify(t)
		b.readAll(t, m.store)
	}
}

func (m *machine) reopen(t *rapid.T) {
	m.verify(t)
	if err := m.store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, b := range m.buckets {
		b.restart()
	}
	m.open(t)
	m.verify(t)
}

// transaction runs some calls in a transaction, and some outside while it runs,
// and holds what comes of it to the definition: it commits if its results are
// those that it would have had at the commit, all of it or nothing.
func (m *machine) transaction(t *rapid.T) {
	retries := rapid.IntRange(0, 2).Draw(t, "retries")
	rollback := rapid.IntRange(0, 5).Draw(t, "roll back") == 0
	attempts := 0
	err := m.store.Tx(func(tx *Tx) error {
		attempts++
		opened := m.begin()
		for range rapid.IntRange(1, 6).Draw(t, "calls") {
			switch b := m.any(t); rapid.IntRange(0, 9).Draw(t, "call") {
			default:
				b.writeIn(t, tx, opened)
			case 5, 6:
				b.readIn(t, tx, opened)
			case 7, 8:
				m.outside(t, attempts == 1)
			case 9:
				m.pause(t)
			}
		}
		if rollback {
			return errOwn
		}
		return nil
	}, noex.Retry(retries))
	m.judge(t, kind(err), attempts > retries, rollback)
}

func (m *machine) begin() (opened noex.Millis) {
	for _, b := range m.buckets {
		b.begin()
	}
	return now()
}

func (m *machine) outside(t *rapid.T, really bool) {
	if really {
		m.any(t).write(t, m.store)
	}
}

func (m *machine) pause(t *rapid.T) {
	if rapid.IntRange(0, 3).Draw(t, "pause") == 0 {
		m.sleep(t)
	}
}

func (m *machine) judge(t *rapid.T, err string, tried, rollback bool) {
	wrote, clash, differs := false, false, ""
	for _, b := range m.buckets {
		wrote = wrote || b.wrote()
		d, c := b.replay(now())
		differs, clash = differs+d, clash || c
	}
	switch {
	case rollback:
		if err != "own" {
			t.Fatalf("a function that fails gave %q", err)
		}
	case err == "" && !wrote:
	case err == "" && clash:
		t.Fatal("a unique value twice")
	case err == "" && differs != "":
		t.Fatalf("not serializable: %s", differs)
	case err == "":
		for _, b := range m.buckets {
			b.commit(now())
		}
	case err == "unique":
		if !clash {
			t.Fatal("a unique error without reason")
		}
	case err == "conflict":
		if !wrote || !tried || !m.disturbed() {
			t.Fatalf("a conflict although wrote %v, retries used up %v, somebody else wrote %v", wrote, tried, m.disturbed())
		}
	default:
		t.Fatalf("the transaction failed: %s", err)
	}
}

func (m *machine) disturbed() bool {
	for _, b := range m.buckets {
		if b.changed() {
			return true
		}
	}
	return false
}

// view reads at one revision while others write.
func (m *machine) view(t *rapid.T) {
	err := m.store.View(func(v *View) error {
		opened := m.begin()
		for range rapid.IntRange(1, 8).Draw(t, "calls") {
			switch b := m.any(t); rapid.IntRange(0, 9).Draw(t, "call") {
			default:
				b.write(t, m.store)
			case 4, 5, 6, 7, 8:
				b.view(t, v, opened)
			case 9:
				m.pause(t)
			}
		}
		return errOwn
	})
	if kind(err) != "own" {
		t.Fatalf("the view gave %v", err)
	}
}
