package file_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
)

const holdDir = "NOEX_TEST_HOLD_DIR"

// TestMain makes of the test binary a process that holds a directory until its
// standard input ends.
func TestMain(m *testing.M) {
	dir := os.Getenv(holdDir)
	if dir == "" {
		os.Exit(m.Run())
	}
	_, _, err := file.New(dir).Load(context.Background(), "a:bucket:b")
	fmt.Println(err)
	io.Copy(io.Discard, os.Stdin)
}

func wantLocked(t *testing.T, a *file.Adapter, dir string, pid int) {
	t.Helper()
	_, _, err := a.Load(t.Context(), "a:bucket:b")
	locked, ok := errors.AsType[*noex.LockedError](err)
	if !ok || !errors.Is(err, noex.ErrLocked) || locked.PID != pid || locked.Path != dir {
		t.Fatalf("Load: %v; want a *noex.LockedError of %s with process %d", err, dir, pid)
	}
}

func TestSecondProcessIsRefused(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), holdDir+"="+dir)
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "<nil>\n" {
		t.Fatalf("the holder says %q, %v", line, err)
	}
	a := newAdapter(t, dir)
	wantLocked(t, a, dir, cmd.Process.Pid)

	// It is killed, and does not give the lock back by itself.
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	cmd.Wait()
	in.Close()
	if _, ok, err := a.Load(t.Context(), "a:bucket:b"); ok || err != nil {
		t.Errorf("Load after the holder's death: %v, %v", ok, err)
	}
}

func TestSecondAdapterIsRefused(t *testing.T) {
	dir := t.TempDir()
	first, second := newAdapter(t, dir), newAdapter(t, dir)
	state := adaptertest.Sample(1, 3)
	if err := first.Save(t.Context(), "a:bucket:b", state.Persisted()); err != nil {
		t.Fatal(err)
	}
	wantLocked(t, second, dir, os.Getpid())
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if got := load(t, second, "a:bucket:b"); len(got.Records) != 3 {
		t.Errorf("got %d records", len(got.Records))
	}
	wantLocked(t, first, dir, os.Getpid())
}

func TestFilesAreForTheirOwner(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a", "b")
	a := newAdapter(t, dir)
	if _, err := os.Stat(dir); err == nil {
		t.Error("New made the directory")
	}
	for i := range 2 {
		if err := a.Save(t.Context(), "a:bucket:b", adaptertest.Sample(i, 3).Persisted()); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]os.FileMode{
		"..":                   os.ModeDir | 0o700,
		".":                    os.ModeDir | 0o700,
		"LOCK":                 0o600,
		"a_bucket_b.json":      0o600,
		"a_bucket_b.json.prev": 0o600,
	} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode() != want {
			t.Errorf("%s: mode %v, want %v", name, info.Mode(), want)
		}
	}
}

// Only files that an interrupted save of ours has left are removed, and only by
// whoever has the lock.
func TestOpenRemovesOnlyItsOwnLeftovers(t *testing.T) {
	dir := t.TempDir()
	const left = "a_bucket_b.json.new-0123456789abcdef"
	keep := []string{
		"a_bucket_b.json.0123.tmp", "a_bucket_b.json.new-0123", "notes.json.new-0123456789abcdef",
		"a_bucket_b.json.corrupt-20260101T000000Z-1", "notes.txt", "a_bucket_b.json.prev",
	}
	first := newAdapter(t, dir)
	if _, err := first.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(keep, left) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	second := newAdapter(t, dir)
	wantLocked(t, second, dir, os.Getpid())
	if _, err := os.Stat(filepath.Join(dir, left)); err != nil {
		t.Errorf("removed without the lock: %v", err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if keys, err := second.Keys(t.Context()); len(keys) != 0 || err != nil {
		t.Errorf("keys %q, %v", keys, err)
	}
	for _, name := range keep {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
		t.Errorf("%s is left", left)
	}
}
