package sqlite_test

import (
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	noex "github.com/noexgen/noexgen/runtime"
	"github.com/noexgen/noexgen/runtime/internal/adaptertest"
	"github.com/noexgen/noexgen/runtime/sqlite"
)

var fields = []noex.FieldInfo{
	{Name: "id", Kind: noex.KindString},
	{Name: "price", Kind: noex.KindNumber},
	{Name: "count", Kind: noex.KindInteger},
	{Name: "active", Kind: noex.KindBoolean},
	{Name: "at", Kind: noex.KindDate},
	{Name: "address", Kind: noex.KindObject},
	{Name: "tags", Kind: noex.KindArray},
	{Name: "it's", Kind: noex.KindString},
}

var products = adaptertest.State{Records: []adaptertest.Record{
	{Key: `"z"`, Value: `{"id":"z","price":1.5,"count":9007199254740993,"active":true,"at":{"__noex_type__":"Date","__noex_value__":"2023-11-18T03:59:15.744Z"},"address":{"city":"X"},"tags":["a",1],"it's":"'","_version":1,"_createdAt":5,"_updatedAt":6}`},
	{Key: `"a"`, Value: `{"id":"a","price":50,"count":null,"active":false,"at":"2023-11-18","_version":2,"_createdAt":7,"_updatedAt":8,"_expiresAt":9}`},
}}

// table reads a view as text, one line a row, with the types of its columns.
func table(t *testing.T, db *sql.DB, view string) (lines []string) {
	t.Helper()
	rows, err := db.Query(`SELECT *, typeof(id), typeof(price), typeof(count), typeof(active) FROM "` + view + `"`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	lines = append(lines, fmt.Sprint(names[:len(names)-4]))
	for rows.Next() {
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			t.Fatal(err)
		}
		line := ""
		for _, v := range values {
			line += fmt.Sprint(*v.(*any)) + "|"
		}
		lines = append(lines, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

var productTable = []string{
	"[id price count active at address tags it's _version _createdAt _updatedAt _expiresAt]",
	`z|1.5|9007199254740993|1|2023-11-18T03:59:15.744Z|{"city":"X"}|["a",1]|'|1|5|6|<nil>|text|real|integer|integer|`,
	`a|50|<nil>|0|2023-11-18|<nil>|<nil>|<nil>|2|7|8|9|text|integer|null|integer|`,
}

func TestViewHasAColumnAField(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	a := open(t, path)
	db := openDB(t, path)
	describe := func(a *sqlite.Adapter, key string, fields []noex.FieldInfo) {
		t.Helper()
		if err := a.Describe(t.Context(), key, fields); err != nil {
			t.Fatal(err)
		}
	}
	describe(a, "shop:bucket:products", fields[:1]) // before there is one
	if _, ok, err := a.Load(t.Context(), "shop:bucket:products"); ok || err != nil {
		t.Errorf("Describe stored something: %v, %v", ok, err)
	}
	for range 2 {
		if err := a.Save(t.Context(), "shop:bucket:products", products.Persisted()); err != nil {
			t.Fatal(err)
		}
	}
	describe(a, "shop:bucket:products", fields) // a field was added
	describe(a, "shop:bucket:products", fields)
	if diff := cmp.Diff(productTable, table(t, db, "products")); diff != "" {
		t.Errorf("view (-want +got):\n%s", diff)
	}

	// Names that are taken, or that SQLite does not allow.
	for _, key := range []string{"other:bucket:Products", "shop:bucket:sqlite_x", "shop:bucket:noex_buckets", `odd "key"`} {
		describe(a, key, fields)
		if err := a.Save(t.Context(), key, products.Persisted()); err != nil {
			t.Fatal(err)
		}
		view := key
		if key[0] == 'o' && key[1] == 'd' {
			view = `odd ""key""`
		}
		if diff := cmp.Diff(productTable, table(t, db, view)); diff != "" {
			t.Errorf("view of %s (-want +got):\n%s", key, diff)
		}
	}

	// It goes with its bucket, and comes back.
	if _, err := a.Quarantine(t.Context(), "shop:bucket:products"); err != nil {
		t.Fatal(err)
	}
	if err := a.Delete(t.Context(), "other:bucket:Products"); err != nil {
		t.Fatal(err)
	}
	var n int
	if err := db.QueryRow(`SELECT count(*) FROM sqlite_schema WHERE type = 'view' AND name LIKE '%products'`).Scan(&n); err != nil || n != 0 {
		t.Errorf("%d views are left, %v", n, err)
	}
	if err := a.Save(t.Context(), "shop:bucket:products", products.Persisted()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(productTable, table(t, db, "products")); diff != "" {
		t.Errorf("view after a new start (-want +got):\n%s", diff)
	}
}

// A reader with the database open stops neither saves nor Close, and sees the
// bucket as it was when it began.
func TestReaderSeesOneState(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store.db")
	a := open(t, path)
	if err := a.Save(t.Context(), key, adaptertest.Sample(1, 3000).Persisted()); err != nil {
		t.Fatal(err)
	}
	rows, err := openDB(t, path).Query(`SELECT record ->> 'seed' FROM noex_records_1 ORDER BY pos`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		var seed int
		if err := rows.Scan(&seed); err != nil || seed != 1 {
			t.Fatalf("row %d of another state: %d, %v", n, seed, err)
		}
		if n++; n == 10 {
			if err := a.Save(t.Context(), key, adaptertest.Sample(2, 5).Persisted()); err != nil {
				t.Fatal(err)
			}
			if err := a.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := rows.Err(); err != nil || n != 3000 {
		t.Errorf("%d rows, %v", n, err)
	}
}
