package conformance

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
)

// spy is an adapter in memory that notes what is asked of it and does what a
// test wants in between. It takes whole buckets only, and cannot set anything
// aside.
type spy struct {
	mu     sync.Mutex
	byKey  map[string]stored
	saves  []string // keys, in order
	loads  []string
	closes int

	// The hooks run before the call has done anything, without the lock.
	onSave  func(key string) error
	onLoad  func(key string) error
	onClose func() error
	// stored runs, with the lock, after each call that has changed something.
	stored func()
}

// stored is the state of a bucket as the adapter holds it.
type stored struct {
	records [][2]string // key and record, as JSON
	counter int64
	meta    noex.Metadata
}

func newSpy() *spy { return &spy{byKey: make(map[string]stored)} }

func (a *spy) Save(_ context.Context, key string, state noex.PersistedState) error {
	a.mu.Lock()
	a.saves = append(a.saves, key)
	hook := a.onSave
	a.mu.Unlock()
	if hook != nil {
		if err := hook(key); err != nil {
			return err
		}
	}
	st := stored{counter: state.AutoincrementCounter, meta: state.Metadata}
	for rec, err := range state.Records {
		if err != nil {
			return err
		}
		st.records = append(st.records, [2]string{string(rec.Key), string(rec.Value)})
	}
	a.put(key, st)
	return nil
}

func (a *spy) Load(_ context.Context, key string) (noex.PersistedState, bool, error) {
	a.mu.Lock()
	a.loads = append(a.loads, key)
	hook := a.onLoad
	a.mu.Unlock()
	if hook != nil {
		if err := hook(key); err != nil {
			return noex.PersistedState{}, false, err
		}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	st, ok := a.byKey[key]
	return noex.PersistedState{
		AutoincrementCounter: st.counter, Metadata: st.meta,
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for _, r := range st.records {
				if !yield(noex.PersistedRecord{Key: []byte(r[0]), Value: []byte(r[1])}, nil) {
					return
				}
			}
		},
	}, ok, nil
}

func (a *spy) Close() error {
	a.mu.Lock()
	a.closes++
	hook := a.onClose
	a.mu.Unlock()
	if hook != nil {
		return hook()
	}
	return nil
}

func (a *spy) put(key string, st stored) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.byKey[key] = st
	if a.stored != nil {
		a.stored()
	}
}

func (a *spy) get(key string) stored {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.byKey[key]
}

// bucket returns the keys of the records stored of a bucket of the store
// conformance, in order.
func (a *spy) bucket(name string) []string {
	var keys []string
	for _, r := range a.get("conformance:bucket:" + name).records {
		keys = append(keys, r[0])
	}
	return keys
}

// keys returns the keys under which something was saved, each once.
func (a *spy) keys() []string {
	return slices.Compact(slices.Sorted(slices.Values(a.saved())))
}

// saved returns the keys saved so far, in order.
func (a *spy) saved() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.saves)
}

// forget begins the list of saves anew.
func (a *spy) forget() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.saves = nil
}

// failSaves makes every save of the buckets named fail from now on, of all if
// none is named, until it is called with a nil error.
func (a *spy) failSaves(err error, buckets ...string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.onSave = func(key string) error {
		if len(buckets) == 0 {
			return err
		}
		for _, b := range buckets {
			if key == noex.StorageKey("conformance", b) {
				return err
			}
		}
		return nil
	}
}

// asideSpy is a spy that can set aside what could not be read.
type asideSpy struct {
	*spy
	aside map[string]stored
}

func newAsideSpy() *asideSpy { return &asideSpy{newSpy(), make(map[string]stored)} }

func (a *asideSpy) Quarantine(_ context.Context, key string) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	st, ok := a.byKey[key]
	if !ok {
		return "", errors.New("nothing to set aside")
	}
	delete(a.byKey, key)
	name := key + ".aside"
	a.aside[name] = st
	return name, nil
}

// changeSpy is a spy that takes changes, and applies a batch as a whole or not
// at all.
type changeSpy struct {
	*spy
	batches [][]string // "key type" of each batch
	fail    error      // after the changes were read
}

func newChangeSpy() *changeSpy { return &changeSpy{spy: newSpy()} }

func (a *changeSpy) SaveChanges(_ context.Context, batch []noex.BucketChanges) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	after := maps.Clone(a.byKey)
	var noted []string
	for _, b := range batch {
		st, ok := after[b.Key]
		if !ok {
			return fmt.Errorf("changes of %s, which was never saved", b.Key)
		}
		st.records = slices.Clone(st.records)
		seen := make(map[string]bool)
		for ch, err := range b.Changes {
			if err != nil {
				return err
			}
			key := string(ch.Key)
			noted = append(noted, fmt.Sprintf("%s %v", key, ch.Type))
			if seen[key] {
				return fmt.Errorf("two changes of %s in one batch", key)
			}
			seen[key] = ch.Type != noex.Deleted // a deletion may make room for an insert
			if err := st.apply(ch); err != nil {
				return err
			}
		}
		st.counter, st.meta = b.AutoincrementCounter, b.Metadata
		after[b.Key] = st
	}
	a.batches = append(a.batches, noted)
	if a.fail != nil {
		return a.fail
	}
	a.byKey = after
	if a.stored != nil {
		a.stored()
	}
	return nil
}

func (st *stored) apply(ch noex.PersistedChange) error {
	key := string(ch.Key)
	at := slices.IndexFunc(st.records, func(r [2]string) bool { return r[0] == key })
	switch {
	case ch.Type == noex.Updated && at < 0:
		return fmt.Errorf("update of %s, which is not stored", key)
	case ch.Type == noex.Updated:
		st.records[at][1] = string(ch.Value)
		return nil
	case at >= 0:
		st.records = slices.Delete(st.records, at, at+1)
	}
	if ch.Type == noex.Inserted {
		st.records = append(st.records, [2]string{key, string(ch.Value)})
	}
	return nil
}
