package conformance

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	noex "github.com/noexgen/noexgen/runtime"
)

func TestMain(m *testing.M) {
	// Rapid's default is 100 checks; a flag on the command line comes after this.
	if err := flag.Set("rapid.checks", "200"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

// open opens a store that is closed when the test ends, after what the test
// itself does about it.
func open(t testing.TB, cfg noex.Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// reopen closes s and opens another store with the same configuration.
func reopen(t testing.TB, s *Store, cfg noex.Config) *Store {
	t.Helper()
	noErr(t, s.Close())
	return open(t, cfg)
}

func on(a noex.StorageAdapter) noex.Config {
	return noex.Config{Persistence: noex.PersistenceConfig{Adapter: a}}
}

func noErr(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// insert adds a record that has to be accepted.
func insert[I, R any](t testing.TB, b interface{ Insert(I) (R, error) }, in I) R {
	t.Helper()
	r, err := b.Insert(in)
	noErr(t, err)
	return r
}

// update changes a record by a patch that has to be accepted.
func update[K, P, R any](t testing.TB, b interface{ Update(K, P) (R, error) }, key K, p P) R {
	t.Helper()
	r, err := b.Update(key, p)
	noErr(t, err)
	return r
}

// get returns a record that has to be there.
func get[K, R any](t testing.TB, b interface{ Get(K) (R, bool) }, key K) R {
	t.Helper()
	r, ok := b.Get(key)
	if !ok {
		t.Fatalf("no record %v", key)
	}
	return r
}

// gone checks that no record has a key.
func gone[K, R any](t testing.TB, b interface{ Get(K) (R, bool) }, key K) {
	t.Helper()
	if r, ok := b.Get(key); ok {
		t.Fatalf("found record %v, which should not be there: %+v", key, r)
	}
}

// equal compares everything, unexported state of the runtime's types included.
func equal[T any](t testing.TB, got, want T) {
	t.Helper()
	if d := diff(got, want); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
}

func diff[T any](got, want T, opts ...cmp.Option) string {
	return cmp.Diff(want, got, append(opts, cmp.Exporter(func(t reflect.Type) bool {
		return strings.HasPrefix(t.PkgPath(), "github.com/noexgen/noexgen/runtime")
	}))...)
}

// failsAs checks the type of an error and returns it.
func failsAs[E error](t testing.TB, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got the error %v (%T), want a %T", err, err, e)
	}
	return e
}

func failsWith(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got the error %v, want %v", err, want)
	}
}

// hasIssues checks that err is a ValidationError with exactly the issues given,
// as "field code", in that order.
func hasIssues(t testing.TB, err error, want ...string) {
	t.Helper()
	var got []string
	for _, is := range failsAs[*noex.ValidationError](t, err).Issues {
		got = append(got, is.Field+" "+is.Code)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Fatalf("issues (-want +got):\n%s", d)
	}
}

// each lists what one string says of each record.
func each[R any](recs []R, say func(R) string) string {
	var parts []string
	for _, r := range recs {
		parts = append(parts, say(r))
	}
	return strings.Join(parts, " ")
}

// settle waits until every handler has seen everything.
func settle(t testing.TB, s *Store) {
	t.Helper()
	noErr(t, s.Settle(context.Background()))
}

// recorder keeps the events that a handler gets.
type recorder[R any] struct {
	mu     sync.Mutex
	events []noex.Event[R]
}

func (r *recorder[R]) add(e noex.Event[R]) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
}

func (r *recorder[R]) take() []noex.Event[R] {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// topics lists the events taken as "type key", with the reason if it is not
// the usual one.
func (r *recorder[R]) topics() string { return each(r.take(), topic) }

func topic[R any](e noex.Event[R]) string {
	switch {
	case e.Type == noex.Lagged:
		return fmt.Sprintf("lagged %d-%d", e.From, e.To)
	case e.Reason != noex.ReasonExplicit:
		return fmt.Sprintf("%v(%v) %v", e.Type, e.Reason, e.Key)
	default:
		return fmt.Sprintf("%v %v", e.Type, e.Key)
	}
}

// record follows the changes of a bucket.
func record[R any](b interface {
	On(func(noex.Event[R]), ...noex.EventType) func()
}, types ...noex.EventType) (rec *recorder[R], stop func()) {
	rec = new(recorder[R])
	return rec, b.On(rec.add, types...)
}

// recordAny follows the changes that match a pattern.
func recordAny(t testing.TB, s *Store, pattern string) (rec *recorder[any], stop func()) {
	t.Helper()
	rec = new(recorder[any])
	stop, err := s.On(pattern, rec.add)
	noErr(t, err)
	return rec, stop
}
