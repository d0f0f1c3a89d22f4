package main

import (
	"fmt"
	"sync/atomic"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opSubscribers is an insert while n handlers listen.
func opSubscribers(n int) string { return fmt.Sprintf("insert-%d-subscribers", n) }

var subscribers = []int{0, 1, 100}

// measureSubscribers measures what an insert costs its caller while handlers
// listen that keep up: after each burst the next one waits for them.
func measureSubscribers(cfg config, r results, data *peers.Data) {
	const burst, bursts = 100, 50
	publisher, release := cfg.publisher()
	defer release()
	s, noexgen := grownNoex(data)
	defer s.close()
	for range 3 {
		for _, n := range subscribers {
			var seen atomic.Int64
			var stops []func()
			for range n {
				stops = append(stops, noexgen.Store.Users.On(func(noex.Event[peers.User]) { seen.Add(1) }))
			}
			var sum sample
			var guests []string
			for i := range bursts {
				ids := insertEach(publisher, s.peer, data.Inputs(data.Size+i*burst, data.Size+(i+1)*burst), &sum)
				must(noexgen.Store.Settle(background))
				guests = append(guests, ids...)
			}
			mustFind(seen.Load() == int64(n*burst*bursts))
			r.add(noexKey(data, opSubscribers(n)), sum.perOp())
			for _, stop := range stops {
				stop()
			}
			for _, id := range guests {
				must(noexgen.Delete(id))
			}
		}
	}
}
