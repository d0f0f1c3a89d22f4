package main

import (
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

// opAllocs is how often an operation allocates.
func opAllocs(op string) string { return op + "-allocs" }

// allocating are the operations whose allocations are counted.
var allocating = []string{opGet, opUnique, opInsert, opUpdate, opReindex, opDelete, opCount, opList10}

// measureAllocs counts the allocations of the generated store.
func measureAllocs(_ config, r results, data *peers.Data) {
	for op, n := range allocations(data) {
		r.add(noexKey(data, opAllocs(op)), n)
	}
}

// allocations returns how often each operation allocates, on average over many,
// rounded down.
func allocations(data *peers.Data) map[string]float64 {
	const runs = 1000
	s, noexgen := grownNoex(data)
	defer s.close()
	var (
		users  = noexgen.Store.Users
		ids    = s.ids(1)
		emails = s.emails(1)
		inputs = data.Inputs(data.Size, data.Size+runs+1)
		roles  = store.UserRoleValues()
		i      int
	)
	_, gone := s.leaving(runs + 1) // AllocsPerRun does one more to begin with
	kept := string(s.alive[0].id[:])
	do := map[string]func(){
		opGet:     func() { users.Get(ids[0]) },
		opUnique:  func() { users.ByEmail(emails[0]) },
		opInsert:  func() { _, err := users.Insert(inputs[i]); must(err) },
		opUpdate:  func() { _, err := users.Update(kept, store.UserPatch{Age: noex.Some(int64(i % 100))}); must(err) },
		opReindex: func() { _, err := users.Update(kept, store.UserPatch{Role: noex.Some(roles[i%len(roles)])}); must(err) },
		opDelete:  func() { _, err := users.Delete(gone[i]); must(err) },
		opCount:   func() { users.Where(store.UserFields.Role.Eq(roles[0])).Count() },
		opList10:  func() { users.ByCity(data.Villages[0]) },
	}
	counts := map[string]float64{}
	for _, op := range allocating {
		i = 0
		counts[op] = testing.AllocsPerRun(runs, func() {
			do[op]()
			i++
		})
	}
	return counts
}
