package main

import (
	"fmt"
	"sync"
	"sync/atomic"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/bench/peers"
)

// opSubscribers is an insert while n handlers listen.
func opSubscribers(n int) string { return fmt.Sprintf("insert-%d-subscribers", n) }

var subscribers = []int{0, 1, 100}

// opBeside is an insert with no handler while as many goroutines copy as many records
// as 100 handlers would get.
const opBeside = "insert-beside-100"

// measureSubscribers measures what an insert costs its caller while handlers
// listen that keep up: after each burst the next one waits for them.
func measureSubscribers(cfg config, r results, data *peers.Data) {
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
			perOp, remove := inBursts(publisher, noexgen, data, func() {}, func() { must(noexgen.Store.Settle(background)) })
			mustFind(seen.Load() == int64(n*burst*bursts))
			r.add(noexKey(data, opSubscribers(n)), perOp)
			for _, stop := range stops {
				stop()
			}
			remove()
		}
		others := newCopiers(100)
		perOp, remove := inBursts(publisher, noexgen, data, others.start, others.wait)
		others.stop()
		r.add(noexKey(data, opBeside), perOp)
		remove()
	}
}

const burst, bursts = 100, 50

// inBursts times inserts in bursts, with a call before and one after each. What it
// returns besides deletes the records.
func inBursts(publisher clock, p *peers.Noex, data *peers.Data, before, after func()) (perOp float64, remove func()) {
	var sum sample
	var guests []string
	for i := range bursts {
		ins := data.Inputs(data.Size+i*burst, data.Size+(i+1)*burst)
		before()
		guests = append(guests, insertEach(publisher, p, ins, &sum)...)
		after()
	}
	return sum.perOp(), func() { must(p.DeleteAll(guests)) }
}

// copiers are goroutines that do what handlers do, with no store.
type copiers struct {
	signals []chan struct{}
	busy    sync.WaitGroup
	copied  atomic.Int64
}

func newCopiers(n int) *copiers {
	c := &copiers{}
	record := new(noex.Event[peers.User])
	handle := func(noex.Event[peers.User]) { c.copied.Add(1) }
	for range n {
		signal := make(chan struct{}, 1)
		c.signals = append(c.signals, signal)
		go func() {
			for range signal {
				for range burst {
					handle(*record)
				}
				c.busy.Done()
			}
		}()
	}
	return c
}

// start has each copy a burst of records; wait waits for all of them.
func (c *copiers) start() {
	c.busy.Add(len(c.signals))
	go func() {
		for _, signal := range c.signals {
			signal <- struct{}{}
		}
	}()
}

func (c *copiers) wait() { c.busy.Wait() }

func (c *copiers) stop() {
	for _, signal := range c.signals {
		close(signal)
	}
}
