package memory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"

	noex "github.com/noexgen/noexgen/runtime"
)

// Adapter keeps copies of what is saved. It is a [noex.Quarantiner],
// [noex.Lister], [noex.Deleter] and io.Closer, and safe for concurrent use. Its
// data is forgotten with it. It takes whole buckets only, so that a test that
// wraps it sees every save in Save.
type Adapter struct {
	mu      sync.Mutex
	buckets map[string]*bucket
	aside   map[string]*bucket // quarantined, by the name given to it
}

// bucket is a state, which is never changed.
type bucket struct {
	records  []noex.PersistedRecord
	counter  int64
	metadata noex.Metadata
}

// New returns an adapter that holds nothing.
func New() *Adapter {
	return &Adapter{buckets: map[string]*bucket{}, aside: map[string]*bucket{}}
}

// Save keeps a copy of a state in place of the one before. Errors are those of
// state.Records and ctx, and that a key comes twice; the state before is then
// kept.
func (a *Adapter) Save(ctx context.Context, key string, state noex.PersistedState) error {
	b := &bucket{counter: state.AutoincrementCounter, metadata: state.Metadata}
	seen := map[string]bool{}
	for r, err := range state.Records {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return err
		}
		if seen[string(r.Key)] {
			return fmt.Errorf("save %s: two records have the key %s", key, r.Key)
		}
		seen[string(r.Key)] = true
		b.records = append(b.records, clone(r.Key, r.Value))
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.buckets[key] = b
	return nil
}

// Load returns the state that is kept under a key or a name that Quarantine
// gave. It fails only if ctx is over.
func (a *Adapter) Load(ctx context.Context, key string) (noex.PersistedState, bool, error) {
	if err := ctx.Err(); err != nil {
		return noex.PersistedState{}, false, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	b, ok := a.buckets[key]
	if !ok {
		b, ok = a.aside[key]
	}
	if !ok {
		return noex.PersistedState{}, false, nil
	}
	return noex.PersistedState{
		Records: func(yield func(noex.PersistedRecord, error) bool) {
			for _, r := range b.records {
				if !yield(r, nil) {
					return
				}
			}
		},
		AutoincrementCounter: b.counter,
		Metadata:             b.metadata,
	}, true, nil
}

// clone copies a key and a value into one piece of memory.
func clone(key, value []byte) noex.PersistedRecord {
	n := len(key)
	data := append(append(make([]byte, 0, n+len(value)), key...), value...)
	return noex.PersistedRecord{Key: data[:n:n], Value: data[n:]}
}

// Quarantine gives what is kept under a key another name: the key, "#corrupt-"
// and a number.
func (a *Adapter) Quarantine(_ context.Context, key string) (name string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	b, ok := a.buckets[key]
	if !ok {
		return "", errors.New("nothing is stored under " + key)
	}
	for n := 1; ; n++ {
		name = fmt.Sprintf("%s#corrupt-%d", key, n)
		if a.aside[name] == nil {
			break
		}
	}
	a.aside[name] = b
	delete(a.buckets, key)
	return name, nil
}

// Keys returns all keys, sorted.
func (a *Adapter) Keys(context.Context) ([]string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Sorted(maps.Keys(a.buckets)), nil
}

// Delete forgets what is kept under a key. An unknown key is no error.
func (a *Adapter) Delete(_ context.Context, key string) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.buckets, key)
	return nil
}

// Close does nothing: the data is there for the next store.
func (a *Adapter) Close() error { return nil }
