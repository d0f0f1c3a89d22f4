package proof

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// rig drives one bucket of a store and keeps its model beside it.
type rig[K noex.Key, R, I, P any] struct {
	spec *spec[K, R, I, P]
	m    *model[K, R]
	// inner is the state that the running transaction or view sees, steps what
	// the transaction did, touched whether others changed the bucket since.
	inner   *model[K, R]
	steps   []step[K, R, I, P]
	touched bool
	opened  noex.Millis

	want [][]change[R] // events by commit
	lost []*R          // dead records that a restart may have removed
	gone []*R          // the last ones that were removed or replaced
	live []*liveCheck[K, R]

	mu   sync.Mutex
	seen []noex.Event[R]
}

// step is what a transaction did and got.
type step[K noex.Key, R, I, P any] struct {
	op  op[K, R, I, P]
	got result[R]
	now noex.Millis
}

// bucket is a rig whose types are not known.
type bucket interface {
	attach(t *rapid.T, s *Store)
	write(t *rapid.T, s *Store)
	read(t *rapid.T, s *Store)
	readAll(t *rapid.T, s *Store)
	begin()
	writeIn(t *rapid.T, tx *Tx, opened noex.Millis)
	readIn(t *rapid.T, tx *Tx, opened noex.Millis)
	view(t *rapid.T, v *View, opened noex.Millis)
	wrote() bool
	changed() bool
	replay(now noex.Millis) (differs string, clash bool)
	commit(now noex.Millis)
	restart()
	bury(now noex.Millis) (dead, lost int)
	purged(t *rapid.T)
	verify(t *rapid.T)
}

func newRig[K noex.Key, R, I, P any](s *spec[K, R, I, P]) *rig[K, R, I, P] {
	return &rig[K, R, I, P]{spec: s, m: s.model.fork()}
}

// same compares results; an empty list is no list.
func same(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return "" // which is faster, and mostly so
	}
	return gocmp.Diff(want, got, cmpopts.EquateEmpty(), gocmp.Exporter(exported))
}

func now() noex.Millis { return noex.MillisOf(time.Now()) }

// attach follows a store that was just opened.
func (g *rig[K, R, I, P]) attach(t *rapid.T, s *Store) {
	feed := g.spec.feed(s)
	feed.On(func(e noex.Event[R]) {
		g.mu.Lock()
		defer g.mu.Unlock()
		g.seen = append(g.seen, e)
	})
	g.follow(t, s)
}

func (g *rig[K, R, I, P]) write(t *rapid.T, s *Store) {
	at := moment{vis: now(), now: now()}
	g.m.bury(at.now)
	before := slices.Clone(g.m.recs)
	o := g.spec.write(t, g.m, at.now)
	got := o.real(g.spec.of(s))
	if d := same(o.want(g.m, at), got); d != "" {
		t.Fatalf("%s: %s (-want +got):\n%s", g.spec.name, o.name, d)
	}
	g.note(before)
}

// note notes the events of a commit, and what it removed.
func (g *rig[K, R, I, P]) note(before []*R) {
	for _, r := range before {
		if !slices.Contains(g.m.recs, r) {
			g.gone = append(g.gone, r)
		}
	}
	g.gone = g.gone[max(0, len(g.gone)-4):]
	if ch := g.m.changes(before); len(ch) > 0 {
		g.want = append(g.want, ch)
		g.touched = true
	}
}

func (g *rig[K, R, I, P]) read(t *rapid.T, s *Store) {
	g.check(t, g.spec.read(t, g.m), g.spec.of(s), g.m, now())
}

func (g *rig[K, R, I, P]) readAll(t *rapid.T, s *Store) {
	for _, o := range g.spec.everything(g.m, g.gone) {
		g.check(t, o, g.spec.of(s), g.m, now())
	}
}

