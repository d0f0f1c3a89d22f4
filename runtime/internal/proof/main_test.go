package proof

import (
	"context"
	"errors"
	"flag"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	noex "github.com/noexgen/noexgen/runtime"
)

var (
	histories = flag.Int("histories", 500, "how many concurrent histories to check")
	streams   = flag.Int("streams", 500, "how many watch streams to check")
)

// checks is how many histories the state machine tries unless -rapid.checks
// says so.
var checks = map[bool]string{false: "2000", true: "300"}

func TestMain(m *testing.M) {
	// Histories that are short and many find more than a few long ones.
	for name, value := range map[string]string{"rapid.checks": checks[raceEnabled], "rapid.steps": "15"} {
		if err := flag.Set(name, value); err != nil {
			panic(err)
		}
	}
	flag.Parse() // which overrules it
	goleak.VerifyTestMain(m)
}

// open opens a store that is closed when the test ends.
func open(t testing.TB, cfg noex.Config) *Store {
	t.Helper()
	s, err := Open(context.Background(), cfg)
	noErr(t, err)
	t.Cleanup(func() { noErr(t, s.Close()) })
	return s
}

func noErr(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// must is for writes that have to be accepted.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// diff compares everything, unexported state of the runtime's types included.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.Exporter(exported))
}

func exported(t reflect.Type) bool {
	return strings.HasPrefix(t.PkgPath(), "github.com/noexgen/noexgen/runtime")
}

func equal[T any](t testing.TB, got, want T) {
	t.Helper()
	if d := diff(want, got); d != "" {
		t.Fatalf("(-want +got):\n%s", d)
	}
}

func fails(t testing.TB, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("got the error %v, want %v", err, want)
	}
}

func failsAs[E error](t testing.TB, err error) E {
	t.Helper()
	e, ok := errors.AsType[E](err)
	if !ok {
		t.Fatalf("got the error %v (%T), want a %T", err, err, e)
	}
	return e
}

// settle waits until every handler and live query has seen everything; one that
// never does is a failure and not a hanging test.
func settle(t testing.TB, s *Store) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	noErr(t, s.Settle(ctx))
}

// within fails the test if fn does not return soon.
func within(t testing.TB, what string, fn func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		fn()
	}()
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		t.Fatalf("%s hangs", what)
	}
}

// all returns the records of a bucket in its order.
func all[K noex.Key, R any](r noex.Reader[K, R]) []R { return slices.Collect(r.All()) }

// kind names what an error says, for comparison with a model.
func kind(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, noex.ErrNotFound):
		return "not found"
	case errors.Is(err, noex.ErrConflict):
		return "conflict"
	case errors.Is(err, noex.ErrClosed):
		return "closed"
	case errors.Is(err, noex.ErrTxDone):
		return "ended"
	case errors.Is(err, errOwn):
		return "own"
	}
	switch err.(type) {
	case *noex.ValidationError:
		return "invalid"
	case *noex.DuplicateKeyError:
		return "duplicate"
	case *noex.UniqueError:
		return "unique"
	}
	return err.Error()
}

// errOwn is what functions of tests return.
var errOwn = errors.New("the test's own error")
