package proof

import (
	"context"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestStatsIndexes(t *testing.T) {
	s := open(t, noex.Config{})
	must(s.Accounts.Insert(AccountInput{ID: "a", Holder: noex.Some("h")}))
	must(s.Accounts.Insert(AccountInput{ID: "b"}))
	for _, b := range s.Stats().Buckets {
		if b.Name == "accounts" {
			equal(t, b, noex.BucketStats{Name: "accounts", Records: 2, Indexes: 3, ByIndex: []noex.IndexStats{
				{Name: "branch", Entries: 2}, {Name: "balance", Entries: 2}, {Name: "holder", Entries: 1},
			}})
		}
	}
}

func TestStatsLive(t *testing.T) {
	s := open(t, noex.Config{})
	equal(t, s.Stats().Live, noex.LiveStats{})
	a, b := must(Live(s, balance("a"))), must(Live(s, balance("b")))
	a.Subscribe(func(int64) {})
	stop := b.Subscribe(func(int64) {})
	equal(t, s.Stats().Live, noex.LiveStats{Queries: 2, Subscribers: 2})
	equal(t, s.Stats().Subscribers, 0)
	stop()
	stop()
	equal(t, s.Stats().Live, noex.LiveStats{Queries: 2, Subscribers: 1})
	a.Stop()
	equal(t, s.Stats().Live, noex.LiveStats{Queries: 1})
}

func TestStatsLag(t *testing.T) {
	s := open(t, noex.Config{})
	entered, release := make(chan struct{}), make(chan struct{})
	s.Accounts.On(func(e noex.Event[Account]) {
		if e.Revision == 1 {
			close(entered)
			<-release
		}
	})
	live := must(Live(s, balance("a")))
	live.Subscribe(func(int64) { <-release })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.Jobs.Watch(ctx, noex.Unbounded())
	credit(s, "a", 1)
	<-entered
	for n := range int64(9) {
		credit(s, "a", n+2)
	}
	st := s.Stats()
	equal(t, st.Subscriptions, []noex.SubscriptionStats{{Kind: "handler", Lag: 10}, {Kind: "watcher", Lag: 10, Unbounded: true}})
	equal(t, s.Health(), noex.Health{OK: true, Lag: 10})
	for s.Stats().Live.Lag > 0 {
	}
	equal(t, s.Stats().Live.Pending > 0, true)
	close(release)
	settle(t, s)
	equal(t, s.Stats().Subscriptions[1].Lag, 0)
	equal(t, s.Stats().Live.Pending, 0)
}
