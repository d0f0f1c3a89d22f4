package file

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
)

// Saves of two buckets go on while the journal is merged behind them, and is
// merged again.
func TestMergeWhileSavesGoOn(t *testing.T) {
	dir := t.TempDir()
	h := newHistory(1, vfs.OS{})
	h.a = newAdapter(vfs.OS{}, dir)
	h.a.limits = small
	merges := 0
	h.a.merging.start = func(work func()) { merges++; go work() }
	for i, key := range buckets[:2] {
		h.maybe[key] = adaptertest.Sample(i, 10)
	}
	if err := h.store(t); err != nil {
		t.Fatal(err)
	}
	for range 300 {
		for _, key := range buckets[:2] {
			s := h.acked[key].Apply(h.changes(h.acked[key]))
			s.Metadata.SchemaVersion++
			h.maybe[key] = s
		}
		if err := h.store(t); err != nil {
			t.Fatal(err)
		}
		if err := h.load(t, buckets[h.n%2]); err != nil {
			t.Fatal(err)
		}
	}
	if merges < 2 {
		t.Errorf("%d merges", merges)
	}
	if err := h.a.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasPrefix(name.Name(), segmentPrefix) {
			t.Errorf("%s is left after Close", name.Name())
		}
	}
	for _, key := range buckets[:2] {
		if err := h.load(t, key); err != nil {
			t.Error(err)
		}
	}
}

// Close writes the buckets that changed, and no other file.
func TestCloseLeavesUnchangedFilesAlone(t *testing.T) {
	dir := t.TempDir()
	a := New(dir)
	for i, key := range buckets[:2] {
		if err := a.Save(t.Context(), key, adaptertest.Sample(i, 5).Persisted()); err != nil {
			t.Fatal(err)
		}
	}
	stat := func(name string) os.FileInfo {
		info, err := os.Stat(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return info
	}
	users, orders := stat("shop_bucket_users.json"), stat("shop_bucket_orders.json")
	list := []adaptertest.Change{{Type: noex.Inserted, Key: `"new"`, Value: `{"id":"new"}`}}
	err := a.SaveChanges(t.Context(), []noex.BucketChanges{{Key: buckets[0], Changes: adaptertest.Changes(list, nil)}})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if os.SameFile(users, stat("shop_bucket_users.json")) || !os.SameFile(orders, stat("shop_bucket_orders.json")) {
		t.Error("want the changed bucket in a new file, and the other one in the old")
	}
	data, err := os.ReadFile(filepath.Join(dir, "shop_bucket_users.json"))
	if err != nil || !strings.Contains(string(data), `["new",{"id":"new"}]`) {
		t.Errorf("%s, %v", data, err)
	}
}
