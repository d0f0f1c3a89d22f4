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
var allocating = []string{
	opGet, opUnique, opInsert, opUpdate, opReindex, opDelete, opPay, opCount, opList10, opRange, opTop,
}

// measureAllocs counts the allocations of the generated store.
func measureAllocs(_ config, r results, data *peers.Data) {
	for op, n := range allocations(data) {
		r.add(noexKey(data, opAllocs(op)), n)
	}
}

// allocations returns how often each operation allocates, on average over many,
// rounded down.
func allocations(data *peers.Data) map[string]float64 {
	const runs, players = 1000, 200
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
	must(noexgen.OpenAccounts([]string{kept}))
	for i := range players {
		_, err := noexgen.Store.Players.Insert(peers.Player(&inputs[i], int64(i)))
		must(err)
	}
	ranked, score := noexgen.Store.Players, store.PlayerFields.Score
	do := map[string]func(){
		opGet:     func() { users.Get(ids[0]) },
		opUnique:  func() { users.ByEmail(emails[0]) },
		opInsert:  func() { _, err := users.Insert(inputs[i]); must(err) },
		opUpdate:  func() { _, err := users.Update(kept, store.UserPatch{Age: noex.Some(int64(i % 100))}); must(err) },
		opReindex: func() { _, err := users.Update(kept, store.UserPatch{Role: noex.Some(roles[i%len(roles)])}); must(err) },
		opDelete:  func() { _, err := users.Delete(gone[i]); must(err) },
		opPay:     func() { must(noexgen.Pay(kept, 1)) },
		opCount:   func() { users.Where(store.UserFields.Role.Eq(roles[0])).Count() },
		opList10:  func() { users.ByCity(data.Villages[0]) },
		opRange:   func() { ranked.Where(score.Between(1, 100)).OrderBy(score.Asc()).All() },
		opTop:     func() { ranked.Where().OrderBy(score.Desc()).Limit(10).All() },
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
