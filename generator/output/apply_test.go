package output_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/noexgen/noexgen/generator/output"
	"github.com/noexgen/noexgen/generator/output/outputtest"
)

func TestApplyStagesEverythingFirstAndRemovesLast(t *testing.T) {
	fsys := outputtest.New(map[string]string{
		"keep_noex.go": ours("k"), "old_noex.go": ours("o"), "stale_noex.go": ours("1"), "Cased_noex.go": ours("c"), "mine.go": "package store\n",
	})
	plan, err := output.New(fsys, ".", generated(map[string]string{
		"keep_noex.go": ours("k"), "new_noex.go": ours("n"), "stale_noex.go": ours("2"), "cased_noex.go": ours("c"),
	}))
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Apply(fsys); err != nil {
		t.Fatal(err)
	}
	log := []string{
		"stage cased_noex.go", "stage new_noex.go", "stage stale_noex.go",
		"remove Cased_noex.go", // on some systems the same file as the new one
		"commit cased_noex.go", "commit new_noex.go", "commit stale_noex.go",
		"remove old_noex.go",
	}
	if diff := cmp.Diff(log, fsys.Log); diff != "" {
		t.Error(diff)
	}
	files := map[string]string{
		"keep_noex.go": ours("k"), "new_noex.go": ours("n"), "stale_noex.go": ours("2"), "cased_noex.go": ours("c"), "mine.go": "package store\n",
	}
	if diff := cmp.Diff(files, fsys.Texts()); diff != "" {
		t.Error(diff)
	}
}

func TestFailureWhileStagingChangesNothing(t *testing.T) {
	full := errors.New("no space left on device")
	fsys := outputtest.New(map[string]string{"a_noex.go": ours("1"), "z_noex.go": ours("z")})
	before := fsys.Texts()
	plan, err := output.New(fsys, ".", generated(map[string]string{"a_noex.go": ours("2"), "b_noex.go": ours("b")}))
	if err != nil {
		t.Fatal(err)
	}
	fsys.Fail = func(call string) error {
		if call == "stage b_noex.go" {
			return full
		}
		return nil
	}
	if err := plan.Apply(fsys); !errors.Is(err, full) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(before, fsys.Texts()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"stage a_noex.go", "discard a_noex.go"}, fsys.Log); diff != "" {
		t.Error(diff)
	}
}

func TestFailureWhileCommittingKeepsStaleFiles(t *testing.T) {
	fsys := outputtest.New(map[string]string{"z_noex.go": ours("z")})
	plan, err := output.New(fsys, ".", generated(map[string]string{"a_noex.go": ours("a"), "b_noex.go": ours("b")}))
	if err != nil {
		t.Fatal(err)
	}
	broken := errors.New("permission denied")
	fsys.Fail = func(call string) error {
		if call == "commit a_noex.go" {
			return broken
		}
		return nil
	}
	if err := plan.Apply(fsys); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(map[string]string{"z_noex.go": ours("z")}, fsys.Texts()); diff != "" {
		t.Error(diff)
	}
}

// onDisk plans and applies files in dir on the real file system.
func onDisk(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	plan, err := output.New(output.OS{}, dir, generated(files))
	if err != nil {
		t.Fatal(err)
	}
	if err := plan.Apply(output.OS{}); err != nil {
		t.Fatal(err)
	}
}

func listing(t *testing.T, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	files := make(map[string]string)
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = string(data)
	}
	return files
}

func TestOnDiskUnchangedFilesKeepTheirTime(t *testing.T) {
	dir := t.TempDir()
	onDisk(t, dir, map[string]string{"a_noex.go": ours("a"), "b_noex.go": ours("b"), "c_noex.go": ours("c")})
	long := strings.Repeat("// a long file\n", 1000)
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	for _, name := range []string{"a_noex.go", "b_noex.go"} {
		if err := os.Chtimes(filepath.Join(dir, name), old, old); err != nil {
			t.Fatal(err)
		}
	}
	onDisk(t, dir, map[string]string{"a_noex.go": ours("a"), "b_noex.go": ours(long)})
	if diff := cmp.Diff(map[string]string{"a_noex.go": ours("a"), "b_noex.go": ours(long)}, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
	for name, touched := range map[string]bool{"a_noex.go": false, "b_noex.go": true} {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := !info.ModTime().Equal(old); got != touched {
			t.Errorf("%s: touched %t, want %t", name, got, touched)
		}
	}
	plan, err := output.New(output.OS{}, dir, generated(map[string]string{"a_noex.go": ours("a"), "b_noex.go": ours(long)}))
	if err != nil || len(plan.Pending()) > 0 {
		t.Errorf("a second run has to do %v, %v", plan.Pending(), err)
	}
}

func TestOnDiskPermissionsAndLinksStay(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs Unix permissions and links")
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	target := filepath.Join(elsewhere, "real.go")
	if err := os.WriteFile(target, []byte(ours("1")), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "noex.go")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	onDisk(t, dir, map[string]string{"noex.go": ours("2")})
	if to, err := os.Readlink(link); err != nil || to != target {
		t.Errorf("the link is gone: %q, %v", to, err)
	}
	if diff := cmp.Diff(map[string]string{"real.go": ours("2")}, listing(t, elsewhere)); diff != "" {
		t.Error(diff)
	}
	if info, err := os.Stat(target); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("permissions are %v, %v", info.Mode(), err)
	}
}

func TestOnDiskNothingIsLeftOfAStageThatFailed(t *testing.T) {
	dir := t.TempDir()
	plan := output.Plan{
		{Path: filepath.Join(dir, "a_noex.go"), Action: output.Create, New: []byte(ours("a"))},
		{Path: filepath.Join(dir, "none", "b_noex.go"), Action: output.Create, New: []byte(ours("b"))},
	}
	if err := plan.Apply(output.OS{}); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff(map[string]string{}, listing(t, dir)); diff != "" {
		t.Error(diff)
	}
}
