package sqlite_test

import (
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite", without C

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

// Another driver's handle keeps every promise, too.
func TestAnotherDriver(t *testing.T) {
	adaptertest.Run(t, func(t *testing.T) func() noex.StorageAdapter {
		db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "store.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { db.Close() })
		a, err := sqlite.New(db)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range map[string]string{"journal_mode": "wal"} {
			if got := pragma(t, db, name); got != want {
				t.Errorf("%s is %s, want %s", name, got, want)
			}
		}
		return func() noex.StorageAdapter { return a }
	})
}

func TestBackup(t *testing.T) {
	dir := t.TempDir()
	a := open(t, filepath.Join(dir, "store.db"))
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 300).Persisted()); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "backup.db")
	if err := a.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := a.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("Backup over a file: %v", err)
	}
	if err := a.Save(t.Context(), key, adaptertest.Sample(2, 3).Persisted()); err != nil {
		t.Fatal(err)
	}
	b := open(t, path)
	p, ok, err := b.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	s, err := adaptertest.ReadState(p)
	if err != nil || len(s.Records) != 300 || s.Counter != adaptertest.Sample(1, 300).Counter {
		t.Errorf("the backup has %d records, %v", len(s.Records), err)
	}
}
