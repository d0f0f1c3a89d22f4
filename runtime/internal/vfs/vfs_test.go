package vfs_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/runtime/internal/vfs"
	"github.com/noexgen/noexgen/runtime/internal/vfs/faultfs"
)

func TestLockNamesItsHolder(t *testing.T) {
	name := filepath.Join(t.TempDir(), "LOCK")
	first, err := vfs.OS{}.Lock(name)
	if err != nil {
		t.Fatal(err)
	}
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	_, err = vfs.OS{}.Lock(name)
	held, ok := errors.AsType[*vfs.HeldError](err)
	if !ok {
		t.Fatalf("second Lock: %v, want a *HeldError", err)
	}
	if diff := cmp.Diff(&vfs.HeldError{PID: os.Getpid(), Host: host}, held); diff != "" {
		t.Errorf("holder (-want +got):\n%s", diff)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(name); len(text) != 0 || err != nil {
		t.Errorf("the lock that was given back names %q, %v", text, err)
	}
	again, err := vfs.OS{}.Lock(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestMkdirAll(t *testing.T) {
	dir := t.TempDir()
	for range 2 {
		if err := (vfs.OS{}).MkdirAll(filepath.Join(dir, "a", "b", "c"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	name := filepath.Join(dir, "file")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{name, filepath.Join(name, "below")} {
		if err := (vfs.OS{}).MkdirAll(path, 0o700); !errors.Is(err, syscall.ENOTDIR) {
			t.Errorf("MkdirAll(%s): %v, want ENOTDIR", path, err)
		}
	}
}

func TestFaultFSFailsTheOperationAskedFor(t *testing.T) {
	run := func(fsys vfs.FS) (errs []string) {
		name := filepath.Join(t.TempDir(), "f")
		f, err := fsys.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		errs = append(errs, fmt.Sprint(err))
		if err != nil {
			return errs
		}
		_, err = f.Write([]byte("1234"))
		errs = append(errs, fmt.Sprint(err != nil), fmt.Sprint(f.Sync() != nil))
		size, _ := f.Size()
		return append(errs, fmt.Sprint(size), fmt.Sprint(f.Close() != nil))
	}
	for name, test := range map[string]struct {
		fsys *faultfs.FS
		want []string
	}{
		"none":      {faultfs.New(vfs.OS{}, 9, syscall.EIO), []string{"<nil>", "false", "false", "4", "false"}},
		"write":     {faultfs.New(vfs.OS{}, 2, syscall.EIO), []string{"<nil>", "true", "false", "2", "false"}},
		"sync once": {faultfs.New(vfs.OS{}, 3, syscall.EIO), []string{"<nil>", "false", "true", "4", "false"}},
		"dead":      {faultfs.Dead(vfs.OS{}, 2, syscall.EIO), []string{"<nil>", "true", "true", "0", "true"}},
	} {
		if diff := cmp.Diff(test.want, run(test.fsys)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if failed := test.fsys.Failed(); failed != (name != "none") {
			t.Errorf("%s: Failed is %v", name, failed)
		}
	}
}
