package file

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// small makes everything happen within a few records.
var small = limits{minSegment: 700, maxSegment: 3000, chunk: 150, spill: 900, merge: 1500}

var buckets = []string{"shop:bucket:users", "shop:bucket:orders", "shop:bucket:Ünï"}

type states map[string]adaptertest.State

// history does random things with an adapter on a directory, as a store would,
// and knows what has to be there.
type history struct {
	rnd  *rand.Rand
	fs   vfs.FS
	a    *Adapter
	work []func() // in the background
	// acked is what was saved without an error, maybe the same with what is
	// being saved; before an error both are equal.
	acked, maybe states
	n            int
	did          []string
}

func newHistory(seed uint64, fsys vfs.FS) *history {
	h := &history{rnd: rand.New(rand.NewPCG(seed, 2)), acked: states{}, maybe: states{}}
	h.open(fsys)
	return h
}

func (h *history) open(fsys vfs.FS) {
	h.fs, h.work = fsys, nil
	h.a = newAdapter(fsys, "dir")
	h.a.limits = small
	h.a.merging.start = func(work func()) { h.work = append(h.work, work) }
}

// step does one thing. A save that failed is tried again, as by a store.
func (h *history) step(t testing.TB) error {
	for _, work := range h.work {
		h.work = nil
		h.note("merge in the background")
		work()
	}
	if !maps.EqualFunc(h.acked, h.maybe, equal) {
		h.note("again")
		return h.store(t)
	}
	key := buckets[h.rnd.IntN(len(buckets))]
	switch h.rnd.IntN(14) {
	case 0:
		h.note("close")
		if err := h.a.Close(); err != nil {
			return err
		}
		h.open(h.fs)
		return nil
	case 1, 2:
		h.note("load " + key)
		return h.load(t, key)
	case 3:
		if h.rnd.IntN(3) > 0 {
			return nil
		}
		delete(h.maybe, key)
		return h.store(t)
	case 4:
		h.n++
		h.maybe[key] = adaptertest.Sample(h.n, h.rnd.IntN(12))
		return h.store(t)
	default:
		for _, key := range buckets {
			if _, ok := h.acked[key]; ok && h.rnd.IntN(2) == 0 {
				h.n++
				s := h.acked[key].Apply(h.changes(h.acked[key]))
				meta := adaptertest.Sample(h.n, 0)
				s.Counter, s.Metadata = meta.Counter, meta.Metadata
				h.maybe[key] = s
			}
		}
		return h.store(t)
	}
}

func (h *history) changes(s adaptertest.State) (list []adaptertest.Change) {
	count := h.rnd.IntN(5)
	if h.rnd.IntN(12) == 0 {
		count = 20 // a frame of its own
	}
	for range count {
		key := fmt.Sprintf(`"k%d"`, h.rnd.IntN(24))
		value := fmt.Sprintf(`{"id":%s,"n":%d,"text":"%s"}`, key, h.n, strings.Repeat("x", h.rnd.IntN(60)))
		exists := slices.ContainsFunc(s.Records, func(r adaptertest.Record) bool { return r.Key == key })
		switch {
		case !exists || h.rnd.IntN(4) == 0:
			list = append(list, adaptertest.Change{Type: noex.Inserted, Key: key, Value: value})
		case h.rnd.IntN(3) > 0:
			list = append(list, adaptertest.Change{Type: noex.Updated, Key: key, Value: value})
		default:
			list = append(list, adaptertest.Change{Type: noex.Deleted, Key: key})
		}
		s = s.Apply(list[len(list)-1:])
	}
	return list
}

// store brings acked to maybe.
func (h *history) store(t testing.TB) error {
	var batch []noex.BucketChanges
	for _, key := range buckets {
		before, was := h.acked[key]
		after, is := h.maybe[key]
		switch {
		case was && !is:
			h.note("delete " + key)
			if err := h.a.Delete(t.Context(), key); err != nil {
				return err
			}
		case !is || was && equal(before, after):
		case was && before.Metadata.SchemaVersion+1 <= after.Metadata.SchemaVersion && h.derived(before, after):
			batch = append(batch, noex.BucketChanges{
				Key: key, Changes: adaptertest.Changes(difference(before, after), nil),
				AutoincrementCounter: after.Counter, Metadata: after.Metadata,
			})
		default:
			h.note("save " + key)
			if err := h.a.Save(t.Context(), key, after.Persisted()); err != nil {
				return err
			}
		}
	}
	if len(batch) > 0 {
		h.note(fmt.Sprintf("save changes of %d buckets", len(batch)))
		if err := h.a.SaveChanges(t.Context(), batch); err != nil {
			return err
		}
	}
	h.acked = maps.Clone(h.maybe)
	return nil
}

