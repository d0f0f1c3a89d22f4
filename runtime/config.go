package noex

import "time"

// Defaults of a [Config].
const (
	DefaultDebounce         = 100 * time.Millisecond
	DefaultTTLCheckInterval = time.Second
)

// Config says how a store is opened. Its zero value is a store in memory only.
type Config struct {
	// Name is the name of the store, the first part of every storage key. The
	// default is the one in the definition.
	Name string
	// Persistence says where the store is kept.
	Persistence PersistenceConfig
	// TTLCheckInterval is how often expired records are removed. They are
	// invisible from the moment they expire, whatever it is. The default is
	// one second; a negative value leaves it to Store.PurgeExpired.
	TTLCheckInterval time.Duration
	// OnPanic is called when a handler of events panicked, with what it
	// panicked with and the stack. Without it panics are counted only.
	OnPanic func(value any, stack []byte)
}

// PersistenceConfig says where and how a store is kept. Its zero value keeps
// it in memory only.
//
// Members of stored records that the definition does not know, at whatever
// depth, are kept and written back. Those of an object within a record go with
// it when it is cleared. Those of an element of a list stay with the element
// that is equal to it, wherever that stands after a change, or else with the
// one that has the same first member, or else, in a list as long as before,
// with the one in the same place.
type PersistenceConfig struct {
	// Adapter is the storage backend. The store closes it.
	Adapter StorageAdapter
	// Debounce is how long after the first change a save begins; it holds what
	// changed until then. The default is 100 ms.
	Debounce time.Duration
	// OnError is called with every *PersistenceError, one at a time, with no
	// lock held; before the Open, Flush or Close that met it returns, unless
	// another call of OnError was still running. It may use the store, Flush
	// and Close included. Without it errors show in Stats and Health only.
	OnError func(error)
	// Strict makes Open fail when a bucket cannot be loaded; otherwise the
	// bucket starts empty and what could not be read is set aside.
	Strict bool
	// Migrations bring stored records to the version of the definition. Open
	// stores what they make, and fails if it cannot. The state before is kept
	// under the storage key with "@v" and its version, and, where that has
	// another state, "-2", "-3" …
	Migrations []Migration
	// RejectWritesWhenFailing makes every write return a *NotSavingError while
	// the last save has failed, so that no more is lost than was already.
	RejectWritesWhenFailing bool
}

func (c Config) withDefaults(name string) Config {
	if c.Name == "" {
		c.Name = name
	}
	if c.TTLCheckInterval == 0 {
		c.TTLCheckInterval = DefaultTTLCheckInterval
	}
	if c.Persistence.Debounce <= 0 {
		c.Persistence.Debounce = DefaultDebounce
	}
	return c
}
