package file_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/file"
)

// TestReaderChecksEveryFile damages one file after the other, beside an owner
// that has not merged its journal.
func TestReaderChecksEveryFile(t *testing.T) {
	dir := t.TempDir()
	owner := file.New(dir)
	const key = "s:bucket:a"
	for n := range 2 { // the second leaves a .prev
		if err := owner.Save(t.Context(), key, numbered(n+3)); err != nil {
			t.Fatal(err)
		}
	}
	long := `{"id":"` + strings.Repeat("x", 100<<10) + `"}`
	for range 2 { // the second begins another segment
		changes := func(yield func(noex.PersistedChange, error) bool) {
			yield(noex.PersistedChange{Type: noex.Inserted, Key: []byte(`"n"`), Value: []byte(long)}, nil)
		}
		err := owner.SaveChanges(t.Context(), []noex.BucketChanges{{Key: key, Changes: changes, Metadata: noex.Metadata{ServerID: "s"}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range map[string]string{
		"s_bucket_a.json.new-0123456789abcdef":            "half",
		"s_bucket_a.json.corrupt-20240131T000000Z-1":      "hello",
		"s_bucket_a.json.corrupt-20240131T000000Z-1.prev": "hello",
		"notes.txt": "mine",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() { owner.Close() }) // it finds the damage, too
	r, err := file.OpenReadOnly(dir)
	if err != nil {
		t.Fatal(err)
	}
	check := func() (checked, damaged []string) {
		for name := range listing(t, dir) {
			ok, err := r.Check(t.Context(), name)
			if ok {
				checked = append(checked, name)
			}
			if corrupt := new(noex.CorruptError); errors.As(err, &corrupt) && corrupt.Path == filepath.Join(dir, name) {
				damaged = append(damaged, name)
			} else if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		return checked, damaged
	}
	want := []string{"JOURNAL.000000000001", "JOURNAL.000000000002", "s_bucket_a.json", "s_bucket_a.json.prev"}
	checked, damaged := check()
	if diff := cmp.Diff(want, slices.Sorted(slices.Values(checked))); diff != "" || len(damaged) > 0 {
		t.Errorf("checked: %s\ndamaged: %q", diff, damaged)
	}
	for _, name := range want {
		path := filepath.Join(dir, name)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		broken := strings.Replace(string(data), `"id"`, `"di"`, 1)
		if err := os.WriteFile(path, []byte(broken), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, damaged := check(); len(damaged) != 1 || damaged[0] != name {
			t.Errorf("with %s changed, damaged are %q", name, damaged)
		}
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := r.Check(t.Context(), "t_bucket_b.json"); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
}