// derived reports whether after is made of before by changes, rather than anew.
func (h *history) derived(before, after adaptertest.State) bool {
	return !slices.ContainsFunc(after.Records, func(r adaptertest.Record) bool {
		return strings.Contains(r.Value, `"some text`) && !slices.Contains(before.Records, r)
	})
}

// difference returns changes that make after of before: what a store gives,
// which notes what is dirty and not what was done to it.
func difference(before, after adaptertest.State) (list []adaptertest.Change) {
	i := 0
	for _, r := range before.Records {
		if i < len(after.Records) && after.Records[i].Key == r.Key {
			i++
			continue
		}
		list = append(list, adaptertest.Change{Type: noex.Deleted, Key: r.Key})
	}
	for n, r := range after.Records {
		switch {
		case n >= i:
			list = append(list, adaptertest.Change{Type: noex.Inserted, Key: r.Key, Value: r.Value})
		case !slices.Contains(before.Records, r):
			list = append(list, adaptertest.Change{Type: noex.Updated, Key: r.Key, Value: r.Value})
		}
	}
	return list
}

func equal(a, b adaptertest.State) bool {
	return a.Counter == b.Counter && a.Metadata == b.Metadata && slices.Equal(a.Records, b.Records)
}

func (h *history) note(what string) { h.did = append(h.did, what) }

// load compares one bucket.
func (h *history) load(t testing.TB, key string) error {
	t.Helper()
	p, ok, err := h.a.Load(t.Context(), key)
	if err != nil {
		return err
	}
	want, exists := h.acked[key]
	got, err := read(p, ok)
	if err != nil {
		return err
	}
	if ok != exists || !equal(want, got) {
		t.Fatalf("%s: there is %v, want %v\n%s\n%s", key, ok, exists, cmp.Diff(want, got), strings.Join(h.did, "\n"))
	}
	return nil
}

func read(p noex.PersistedState, ok bool) (s adaptertest.State, err error) {
	if !ok {
		return s, nil
	}
	if p.Split == nil {
		return adaptertest.ReadState(p)
	}
	s = adaptertest.State{Counter: p.AutoincrementCounter, Metadata: p.Metadata}
	for _, part := range p.Split(3) {
		list, err := adaptertest.ReadState(noex.PersistedState{Records: part})
		if err != nil {
			return s, err
		}
		s.Records = append(s.Records, list.Records...)
	}
	return s, nil
}

// check opens the directory anew, in which either what was saved must be, or
// that and what was being saved when a crash came.
func (h *history) check(t testing.TB, fsys vfs.FS, what string) {
	t.Helper()
	h.open(fsys)
	got := states{}
	for _, key := range buckets {
		p, ok, err := h.a.Load(t.Context(), key)
		var s adaptertest.State
		if err == nil {
			s, err = read(p, ok)
		}
		if err != nil {
			names, _ := fsys.ReadDir("dir")
			t.Fatalf("%s: load %s: %v\n%s\n%s", what, key, err, strings.Join(h.did, "\n"), names)
		}
		if ok {
			got[key] = s
		}
	}
	switch {
	case maps.EqualFunc(got, h.acked, equal):
		h.maybe = maps.Clone(h.acked)
	case maps.EqualFunc(got, h.maybe, equal):
		h.acked = maps.Clone(h.maybe)
	default:
		t.Fatalf("%s: what is there is neither what was saved (-):\n%s\nnor what was being saved:\n%s\nafter:\n%s",
			what, sum(h.acked)+"\n"+sum(got), sum(h.maybe), strings.Join(h.did, "\n"))
	}
}

// run does n things, or stops at an error.
func (h *history) run(t testing.TB, n int) error {
	for range n {
		if err := h.step(t); err != nil {
			return err
		}
	}
	return nil
}

func sum(s states) string {
	var b strings.Builder
	for _, key := range buckets {
		fmt.Fprintf(&b, "%s: %s %d records; ", key, s[key].Metadata.ServerID, len(s[key].Records))
	}
	return b.String()
}
