package sqlite_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

func TestDamagedRowIsReported(t *testing.T) {
	for name, test := range map[string]struct{ statement, want string }{
		"record changed":             {`UPDATE noex_records_1 SET record = replace(record, 'record 1', 'record X') WHERE pos = 2`, `bucket shop:bucket:users, table noex_records_1, key "k3"`},
		"key changed":                {`UPDATE noex_records_1 SET key = '"x"' WHERE pos = 3`, `table noex_records_1, key "x"`},
		"no JSON, crc given up":      {`UPDATE noex_records_1 SET record = '{"a":', crc = NULL WHERE pos = 1`, "invalid JSON at offset 5"},
		"a list, crc given up":       {`UPDATE noex_records_1 SET record = '[]', crc = NULL WHERE pos = 1`, "is not a JSON object"},
		"metadata":                   {`UPDATE noex_buckets SET metadata = 'x'`, "metadata"},
		"layout of a later time":     {`UPDATE noex_buckets SET layout = 2`, "layout 2"},
		"right, but changed by hand": {`UPDATE noex_records_1 SET record = '{"by":"hand"}', crc = NULL WHERE pos = 1`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "store.db")
			a := open(t, path)
			if err := a.Save(t.Context(), key, adaptertest.Sample(1, 3).Persisted()); err != nil {
				t.Fatal(err)
			}
			if _, err := openDB(t, path).Exec(test.statement); err != nil {
				t.Fatal(err)
			}
			p, ok, err := a.Load(t.Context(), key)
			if err == nil && ok {
				_, err = adaptertest.ReadState(p)
			}
			if test.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), test.want) || strings.Contains(name, "later") == errors.Is(err, noex.ErrCorrupt) {
				t.Errorf("Load: %v; want %q", err, test.want)
			}
		})
	}
}

// A row is found among others that are read with it; those before it are read,
// and what was changed by hand, with its crc given up, is taken.
func TestDamagedRowIsFoundAmongOthers(t *testing.T) {
	a, db := openBoth(t)
	const n = 3000
	sample := adaptertest.Sample(1, n)
	if err := a.Save(t.Context(), key, sample.Persisted()); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		`UPDATE noex_records_1 SET record = '{"by":"hand"}', crc = NULL WHERE pos IN (1, 500, 501)`,
		`DELETE FROM noex_records_1 WHERE pos BETWEEN 600 AND 1000 OR pos > 2000 AND pos % 100 > 0`,
		`UPDATE noex_records_1 SET record = replace(record, 'some', 'SOME') WHERE pos = 2500`,
	} {
		if _, err := db.Exec(statement); err != nil {
			t.Fatal(err)
		}
	}
	var want []adaptertest.Record
	for i, r := range sample.Records {
		switch pos := i + 1; {
		case pos == 1 || pos == 500 || pos == 501:
			want = append(want, adaptertest.Record{Key: r.Key, Value: `{"by":"hand"}`})
		case pos >= 600 && pos <= 1000 || pos > 2000 && pos%100 > 0 || pos >= 2500:
		default:
			want = append(want, r)
		}
	}
	p, ok, err := a.Load(t.Context(), key)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	var got []adaptertest.Record
	for r, e := range p.Records {
		if err = e; err == nil {
			got = append(got, adaptertest.Record{Key: string(r.Key), Value: string(r.Value)})
		}
	}
	if damaged := sample.Records[2499].Key; !errors.Is(err, noex.ErrCorrupt) || !strings.Contains(err.Error(), "key "+damaged+":") {
		t.Errorf("Load: %v; want key %s", err, damaged)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("records before it (-want +got):\n%s", diff)
	}
}

func openBoth(t *testing.T) (*sqlite.Adapter, *sql.DB) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "store.db")
	return open(t, path), openDB(t, path)
}

// openOne opens a database through a handle with one connection.
func openOne(t *testing.T) (*sqlite.Adapter, *sql.DB) {
	t.Helper()
	db := openDB(t, filepath.Join(t.TempDir(), "store.db"))
	db.SetMaxOpenConns(1)
	a, err := sqlite.New(db)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a, db
}

// A handle with one connection can be read and written at the same time: what is
// read was read before.
func TestOneConnectionCopiesABucket(t *testing.T) {
	a, _ := openOne(t)
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 1000).Persisted()); err != nil {
		t.Fatal(err)
	}
	p, _, err := a.Load(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Save(t.Context(), orders, p); err != nil {
		t.Fatal(err)
	}
	both := adaptertest.Sample(1, 1000)
	if err := holds(t, a, map[string]adaptertest.State{users: both, orders: both}); err != nil {
		t.Error(err)
	}
}

// The pages of a table are overwritten: the load fails, and the table can be
// taken out of use.
func TestDamagedTableIsReported(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	a := open(t, path)
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 2000).Persisted()); err != nil {
		t.Fatal(err)
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	const page = 4096
	for at := 10 * page; at < len(data); at += page {
		copy(data[at:], bytes.Repeat([]byte{0xee}, 100))
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	p, ok, err := a.Load(t.Context(), key)
	if err == nil && ok {
		_, err = adaptertest.ReadState(p)
	}
	if !errors.Is(err, noex.ErrCorrupt) {
		t.Fatalf("Load: %v; want noex.ErrCorrupt", err)
	}
	if name, err := a.Quarantine(t.Context(), key); err != nil || name != "noex_records_1" {
		t.Fatalf("Quarantine: %q, %v", name, err)
	}
	if _, ok, err := a.Load(t.Context(), key); ok || err != nil {
		t.Errorf("Load after Quarantine: %v, %v", ok, err)
	}
}
