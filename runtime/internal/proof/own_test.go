package proof

import (
	"context"
	"sync"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
)

// TestRecordsAreTheReceiversOwn has everybody who gets a record change it, and
// nobody sees what the others did.
func TestRecordsAreTheReceiversOwn(t *testing.T) {
	s := open(t, noex.Config{})
	var mu sync.Mutex
	seen := 0
	take := func(what string, p Person) {
		mu.Lock()
		defer mu.Unlock()
		tags := p.Tags.Or(nil)
		if len(tags) != 1 || tags[0] != "x" {
			t.Errorf("%s got the tags %q", what, tags)
		}
		tags[0] = "changed by " + what
		seen++
	}
	event := func(what string) func(noex.Event[Person]) {
		return func(e noex.Event[Person]) {
			if e.Type != noex.Inserted {
				take(what+" (old)", e.Old)
			}
			if e.Type != noex.Deleted {
				take(what, e.New)
			}
		}
	}
	untyped := func(what string) func(noex.AnyEvent) {
		return func(e noex.AnyEvent) {
			if p, ok := e.Old.(Person); ok {
				take(what+" (old)", p)
			}
			if p, ok := e.New.(Person); ok {
				take(what, p)
			}
		}
	}
	s.People.On(event("a handler"))
	s.People.On(event("another handler"))
	must(s.On("bucket.*.*", untyped("a handler of all buckets")))
	must(s.On("bucket.people.*", untyped("a handler by pattern")))
	must(noex.Bridge(s, &receiver{emit: func(_ string, e noex.AnyEvent) error { untyped("a receiver")(e); return nil }}, noex.BridgeOptions{}))
	early := s.People.Watch(context.Background())
	live := must(Live(s, func(v *View) ([]Person, error) {
		people := all(v.People.Reader)
		for _, p := range people {
			take("a live query", p)
		}
		return nil, nil
	}))
	defer live.Stop()

	take("the caller of Insert", must(s.People.Insert(PersonInput{ID: noex.Some("p"), Name: "P", Tags: noex.Some([]string{"x"})})))
	take("the caller of Update", must(s.People.Update("p", PersonPatch{Name: noex.Some("Q")})))
	take("the caller of Modify", must(s.People.Modify("p", func(p *Person) error { take("Modify", *p); p.Tags = noex.Some([]string{"x"}); return nil })))
	noErr(t, s.Tx(func(tx *Tx) error {
		for range 2 {
			p, _ := tx.People.Get("p")
			take("a transaction", p)
		}
		take("an update in a transaction", must(tx.People.Update("p", PersonPatch{Name: noex.Some("R")})))
		for _, p := range tx.People.Where().All() {
			take("a query in a transaction", p)
		}
		return nil
	}))
	noErr(t, s.View(func(v *View) error {
		for range 2 {
			for p := range v.People.Where(PersonFields.Name.Eq("R")).Iter() {
				take("a view", p)
			}
		}
		return nil
	}))
	for e := range s.People.Watch(context.Background(), noex.WithSnapshot()) {
		event("a watcher with a snapshot")(e)
		break
	}
	events := 0
	for e := range early {
		event("a watcher")(e)
		if events++; events == 4 {
			break
		}
	}
	settle(t, s)
	p, _ := s.People.Get("p")
	take("Get", p)
	if seen < 50 {
		t.Errorf("only %d records were seen", seen)
	}
}
