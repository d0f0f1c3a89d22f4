package conformance

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	noex "github.com/noexgen/noexgen/runtime"
)

// outcome is an error as the model names it.
func outcome(err error) string {
	switch e := err.(type) {
	case nil:
		return ""
	case *noex.ValidationError:
		return "invalid"
	case *noex.DuplicateKeyError:
		return "duplicate"
	case *noex.UniqueError:
		return "unique"
	case *noex.NotFoundError:
		return "not found"
	default:
		return fmt.Sprintf("%T: %v", e, e)
	}
}

// machine drives a bucket and its model, and reopens the store.
type machine struct {
	model
	s    *Store
	cfg  noex.Config
	bind func(*Store) subject
	b    subject
}

// Keys and values are few, so that they meet.
var (
	someKey  = rapid.SampledFrom([]string{"a", "b", "c", "d", "e", "f", "g", "h", ""})
	someUniq = optional([]string{"u", "v", "w", "x"})
	someG    = optional([]string{"g", "h", ""})
)

func optional(values []string) *rapid.Generator[noex.Opt[string]] {
	return rapid.Custom(func(t *rapid.T) noex.Opt[string] {
		if i := rapid.IntRange(-2, len(values)-1).Draw(t, "value"); i >= 0 {
			return noex.Some(values[i])
		} else if i == -1 {
			return noex.Null[string]()
		}
		return noex.Opt[string]{}
	})
}

func (m *machine) draw(t *rapid.T) entry {
	e := entry{key: someKey.Draw(t, "key"), uniq: someUniq.Draw(t, "uniq"), group: someG.Draw(t, "group")}
	if m.ttl > 0 && rapid.Bool().Draw(t, "own expiry") {
		e.expires = m.now() + noex.Millis(rapid.IntRange(1, 3000).Draw(t, "expiry"))
	}
	return e
}

// given is an entry as the record has it, where null is absent.
func given(e entry) entry {
	for _, o := range []*noex.Opt[string]{&e.uniq, &e.group} {
		if o.IsNull() {
			*o = noex.Opt[string]{}
		}
	}
	return e
}

func same[T any](t *rapid.T, what string, got, want T) {
	if reflect.DeepEqual(got, want) { // much faster than finding no difference
		return
	}
	if d := diff(got, want, cmpopts.EquateEmpty()); d != "" {
		t.Fatalf("%s (-want +got):\n%s", what, d)
	}
}

func (m *machine) Insert(t *rapid.T) {
	e := m.draw(t)
	got, err := m.b.insert(e)
	want := m.insert(given(e))
	same(t, "insert", outcome(err), want)
	if want == "" {
		same(t, "inserted", got, m.recs[len(m.recs)-1])
		m.evict()
	}
}

func (m *machine) InsertMany(t *rapid.T) {
	es := rapid.SliceOfN(rapid.Custom(m.draw), 0, 5).Draw(t, "records")
	before := slices.Clone(m.recs)
	want := ""
	for _, e := range es {
		if e.key == "" {
			want = "invalid"
		}
	}
	for _, e := range es {
		if want != "" {
			break
		}
		want = m.insert(given(e))
	}
	if want != "" {
		m.recs = before
	} else {
		m.evict()
	}
	same(t, "insert many", outcome(m.b.insertMany(es)), want)
}

func (m *machine) Upsert(t *rapid.T) {
	e := m.draw(t)
	got, err := m.b.upsert(e)
	m.sweep()
	at := m.at(e.key)
	if at < 0 {
		want := m.insert(given(e))
		same(t, "upsert as insert", outcome(err), want)
		if want == "" {
			m.evict()
		}
		return
	}
	if m.taken(e.uniq, e.key) {
		same(t, "upsert", outcome(err), "unique")
		return
	}
	old := m.recs[at]
	e = given(e)
	e.version, e.created = old.version+1, old.created
	if m.ttl > 0 && e.expires == 0 {
		e.expires = m.now() + m.ttl
	}
	m.recs[at] = e
	same(t, "upsert", outcome(err), "")
	same(t, "upserted", got, e)
}

func (m *machine) Update(t *rapid.T) {
	key, uniq, group := someKey.Draw(t, "key"), someUniq.Draw(t, "uniq"), someG.Draw(t, "group")
	got, err := m.b.update(key, uniq, group)
	m.sweep()
	at := m.at(key)
	switch {
	case at < 0:
		same(t, "update", outcome(err), "not found")
	case m.taken(uniq, key):
		same(t, "update", outcome(err), "unique")
	default:
		e := m.recs[at]
		if !uniq.IsZero() {
			e.uniq = uniq
		}
		if !group.IsZero() {
			e.group = group
		}
		e.version++
		m.recs[at] = given(e)
		same(t, "update", outcome(err), "")
		same(t, "updated", got, m.recs[at])
	}
}

