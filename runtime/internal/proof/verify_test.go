package proof

import (
	"cmp"
	"slices"

	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// liveCheck is a live query and what it ought to hold.
type liveCheck[K noex.Key, R any] struct {
	name string
	live *noex.Live[result[R]]
	last result[R] // what its subscriber got last
	want func(*model[K, R], moment) result[R]
}

// follow begins live queries.
func (g *rig[K, R, I, P]) follow(t *rapid.T, s *Store) {
	g.live = make([]*liveCheck[K, R], rapid.IntRange(0, 2).Draw(t, "live queries"))
	for i := range g.live {
		o := g.spec.query(t)
		if rapid.Bool().Draw(t, "live get") {
			o = g.spec.pages(2)
		}
		live, err := Live(s, func(v *View) (result[R], error) {
			return o.real(face[K, R, I, P]{Reader: g.spec.at(v)}), nil
		})
		if err != nil {
			t.Fatal(err)
		}
		c := &liveCheck[K, R]{name: o.name, live: live, last: live.Value(), want: o.want}
		live.Subscribe(func(r result[R]) {
			g.mu.Lock()
			defer g.mu.Unlock()
			c.last = r
		})
		g.live[i] = c
	}
}

// verify compares events and live queries; the store must have settled.
func (g *rig[K, R, I, P]) verify(t *rapid.T) {
	g.m.bury(now())
	g.mu.Lock()
	defer g.mu.Unlock()
	var got [][]change[R]
	last := uint64(0)
	for _, e := range g.seen {
		if e.Reason == noex.ReasonExpired {
			g.expect(t, e)
			continue
		}
		if e.Revision < last {
			t.Fatalf("%s: revision %d after %d", g.spec.name, e.Revision, last)
		}
		if e.Revision > last {
			got = append(got, nil)
		}
		last = e.Revision
		got[len(got)-1] = append(got[len(got)-1], change[R]{e.Type, e.Old, e.New, e.Reason})
	}
	for _, commit := range got {
		g.sort(commit)
	}
	if d := same(g.want, got); d != "" {
		t.Fatalf("%s: events by commit (-want +got):\n%s", g.spec.name, d)
	}
	g.seen, g.want = nil, nil
	if len(g.m.dead) > 0 {
		return // live queries learn of expired records when those are removed
	}
	for _, c := range g.live {
		want := c.want(g.m, moment{vis: now()})
		if d := same(want, c.live.Value()); d != "" {
			t.Fatalf("%s: live %s (-want +got):\n%s", g.spec.name, c.name, d)
		}
		if d := same(want, c.last); d != "" {
			t.Fatalf("%s: subscriber of live %s (-want +got):\n%s", g.spec.name, c.name, d)
		}
	}
}

// expect takes an expired record off the list of the dead.
func (g *rig[K, R, I, P]) expect(t *rapid.T, e noex.Event[R]) {
	for _, list := range []*[]*R{&g.m.dead, &g.lost} {
		for i, r := range *list {
			if e.Type == noex.Deleted && same(*r, e.Old) == "" {
				*list = slices.Delete(*list, i, i+1)
				return
			}
		}
	}
	t.Fatalf("%s: %+v did not expire", g.spec.name, e)
}

// sort brings updates and deletes of a commit into the order of their keys. It
// leaves inserts, and the types, as they came.
func (g *rig[K, R, I, P]) sort(commit []change[R]) {
	rest := commit[slices.IndexFunc(append(commit, change[R]{Type: noex.Updated}), func(c change[R]) bool { return c.Type != noex.Inserted }):]
	mid := slices.IndexFunc(append(rest, change[R]{Type: noex.Deleted}), func(c change[R]) bool { return c.Type == noex.Deleted })
	slices.SortFunc(rest[:mid], func(a, b change[R]) int { return cmp.Compare(g.m.key(&a.New), g.m.key(&b.New)) })
	slices.SortFunc(rest[mid:], func(a, b change[R]) int { return cmp.Compare(g.m.key(&a.Old), g.m.key(&b.Old)) })
}

// bury counts the records that have expired, and those that may be gone since a
// restart.
func (g *rig[K, R, I, P]) bury(now noex.Millis) (dead, lost int) {
	g.m.bury(now)
	return len(g.m.dead), len(g.lost)
}

// purged is called when no expired record may be left.
func (g *rig[K, R, I, P]) purged(t *rapid.T) {
	if len(g.m.dead) > 0 {
		t.Fatalf("%s: %d expired records were never removed", g.spec.name, len(g.m.dead))
	}
	g.lost = nil
}

// restart is what a restart does to the model.
func (g *rig[K, R, I, P]) restart() {
	g.lost = append(g.lost, g.m.dead...)
	g.m.dead = nil
	if g.spec.volatile {
		g.m.recs = nil
	}
}
