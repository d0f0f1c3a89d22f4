package noex

import (
	"fmt"
	"reflect"
	"sync"
)

// running holds the names under which stores of this process write to an
// adapter: two stores of one name would overwrite each other's buckets, and no
// lock of the adapter can tell them apart.
var running = struct {
	sync.Mutex
	stores map[storeID]bool
}{stores: make(map[storeID]bool)}

type storeID struct {
	adapter StorageAdapter
	name    string
}

// register refuses a second running store of the same name on one adapter.
func register(adapter StorageAdapter, name string) (release func(), err error) {
	if !reflect.ValueOf(adapter).Comparable() {
		return func() {}, nil
	}
	id := storeID{adapter, name}
	running.Lock()
	defer running.Unlock()
	if running.stores[id] {
		return nil, fmt.Errorf("store %q is already running on this adapter: close it first or give Config.Name another name", name)
	}
	running.stores[id] = true
	return func() {
		running.Lock()
		defer running.Unlock()
		delete(running.stores, id)
	}, nil
}