func (m *machine) Modify(t *rapid.T) {
	key := someKey.Draw(t, "key")
	got, err := m.b.modify(key, "modified")
	m.sweep()
	at := m.at(key)
	if at < 0 {
		same(t, "modify", outcome(err), "not found")
		return
	}
	m.recs[at].group = noex.Some("modified")
	m.recs[at].version++
	same(t, "modify", outcome(err), "")
	same(t, "modified", got, m.recs[at])
}

func (m *machine) Delete(t *rapid.T) {
	key := someKey.Draw(t, "key")
	ok, err := m.b.remove(key)
	m.sweep()
	at := m.at(key)
	same(t, "delete", outcome(err), "")
	same(t, "deleted", ok, at >= 0)
	if at >= 0 {
		m.recs = slices.Delete(m.recs, at, at+1)
	}
}

func (m *machine) Clear(t *rapid.T) {
	if rapid.IntRange(0, 4).Draw(t, "really") > 0 {
		return
	}
	n, err := m.b.clear()
	same(t, "clear", outcome(err), "")
	same(t, "cleared", n, len(m.visible()))
	m.recs = nil
}

func (m *machine) Pass(t *rapid.T) {
	time.Sleep(time.Duration(rapid.IntRange(1, 1500).Draw(t, "ms")) * time.Millisecond)
}

func (m *machine) Reopen(t *rapid.T) {
	same(t, "close", outcome(m.s.Close()), "")
	m.open(t)
}

func (m *machine) open(t *rapid.T) {
	s, err := Open(context.Background(), m.cfg)
	same(t, "open", outcome(err), "")
	m.s, m.b = s, m.bind(s)
}

// Check compares everything that can be read.
func (m *machine) Check(t *rapid.T) {
	want := m.visible()
	same(t, "len", m.b.length(), len(want))
	same(t, "all", m.b.all(), want)
	for n := -1; n <= len(want)+1; n++ {
		k := min(max(n, 0), len(want))
		same(t, "first", m.b.first(n), want[:k])
		same(t, "last", m.b.last(n), want[len(want)-k:])
	}
	for _, key := range []string{"a", "b", "c", "d", "e", "f", "g", "h", ""} {
		got, ok := m.b.get(key)
		at := slices.IndexFunc(want, func(e entry) bool { return e.key == key })
		same(t, "get "+key, ok, at >= 0)
		if ok {
			same(t, "get "+key, got, want[at])
		}
	}
	with := func(cond func(entry) bool) []entry {
		return slices.DeleteFunc(slices.Clone(want), func(e entry) bool { return !cond(e) })
	}
	for _, v := range []string{"u", "v", "w", "x"} {
		got, ok := m.b.byUniq(v)
		match := with(func(e entry) bool { return e.uniq == noex.Some(v) })
		same(t, "by uniq "+v, ok, len(match) == 1)
		if ok {
			same(t, "by uniq "+v, got, match[0])
		}
		same(t, "where", m.b.where("g", v), with(func(e entry) bool { return e.uniq == noex.Some(v) && e.group == noex.Some("g") }))
	}
	for _, g := range []string{"g", "h", "", "modified", "none"} {
		same(t, "by group "+g, m.b.byGroup(g), with(func(e entry) bool { return e.group == noex.Some(g) }))
	}
	var paged []entry
	for cursor, more := (noex.Opt[string]{}), true; more; {
		var page []entry
		page, more = m.b.page(cursor, 2)
		if paged = append(paged, page...); len(page) > 0 {
			cursor = noex.Some(page[len(page)-1].key)
		}
	}
	same(t, "pages", paged, want)
}

func TestModel(t *testing.T) {
	for name, kind := range map[string]struct {
		model model
		bind  func(*Store) subject
	}{
		"set bucket":        {model{}, bindItems},
		"ordered bucket":    {model{ordered: true}, bindWords},
		"ttl and maxSize":   {model{ttl: 1000, max: 3}, bindCache},
		"maxSize alone":     {model{max: 3}, bindRecents},
		"ttl alone, 100 ms": {model{ttl: 100}, bindSessions},
	} {
		for adapter, place := range map[string]func() noex.StorageAdapter{
			"whole buckets": func() noex.StorageAdapter { return newSpy() },
			"changes":       func() noex.StorageAdapter { return newChangeSpy() },
		} {
			t.Run(name+", saved as "+adapter, func(t *testing.T) {
				rapid.Check(t, func(rt *rapid.T) {
					// Rapid ends a check by a panic, which has to leave the bubble.
					var panicked any
					synctest.Test(t, func(*testing.T) {
						defer func() { panicked = recover() }()
						m := &machine{model: kind.model, cfg: on(place()), bind: kind.bind}
						m.open(rt)
						defer func() { _ = m.s.Close() }()
						rt.Repeat(rapid.StateMachineActions(m))
					})
					if panicked != nil {
						panic(panicked)
					}
				})
			})
		}
	}
}
