package file

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
	"github.com/noexgen/noexgen/runtime/internal/vfs/faultfs"
)

const key = "shop:bucket:users"

func mustLoad(t *testing.T, a *Adapter) adaptertest.State {
	t.Helper()
	p, ok, err := a.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatalf("Load: %v, %v", ok, err)
	}
	s, err := adaptertest.ReadState(p)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func mustSave(t *testing.T, a *Adapter, s adaptertest.State) {
	t.Helper()
	if err := a.Save(t.Context(), key, s.Persisted()); err != nil {
		t.Fatalf("Save: %v", err)
	}
}

// Whatever operation of a Save fails, once or from then on: the error is
// reported, the state before or the new one is there, nothing is left lying
// about after the next open, and the next Save works.
func TestSaveSurvivesEveryFault(t *testing.T) {
	old, other, big := adaptertest.Sample(1, 3), adaptertest.Sample(2, 3), adaptertest.Sample(3, 6)
	for i := range big.Records { // more than fits into the buffer
		big.Records[i].Value = `{"text":"` + strings.Repeat("x", bufferSize/5) + `"}`
	}
	for _, dead := range []bool{false, true} {
		for _, fault := range []error{syscall.EIO, syscall.ENOSPC, syscall.EMFILE} {
			n := 0
			for failed := true; failed; {
				n++
				dir := t.TempDir()
				a := New(dir)
				mustSave(t, a, other)
				mustSave(t, a, old)
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}

				fsys := faultfs.New(vfs.OS{}, n, fault)
				if dead {
					fsys = faultfs.Dead(vfs.OS{}, n, fault)
				}
				a = newAdapter(fsys, dir)
				err := a.Save(t.Context(), key, big.Persisted())
				a.Close()
				failed = fsys.Failed()
				trace := strings.Join(fsys.Trace(), "\n")
				if failed && err != nil && !errors.Is(err, fault) {
					t.Fatalf("operation %d: Save: %v, want %v\n%s", n, err, fault, trace)
				}
				if !failed && err != nil {
					t.Fatalf("Save: %v", err)
				}

				a = New(dir)
				got := mustLoad(t, a)
				switch {
				case cmp.Equal(got, big):
				case err == nil:
					t.Fatalf("operation %d: Save said nothing and the new state is not there\n%s", n, trace)
				case !cmp.Equal(got, old):
					t.Fatalf("operation %d: neither the old nor the new state is there\n%s", n, trace)
				}
				names, e := os.ReadDir(dir)
				if e != nil {
					t.Fatal(e)
				}
				for _, name := range names {
					if !slices.Contains([]string{"LOCK", "shop_bucket_users.json", "shop_bucket_users.json.prev"}, name.Name()) {
						t.Errorf("operation %d: %s is left\n%s", n, name.Name(), trace)
					}
				}
				mustSave(t, a, other)
				if diff := cmp.Diff(other, mustLoad(t, a)); diff != "" {
					t.Fatalf("operation %d: state after the next Save (-want +got):\n%s", n, diff)
				}
				if err := a.Close(); err != nil {
					t.Fatal(err)
				}
			}
			if n < 12 {
				t.Errorf("only %d operations", n)
			}
		}
	}
}

// A Load that fails says so; it never reports that there is nothing.
func TestLoadReportsEveryFault(t *testing.T) {
	dir := t.TempDir()
	a := New(dir)
	mustSave(t, a, adaptertest.Sample(1, 3))
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		fsys := faultfs.New(vfs.OS{}, n, syscall.EMFILE)
		a := newAdapter(fsys, dir)
		p, ok, err := a.Load(t.Context(), key)
		failed := fsys.Failed()
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
		switch {
		case err != nil && !errors.Is(err, syscall.EMFILE):
			t.Fatalf("operation %d: %v", n, err)
		case err == nil && !ok:
			t.Fatalf("operation %d: the state is lost\n%s", n, strings.Join(fsys.Trace(), "\n"))
		case err == nil:
			if s, err := adaptertest.ReadState(p); err != nil || !cmp.Equal(s, adaptertest.Sample(1, 3)) {
				t.Fatalf("operation %d: %v, %v", n, s, err)
			}
		}
		if !failed {
			return
		}
	}
}

func TestQuarantineAndDeleteSurviveEveryFault(t *testing.T) {
	for name, op := range map[string]func(*Adapter) error{
		"Quarantine": func(a *Adapter) error { _, err := a.Quarantine(t.Context(), key); return err },
		"Delete":     func(a *Adapter) error { return a.Delete(t.Context(), key) },
	} {
		for n, failed := 1, true; failed; n++ {
			dir := t.TempDir()
			a := New(dir)
			mustSave(t, a, adaptertest.Sample(1, 3))
			mustSave(t, a, adaptertest.Sample(2, 3))
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
			fsys := faultfs.New(vfs.OS{}, n, syscall.EIO)
			a = newAdapter(fsys, dir)
			err := op(a)
			a.Close()
			failed = fsys.Failed()
			a = New(dir)
			p, ok, e := a.Load(t.Context(), key)
			if e != nil || err == nil && ok {
				t.Fatalf("%s, operation %d: %v; then Load: %v, %v", name, n, err, ok, e)
			}
			if ok {
				if s, err := adaptertest.ReadState(p); err != nil || !cmp.Equal(s, adaptertest.Sample(2, 3)) {
					t.Fatalf("%s, operation %d: %v, %v", name, n, s, err)
				}
				if err := op(a); err != nil {
					t.Fatalf("%s again: %v", name, err)
				}
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// noLinks is a file system without hard links.
type noLinks struct{ vfs.OS }

func (noLinks) Link(string, string) error { return &os.LinkError{Op: "link", Err: syscall.EPERM} }

func TestSaveWithoutLinks(t *testing.T) {
	dir := t.TempDir()
	a := newAdapter(noLinks{}, dir)
	for i := range 3 {
		mustSave(t, a, adaptertest.Sample(i, 3))
	}
	if diff := cmp.Diff(adaptertest.Sample(2, 3), mustLoad(t, a)); diff != "" {
		t.Error(diff)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "shop_bucket_users.json.prev")); err == nil {
		t.Error("a previous state is kept without links")
	}
}

var _ interface {
	noex.StorageAdapter
	noex.Quarantiner
	noex.Lister
	noex.Deleter
	io.Closer
} = (*Adapter)(nil)