func (g *rig[K, R, I, P]) check(t *rapid.T, o op[K, R, I, P], f face[K, R, I, P], m *model[K, R], vis noex.Millis) {
	got := o.real(f)
	if d := same(o.want(m, moment{vis: vis}), got); d != "" {
		t.Fatalf("%s: %s (-want +got):\n%s", g.spec.name, o.name, d)
	}
}

func (g *rig[K, R, I, P]) begin() {
	g.inner, g.steps, g.touched, g.opened = g.m.fork(), nil, false, now()
}

func (g *rig[K, R, I, P]) writeIn(t *rapid.T, tx *Tx, opened noex.Millis) {
	g.step(t, g.spec.write(t, g.inner, now()), tx, opened)
}

func (g *rig[K, R, I, P]) readIn(t *rapid.T, tx *Tx, opened noex.Millis) {
	g.step(t, g.spec.read(t, g.inner), tx, opened)
}

func (g *rig[K, R, I, P]) step(t *rapid.T, o op[K, R, I, P], tx *Tx, opened noex.Millis) {
	got := o.real(g.spec.in(tx))
	if d := same(o.want(g.inner, moment{opened, now(), true}), got); d != "" {
		t.Fatalf("%s in a transaction: %s (-want +got):\n%s", g.spec.name, o.name, d)
	}
	g.steps = append(g.steps, step[K, R, I, P]{o, got, now()})
}

func (g *rig[K, R, I, P]) view(t *rapid.T, v *View, opened noex.Millis) {
	g.check(t, g.spec.read(t, g.inner), face[K, R, I, P]{Reader: g.spec.at(v)}, g.inner, opened)
}

func (g *rig[K, R, I, P]) wrote() bool { return g.inner.wrote }

// changed reports whether the transaction may conflict here.
func (g *rig[K, R, I, P]) changed() bool {
	return len(g.steps) > 0 && (g.touched || g.m.ttl > 0 && g.opened < now())
}

// replay does what a transaction did on the state that it commits to. To be
// serializable it must have got the same results there. That a record which it
// only deleted was gone already is no difference.
func (g *rig[K, R, I, P]) replay(now noex.Millis) (differs string, clash bool) {
	trial := g.m.fork()
	trial.others, trial.opened = make(map[*R]bool), g.opened
	for _, r := range trial.recs {
		trial.others[r] = true
	}
	for _, st := range g.steps {
		want := st.op.want(trial, moment{now, st.now, true})
		if strings.HasPrefix(st.op.name, "delete") && (st.got.OK && !want.OK || slices.Compare(st.got.Nums, want.Nums) > 0) {
			continue
		}
		if d := same(want, st.got); d != "" {
			return fmt.Sprintf("%s: %s (-at the commit +in the transaction):\n%s", g.spec.name, st.op.name, d), false
		}
	}
	return "", g.clash(trial, now)
}

// clash reports whether a record that was written has a unique value of
// another.
func (g *rig[K, R, I, P]) clash(trial *model[K, R], now noex.Millis) bool {
	for _, unique := range trial.unique {
		holders := make(map[any][]*R)
		for _, r := range trial.recs {
			if v := unique(r); v != nil && (!trial.others[r] || !trial.expired(r, now)) {
				holders[v] = append(holders[v], r)
			}
		}
		for _, h := range holders {
			if len(h) > 1 {
				return true
			}
		}
	}
	return false
}

// commit applies the writes of the transaction to the model.
func (g *rig[K, R, I, P]) commit(now noex.Millis) {
	g.m.bury(now)
	before, dead := slices.Clone(g.m.recs), slices.Clone(g.m.dead)
	g.m.others, g.m.opened = make(map[*R]bool), g.opened
	for _, r := range before {
		g.m.others[r] = true
	}
	for _, st := range g.steps {
		st.op.want(g.m, moment{now, st.now, true})
	}
	g.m.others = nil
	// What the transaction replaced of its own was never there.
	g.m.dead = slices.DeleteFunc(g.m.dead, func(r *R) bool { return !slices.Contains(dead, r) && !slices.Contains(before, r) })
	g.m.evict(now)
	g.note(before)
}
