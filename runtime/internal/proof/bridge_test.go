package proof

import (
	"context"
	"fmt"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// receiver keeps what a bridge forwards.
type receiver struct {
	got  []string
	emit func(topic string, e noex.AnyEvent) error
}

func (r *receiver) Emit(topic string, e noex.AnyEvent) error {
	r.got = append(r.got, topic+" "+fmt.Sprint(e.Key))
	if r.emit != nil {
		return r.emit(topic, e)
	}
	return nil
}

func TestBridge(t *testing.T) {
	start := func(t *testing.T, r *receiver, o noex.BridgeOptions) (*Store, func()) {
		s := open(t, noex.Config{})
		stop, err := noex.Bridge(s, r, o)
		noErr(t, err)
		return s, stop
	}
	t.Run("any bucket event: topic bucket.<b>.<type>, in order, all buckets", func(t *testing.T) {
		r := new(receiver)
		s, _ := start(t, r, noex.BridgeOptions{})
		credit(s, "a", 1)
		must(s.Jobs.Insert(JobInput{Title: "x"}))
		credit(s, "a", 2)
		must(s.Accounts.Delete("a"))
		settle(t, s)
		equal(t, strings.Join(r.got, ", "), "bucket.accounts.inserted a, bucket.jobs.inserted 1, bucket.accounts.updated a, bucket.accounts.deleted a")
	})
	t.Run("the event has the records", func(t *testing.T) {
		var got []noex.AnyEvent
		s, _ := start(t, &receiver{emit: func(_ string, e noex.AnyEvent) error { got = append(got, e); return nil }}, noex.BridgeOptions{})
		old := account(t, s, "a", 1)
		r := must(s.Accounts.Update("a", AccountPatch{Balance: noex.Some[int64](2)}))
		settle(t, s)
		equal(t, got, []noex.AnyEvent{
			{Revision: 1, Bucket: "accounts", Type: noex.Inserted, Key: "a", New: old},
			{Revision: 2, Bucket: "accounts", Type: noex.Updated, Key: "a", Old: old, New: r},
		})
	})
	t.Run("filter returns false: not forwarded", func(t *testing.T) {
		r := new(receiver)
		s, _ := start(t, r, noex.BridgeOptions{Filter: func(e noex.AnyEvent) bool { return e.Key != "a" }})
		credit(s, "a", 1)
		credit(s, "b", 1)
		settle(t, s)
		equal(t, strings.Join(r.got, ", "), "bucket.accounts.inserted b")
	})
	t.Run("map changes the topic and the event", func(t *testing.T) {
		r := new(receiver)
		s, _ := start(t, r, noex.BridgeOptions{Map: func(topic string, e noex.AnyEvent) (string, noex.AnyEvent) {
			e.Key = "#" + fmt.Sprint(e.Key)
			return "shop." + topic, e
		}})
		credit(s, "a", 1)
		settle(t, s)
		equal(t, strings.Join(r.got, ", "), "shop.bucket.accounts.inserted #a")
	})
	t.Run("pattern", func(t *testing.T) {
		r := new(receiver)
		s, _ := start(t, r, noex.BridgeOptions{Pattern: "bucket.*.deleted"})
		credit(s, "a", 1)
		must(s.Accounts.Clear())
		settle(t, s)
		equal(t, strings.Join(r.got, ", "), "bucket.accounts.deleted a")
		_, err := noex.Bridge(s, r, noex.BridgeOptions{Pattern: "bucket.nobody.*"})
		if err == nil {
			t.Error("a pattern of no bucket was accepted")
		}
	})
	t.Run("the receiver fails or panics: the store works on, later events come", func(t *testing.T) {
		var reported []error
		n := 0
		r := &receiver{emit: func(string, noex.AnyEvent) error {
			if n++; n == 2 {
				panic("oops")
			}
			return errOwn
		}}
		s, _ := start(t, r, noex.BridgeOptions{OnError: func(err error) {
			reported = append(reported, err)
			if len(reported) == 1 {
				panic("again")
			}
		}})
		for _, id := range []string{"a", "b", "c"} {
			credit(s, id, 1)
		}
		settle(t, s)
		equal(t, len(r.got), 3)
		equal(t, len(reported), 2)
		equal(t, s.Stats().Panics, 2)
		equal(t, s.Accounts.Len(), 3)
	})
	t.Run("after stop no further events", func(t *testing.T) {
		r := new(receiver)
		s, stop := start(t, r, noex.BridgeOptions{})
		credit(s, "a", 1)
		settle(t, s)
		stop()
		stop()
		credit(s, "b", 1)
		settle(t, s)
		equal(t, len(r.got), 1)
	})
	t.Run("20 quick inserts: 20 emits", func(t *testing.T) {
		r := new(receiver)
		s, _ := start(t, r, noex.BridgeOptions{})
		for i := range 20 {
			credit(s, fmt.Sprint(i), 1)
		}
		settle(t, s)
		equal(t, len(r.got), 20)
	})
	t.Run("a closed store cannot be bridged", func(t *testing.T) {
		s, err := Open(context.Background(), noex.Config{})
		noErr(t, err)
		noErr(t, s.Close())
		_, err = noex.Bridge(s, new(receiver), noex.BridgeOptions{})
		fails(t, err, noex.ErrClosed)
	})
}
