package generator_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/noexgen/noexgen/generator"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

// reports are what the runs of a Watch said.
type reports struct {
	mu   sync.Mutex
	list []string
}

func (r *reports) add(what string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = append(r.list, what)
}

// take returns what was said since the last call.
func (r *reports) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := r.list
	r.list = nil
	return list
}

// watched runs f beside a Watch of the directory store, with a clock that
// only moves when everybody waits.
func watched(t *testing.T, fsys *outputtest.FS, f func(*reports)) {
	synctest.Test(t, func(t *testing.T) {
		var said reports
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			opts := generator.Options{Paths: []string{"store/..."}, FS: fsys}
			done <- generator.Watch(ctx, opts, time.Second, func(r *generator.Result, err error) {
				what := "ok"
				if err != nil {
					what = err.Error()
				}
				for _, c := range r.Plan.Pending() {
					what += ", " + c.Action.String() + " " + strings.TrimPrefix(c.Path, "store/")
				}
				said.add(what)
			})
		}()
		synctest.Wait()
		f(&said)
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

func write(fsys *outputtest.FS, path, text string) {
	fsys.Change(func() { fsys.Files[path] = &fstest.MapFile{Data: []byte(text)} })
}

func remove(fsys *outputtest.FS, path string) {
	fsys.Change(func() { delete(fsys.Files, path) })
}

func expect(t *testing.T, said *reports, want ...string) {
	t.Helper()
	if got := said.take(); !slices.Equal(got, want) {
		t.Errorf("got reports %q, want %q", got, want)
	}
}

// pass lets d go by and waits until everybody waits again.
func pass(d time.Duration) {
	<-time.After(d)
	synctest.Wait()
}

func TestWatchGeneratesAgainWhenADefinitionHasChanged(t *testing.T) {
	fsys := outputtest.New(map[string]string{"store/noex.yaml": users})
	watched(t, fsys, func(said *reports) {
		expect(t, said, "ok, create noex.go, create users_noex.go")
		pass(10 * time.Second)
		expect(t, said)

		write(fsys, "store/cache.noex.yaml", cache)
		pass(2500 * time.Millisecond)
		expect(t, said, "ok, create cache_noex.go, update noex.go")

		remove(fsys, "store/cache.noex.yaml")
		pass(2500 * time.Millisecond)
		expect(t, said, "ok, remove cache_noex.go, update noex.go")
	})
}

func TestWatchWaitsUntilTheFileIsWhole(t *testing.T) {
	fsys := outputtest.New(map[string]string{"store/noex.yaml": users})
	watched(t, fsys, func(said *reports) {
		said.take()
		pass(500 * time.Millisecond) // between two looks
		for n := range 5 {           // an editor that saves in pieces
			write(fsys, "store/noex.yaml", users[:len(users)-20+4*n])
			pass(time.Second)
		}
		expect(t, said)
		write(fsys, "store/noex.yaml", users+"      name: { type: string }\n")
		pass(2 * time.Second)
		expect(t, said, "ok, update noex.go, update users_noex.go")
		write(fsys, "store/noex.yaml", "") // and takes it back at once
		write(fsys, "store/noex.yaml", users+"      name: { type: string }\n")
		pass(10 * time.Second)
		expect(t, said)
	})
}

func TestWatchSurvivesErrors(t *testing.T) {
	fsys := outputtest.New(map[string]string{"store/noex.yaml": "buckets: {}\n"})
	watched(t, fsys, func(said *reports) {
		expect(t, said, "the definition has errors")
		remove(fsys, "store/noex.yaml")
		write(fsys, "store/readme", "")
		pass(2500 * time.Millisecond)
		expect(t, said, "store/...: no directory below here has a noex.yaml or *.noex.yaml; noexgen init writes one")
		fsys.Change(func() { fsys.Fail = func(string) error { return errors.New("disk full") } })
		write(fsys, "store/noex.yaml", users)
		pass(2500 * time.Millisecond)
		expect(t, said, "disk full")
		fsys.Change(func() { fsys.Fail = nil })
		write(fsys, "store/noex.yaml", users+"\n")
		pass(2500 * time.Millisecond)
		expect(t, said, "ok, create noex.go, create users_noex.go")
	})
}

func TestWatchOfNothingIsMisuse(t *testing.T) {
	err := generator.Watch(t.Context(), generator.Options{Paths: []string{"nowhere"}, FS: outputtest.New(nil)}, 0, func(*generator.Result, error) {
		t.Error("a report")
	})
	if arg := new(generator.ArgumentError); !errors.As(err, &arg) {
		t.Errorf("got %v", err)
	}
}

// TestWatchReportsWhatItWroteWhenInterrupted ends a watch while its second run
// writes.
func TestWatchReportsWhatItWroteWhenInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fsys := outputtest.New(map[string]string{"store/noex.yaml": users})
		ctx, cancel := context.WithCancel(t.Context())
		var created []int
		err := generator.Watch(ctx, generator.Options{Paths: []string{"store"}, FS: fsys}, time.Second, func(r *generator.Result, err error) {
			if err != nil {
				t.Error(err)
			}
			created = append(created, len(r.Plan.Pending()))
			write(fsys, "store/more.noex.yaml", "buckets:\n  tags: { key: id, schema: { id: { type: string } } }\n")
			fsys.Change(func() { fsys.Fail = func(string) error { cancel(); return nil } })
		})
		if err != nil {
			t.Error(err)
		}
		if want := []int{2, 2}; !slices.Equal(created, want) {
			t.Errorf("reports of %v files, want %v", created, want)
		}
	})
}
