package file

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/internal/vfs"
	"github.com/noexgen/noexgen/runtime/internal/vfs/crashfs"
)

// running returns the files of a directory that was not closed, and what is in
// it: two buckets in the journal, one not.
func running(t testing.TB) (map[string][]byte, states) {
	t.Helper()
	fsys := crashfs.New()
	h := newHistory(7, fsys)
	for i, key := range buckets {
		h.maybe[key] = adaptertest.Sample(i, 2)
	}
	if err := h.store(t); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		for _, key := range buckets[:2] {
			s := h.acked[key].Apply(h.changes(h.acked[key]))
			s.Metadata.SchemaVersion += i
			h.maybe[key] = s
		}
		if err := h.store(t); err != nil {
			t.Fatal(err)
		}
	}
	return readAll(t, fsys), h.acked
}

func readAll(t testing.TB, fsys vfs.FS) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	names, err := fsys.ReadDir("dir")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		f, err := fsys.OpenFile(filepath.Join("dir", name), os.O_RDONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if files[name], err = io.ReadAll(f); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return files
}

// plant returns a file system with these files, on the disk.
func plant(t testing.TB, files map[string][]byte) *crashfs.FS {
	t.Helper()
	fsys := crashfs.New()
	for name, data := range files {
		err := create(fsys, filepath.Join("dir", name), func(f vfs.File) error {
			_, err := f.Write(data)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := fsys.SyncDir("dir"); err != nil {
		t.Fatal(err)
	}
	return fsys
}

// wantAll loads every bucket: it is what it should be, or damaged.
func wantAll(t *testing.T, a *Adapter, want states, what string) (damaged []string) {
	t.Helper()
	for _, key := range buckets {
		p, ok, err := a.Load(t.Context(), key)
		var s adaptertest.State
		if err == nil {
			s, err = read(p, ok)
		}
		switch {
		case errors.Is(err, noex.ErrCorrupt):
			damaged = append(damaged, key)
		case err != nil && !errors.Is(err, errNewerJournal):
			t.Fatalf("%s: %v", what, err)
		case err == nil && (!ok || !equal(s, want[key])):
			t.Fatalf("%s: damage of %s is not detected: %s, %d records", what, key, s.Metadata.ServerID, len(s.Records))
		}
	}
	return damaged
}

// Each bit of each file of a directory that was not closed flips, and each file
// ends at each byte: that is detected, or what is loaded is what was saved.
func TestEveryDamageOfARunningDirectoryIsDetected(t *testing.T) {
	t.Parallel()
	files, want := running(t)
	if n := len(files); n < 5 {
		t.Fatalf("%d files", n)
	}
	total, detected := 0, 0
	try := func(name, what string, data []byte) {
		changed := maps.Clone(files)
		changed[name] = data
		fsys := plant(t, changed)
		a := newAdapter(fsys, "dir")
		damaged := wantAll(t, a, want, what+" of "+name)
		total++
		if len(damaged) == 0 {
			return
		}
		detected++
		if after := readAll(t, fsys); !bytes.Equal(after[name], data) {
			t.Fatalf("%s of %s: it is not on the disk any more", what, name)
		}
		if total%16 == 0 {
			setAside(t, fsys, a, damaged[0], want, data)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		data := files[name]
		for i := range data {
			for bit := range 8 {
				flipped := bytes.Clone(data)
				flipped[i] ^= 1 << bit
				try(name, "a flip", flipped)
			}
			before := detected
			try(name, "a cut", data[:i])
			if strings.HasPrefix(name, segmentPrefix) && detected == before {
				t.Fatalf("a cut of %s at %d is not detected", name, i)
			}
		}
	}
	t.Logf("%d damages, %d detected, %d harmless", total, detected, total-detected)
}

// setAside sets a damaged bucket aside and saves it anew, as a store does. The
// damaged file stays, the bucket is what was saved last, and no other one
// becomes what it never was.
func setAside(t *testing.T, fsys *crashfs.FS, a *Adapter, key string, want states, evidence []byte) {
	t.Helper()
	if _, err := a.Quarantine(t.Context(), key); err != nil {
		t.Fatalf("Quarantine of %s: %v", key, err)
	}
	after := adaptertest.Sample(50, 5)
	if err := a.Save(t.Context(), key, after.Persisted()); err != nil {
		t.Fatal(err)
	}
	list := []adaptertest.Change{{Type: noex.Deleted, Key: after.Records[0].Key}}
	err := a.SaveChanges(t.Context(), []noex.BucketChanges{{Key: key, Changes: adaptertest.Changes(list, nil), Metadata: after.Metadata}})
	if err != nil {
		t.Fatal(err)
	}
	after = after.Apply(list)
	after.Counter = 0
	want = maps.Clone(want)
	want[key] = after
	for _, crash := range []crashfs.Crash{crashfs.Kill, crashfs.PowerCut} {
		fsys = fsys.Restart(rand.New(rand.NewPCG(1, 1)), crash)
		a = newAdapter(fsys, "dir")
		if slices.Contains(wantAll(t, a, want, "after Quarantine"), key) {
			t.Fatalf("%s is damaged again", key)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	for _, data := range readAll(t, fsys) {
		if bytes.Equal(data, evidence) {
			return
		}
	}
	t.Fatal("the evidence is gone")
}

// A crash or a fault at every operation while a bucket of a damaged directory
// is set aside and saved anew.
func TestQuarantineSurvivesEveryCrashAndFault(t *testing.T) {
	files, want := running(t)
	for _, damaged := range []string{"JOURNAL.000000000002", "shop_bucket_users.json"} {
		changed := maps.Clone(files)
		changed[damaged] = bytes.Clone(changed[damaged])
		changed[damaged][len(changed[damaged])/3] ^= 0x10
		key, fresh := buckets[0], adaptertest.Sample(60, 4)
		wanted := maps.Clone(want)
		wanted[key] = fresh
		for n := 1; ; n++ {
			fsys := plant(t, changed)
			a := newAdapter(fsys, "dir")
			if !slices.Contains(wantAll(t, a, want, damaged), key) {
				t.Fatalf("the damage of %s is not detected", damaged)
			}
			crashed := n%2 == 0
			if crashed {
				fsys.CrashAt(n / 2)
			} else {
				fsys.FailAt(n/2+1, os.ErrDeadlineExceeded)
			}
			_, err := a.Quarantine(t.Context(), key)
			if err == nil {
				err = a.Save(t.Context(), key, fresh.Persisted())
			}
			over := fsys.Ops() < n/2
			fsys.FailAt(0, nil)
			if crashed || err != nil {
				fsys = fsys.Restart(rand.New(rand.NewPCG(uint64(n), 1)), crashfs.Crash(n/2%2))
				a = newAdapter(fsys, "dir")
				p, ok, e := a.Load(t.Context(), key)
				if e == nil && ok {
					if s, e := read(p, ok); e != nil || !equal(s, fresh) {
						t.Fatalf("%s, operation %d: %v: a state of %d records is there that is not the last", damaged, n, e, len(s.Records))
					}
				} else if err == nil {
					t.Fatalf("%s, operation %d: what was saved is not there: %v, %v", damaged, n, ok, e)
				} else if errors.Is(e, noex.ErrCorrupt) {
					if _, err := a.Quarantine(t.Context(), key); err != nil {
						t.Fatal(err)
					}
				}
				if err := a.Save(t.Context(), key, fresh.Persisted()); err != nil {
					t.Fatal(err)
				}
			}
			if slices.Contains(wantAll(t, a, wanted, "at the end"), key) {
				t.Fatalf("%s is still damaged", key)
			}
			evidence := false
			for _, data := range readAll(t, fsys) {
				evidence = evidence || bytes.Equal(data, changed[damaged])
			}
			if !evidence {
				t.Fatalf("%s, operation %d: the evidence is gone", damaged, n)
			}
			if over {
				break
			}
		}
	}
}
