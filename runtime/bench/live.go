package main

import (
	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
	"github.com/noexgen/noexgen/runtime/bench/store"
)

const (
	opLive      = "live"
	opLiveAside = "live-aside"
)

// measureLive measures an update together with the live query of a village of
// ten that it changes, and one that 100 such queries have nothing to do with.
func measureLive(cfg config, r results, data *peers.Data) {
	const updates = 1000
	s, noexgen := grownNoex(data)
	defer s.close()
	watch := func(village string) *noex.Live[int64] {
		live, err := store.Live(noexgen.Store, func(v *store.View) (int64, error) {
			var sum int64
			for u := range v.Users.Where(store.UserFields.City.Eq(village)).Iter() {
				sum += u.Age
			}
			return sum, nil
		})
		must(err)
		return live
	}
	villages := data.Villages
	changed := watch(villages[0])
	defer changed.Stop()
	inside := noexgen.ByCity(villages[0])
	took := cfg.clock.time(func() {
		for i := range updates {
			u := inside[i%len(inside)]
			must(noexgen.SetAge(u.ID, int64(i%100)))
			must(noexgen.Store.Settle(background))
		}
	})
	mustFind(changed.Value() == noexgen.SumAges(villages[0]))
	r.add(noexKey(data, opLive), sample{took, updates}.perOp())

	for i := range 100 {
		defer watch(villages[1+i%(len(villages)-2)]).Stop()
	}
	outside := noexgen.ByCity(villages[len(villages)-1])
	took = cfg.clock.time(func() {
		for i := range updates {
			must(noexgen.SetAge(outside[i%len(outside)].ID, int64(i%100)))
		}
	})
	r.add(noexKey(data, opLiveAside), sample{took, updates}.perOp())
}
