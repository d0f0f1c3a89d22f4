package adaptertest

import (
	"fmt"
	"iter"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	noex "github.com/noexgen/noexgen/runtime"
)

// Record is a record in its stored form.
type Record struct{ Key, Value string }

// State is a whole state in memory.
type State struct {
	Records  []Record
	Counter  int64
	Metadata noex.Metadata
}

// Persisted returns s as an adapter takes it. Its buffers are used again for
// each record, and scribbled over at the end, as the contract allows.
func (s State) Persisted() noex.PersistedState { return s.failing(-1, nil) }

// failing is Persisted with err in place of record n.
func (s State) failing(n int, err error) noex.PersistedState {
	return noex.PersistedState{
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			var r noex.PersistedRecord
			defer func() { scribble(r.Key); scribble(r.Value) }()
			for i, rec := range s.Records {
				if i == n {
					yield(noex.PersistedRecord{}, err)
					return
				}
				scribble(r.Key)
				scribble(r.Value)
				r.Key = append(r.Key[:0], rec.Key...)
				r.Value = append(r.Value[:0], rec.Value...)
				if !yield(r, nil) {
					return
				}
			}
			if n == len(s.Records) {
				yield(noex.PersistedRecord{}, err)
			}
		},
		AutoincrementCounter: s.Counter,
		Metadata:             s.Metadata,
	}
}

func scribble(b []byte) {
	for i := range b {
		b[i] = '#'
	}
}

// ReadState walks a loaded state. It reads the records only after all of them
// were yielded, because they have to stay valid.
func ReadState(p noex.PersistedState) (State, error) {
	s := State{Counter: p.AutoincrementCounter, Metadata: p.Metadata}
	var records []noex.PersistedRecord
	for r, err := range p.Records {
		if err != nil {
			return State{}, err
		}
		records = append(records, r)
	}
	for _, r := range records {
		s.Records = append(s.Records, Record{string(r.Key), string(r.Value)})
	}
	return s, nil
}

// Sample returns a state of n records, which differs from those of other seeds
// in every record.
func Sample(seed, n int) State {
	s := State{
		Counter: int64(1000*seed + n),
		Metadata: noex.Metadata{
			PersistedAt:   noex.Millis(1700000000000 + seed),
			ServerID:      fmt.Sprintf("store-%d", seed),
			SchemaVersion: seed + 1,
			Fingerprint:   fmt.Sprintf("f%d", seed),
			Revision:      uint64(seed) << 40,
		},
	}
	for i := range n {
		key := fmt.Sprintf(`"k%d"`, (i*7919)%(n+1)) // not in order
		s.Records = append(s.Records, Record{key, fmt.Sprintf(`{"id":%s,"seed":%d,"n":%d,"text":"some text of record %d"}`, key, seed, i, i)})
	}
	return s
}

// Change is a change in memory.
type Change struct {
	Type       noex.EventType
	Key, Value string
}

// Changes returns list as an adapter takes it; with err, it ends in it.
func Changes(list []Change, err error) iter.Seq2[noex.PersistedChange, error] {
	return func(yield func(noex.PersistedChange, error) bool) {
		var c noex.PersistedChange
		defer func() { scribble(c.Key); scribble(c.Value) }()
		for _, ch := range list {
			scribble(c.Key)
			scribble(c.Value)
			c.Type = ch.Type
			c.Key = append(c.Key[:0], ch.Key...)
			c.Value = append(c.Value[:0], ch.Value...)
			if ch.Type == noex.Deleted {
				c.Value = nil
			}
			if !yield(c, nil) {
				return
			}
		}
		if err != nil {
			yield(noex.PersistedChange{}, err)
		}
	}
}

// Apply is the model of SaveChanges.
func (s State) Apply(list []Change) State {
	s.Records = slices.Clone(s.Records)
	for _, c := range list {
		i := slices.IndexFunc(s.Records, func(r Record) bool { return r.Key == c.Key })
		switch {
		case c.Type == noex.Updated && i >= 0:
			s.Records[i].Value = c.Value
			continue
		case i >= 0:
			s.Records = slices.Delete(s.Records, i, i+1)
		}
		if c.Type != noex.Deleted {
			s.Records = append(s.Records, Record{c.Key, c.Value})
		}
	}
	return s
}

func save(t *testing.T, a noex.StorageAdapter, key string, s State) {
	t.Helper()
	if err := a.Save(t.Context(), key, s.Persisted()); err != nil {
		t.Fatalf("Save(%q): %v", key, err)
	}
}

// want loads key and compares.
func want(t *testing.T, a noex.StorageAdapter, key string, s State) {
	t.Helper()
	p, ok, err := a.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("Load(%q) = %v, %v; want a state", key, ok, err)
	}
	got, err := ReadState(p)
	if err != nil {
		t.Fatalf("records of %q: %v", key, err)
	}
	wantParts(t, p, key, s)
	if slices.Equal(s.Records, got.Records) && s.Counter == got.Counter && s.Metadata == got.Metadata {
		return // much faster than a diff
	}
	if diff := cmp.Diff(s, got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatalf("state of %q (-want +got):\n%.4000s", key, diff)
	}
}

// wantParts walks the parts of a state at the same time.
func wantParts(t *testing.T, p noex.PersistedState, key string, s State) {
	t.Helper()
	if p.Split == nil {
		return
	}
	for _, n := range []int{1, 2, 7} {
		parts := p.Split(n)
		if len(parts) > n {
			t.Fatalf("%q is split into %d parts, not %d", key, len(parts), n)
		}
		got := make([][]Record, len(parts))
		var wg sync.WaitGroup
		for i, part := range parts {
			wg.Go(func() {
				s, err := ReadState(noex.PersistedState{Records: part})
				if err != nil {
					t.Errorf("part %d of %q: %v", i, key, err)
				}
				got[i] = s.Records
			})
		}
		wg.Wait()
		if !slices.Equal(s.Records, slices.Concat(got...)) {
			t.Fatalf("%d parts of %q have %d records, or others than it has, which are %d", n, key, len(slices.Concat(got...)), len(s.Records))
		}
	}
}

func wantNone(t *testing.T, a noex.StorageAdapter, key string) {
	t.Helper()
	if _, ok, err := a.Load(t.Context(), key); ok || err != nil {
		t.Fatalf("Load(%q) = %v, %v; want nothing", key, ok, err)
	}
}
